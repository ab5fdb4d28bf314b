import { join } from 'node:path';
import { globBase } from '../base/glob.ts';
import type { Suite } from '../model/config.ts';
import { listSuiteFiles } from './files.ts';
import { createIgnored, readStart } from './listing.ts';

/** The files that globs take, as git would see them. */
export interface GuardedFiles {
  /** Root-relative, sorted, each once. */
  readonly files: readonly string[];
  /** What could not be looked into, with the reason. */
  readonly problems: readonly string[];
}

/** Lists what the globs take, without what `.gitignore` files of the workspace leave out and what no suite ever looks into. */
export async function listGuardedFiles(root: string, globs: readonly string[]): Promise<GuardedFiles> {
  const bases = [...new Set(globs.map(globBase))];
  const ignores = bases.map((base) => (base === '' ? '**/.gitignore' : `${base}/**/.gitignore`));
  const { files, unreadable } = listSuiteFiles(root, [looking('guarded', globs), looking('ignores', ignores)]);
  const above = bases.flatMap(ancestorsOf).map((folder) => `${folder}.gitignore`);
  const isIgnored = await createIgnored([...new Set([...above, ...(files['ignores'] ?? [])])], (path) =>
    readStart(join(root, path)),
  );
  return {
    files: (files['guarded'] ?? []).filter((path) => !isIgnored(path)),
    problems: unreadable
      .filter(({ path }) => !isIgnored(path) && !isIgnored(`${path}/`))
      .map(({ path, code }) => `${path} cannot be read (${code})`),
  };
}

/** `''`, `tests/` and `tests/e2e/` of `tests/e2e`. */
function ancestorsOf(folder: string): readonly string[] {
  const steps = folder.split('/').filter((step) => step !== '');
  return ['', ...steps.map((_, index) => `${steps.slice(0, index + 1).join('/')}/`)];
}

function looking(name: string, files: readonly string[]): Suite {
  return {
    ...{ name, framework: 'command', cwd: '.', files, exclude: [], command: null, args: [], env: {} },
    ...{ component: null, batch: 'auto', junit: null, timeoutMs: null },
  };
}
