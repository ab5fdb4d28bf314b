import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Ignore } from 'ignore';
import type { Suite } from '../model/config.ts';
import type { Listing } from '../model/discovery.ts';
import { listSuiteFiles } from './files.ts';

/** The folder that a workspace without a config begins at: the top of the git checkout, else `cwd` itself. */
export function findWorkspaceRoot(cwd: string): string {
  const start = resolve(cwd);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

/** Enough to know a test or a manifest by. */
const mostBytes = 256 * 1024;

/** A repository has fewer; a home folder has more, and takes minutes to look through. */
const mostFiles = 300_000;

/** Lists all files of a workspace in which suites would look, and reads from them. @throws UsageError when it is too large to be one */
export async function listWorkspace(root: string): Promise<Listing> {
  const { files } = listSuiteFiles(root, [everything], { mostFiles });
  const paths = files[everything.name] ?? [];
  const text = (path: string): string | null => readStart(join(root, path));
  return { paths, text, isIgnored: await createIgnored(paths, text) };
}

const everything: Suite = {
  name: 'everything',
  framework: 'command',
  cwd: '.',
  files: ['**'],
  exclude: [],
  command: null,
  args: [],
  env: {},
  component: null,
  batch: 'auto',
  junit: null,
  timeoutMs: null,
};

/** What the `.gitignore` files among the paths say: each of what is below it, a nearer one last. */
export async function createIgnored(
  paths: readonly string[],
  text: (path: string) => string | null,
): Promise<(path: string) => boolean> {
  const { default: ignore } = await import('ignore');
  const rules = new Map<string, Ignore>();
  for (const path of paths) {
    if (path !== '.gitignore' && !path.endsWith('/.gitignore')) continue;
    rules.set(path.slice(0, -'.gitignore'.length), ignore().add(text(path) ?? ''));
  }
  if (rules.size === 0) return () => false;
  return (path) => {
    for (let end = path.lastIndexOf('/'); ; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end + 1);
      const said = rules.get(folder)?.test(path.slice(folder.length));
      if (said?.ignored === true) return true;
      if (said?.unignored === true || end <= 0) return false;
    }
  };
}

/** The text of a file, or the beginning of a long one; `null` = it cannot be read. */
export function readStart(path: string): string | null {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(mostBytes);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, mostBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
