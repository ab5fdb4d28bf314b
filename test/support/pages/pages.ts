import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { readPage } from './markdown-page.ts';
import type { MarkdownPage } from './markdown-page.ts';

/** The top of the checkout. */
export const repository = resolve(import.meta.dirname, '../../..');

/** All Markdown of this repository that people read. */
export function allPages(): readonly MarkdownPage[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
    cwd: repository,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => readPage(path, readFileSync(join(repository, path), 'utf8')));
}

/** Those that show how runner is used. */
export function userPages(): readonly MarkdownPage[] {
  return allPages().filter(({ path }) => path === 'README.md' || /^(?:docs|examples)\//.test(path));
}
