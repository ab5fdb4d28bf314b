import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';

/** What a run writes; all of it is removed before the next run writes again, so that nothing old is taken for new. */
const owned = ['events.jsonl', 'junit.xml', 'summary.json', 'logs', 'raw', 'artifacts', 'spool'];

/** A folder with this file is ours to clear. */
const marker = '.runner-reports';

/**
 * Empties the reports folder of an earlier run's files and makes it ready; returns its absolute path.
 *
 * @throws UsageError when the folder holds things of these names that runner did not write, or cannot be written.
 */
export function openReportsDir(root: string, dir: string): string {
  const path = resolve(root, dir);
  if (relative(path, root) === '' || !relative(path, root).startsWith('..')) {
    throw new UsageError(
      `--reports ${dir} is the workspace itself or a folder around it`,
      'name a folder inside the workspace, such as reports, or somewhere else',
    );
  }
  try {
    mkdirSync(path, { recursive: true });
    refuseForeign(path, dir);
    for (const name of owned) rmSync(join(path, name), { recursive: true, force: true });
    writeFileSync(join(path, marker), 'runner empties this folder at the start of each run\n');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `the reports folder ${path} cannot be written: ${reason}`,
      'use --reports <dir> for another one',
    );
  }
  return path;
}

function refuseForeign(path: string, dir: string): void {
  if (existsSync(join(path, marker))) return;
  const foreign = readdirSync(path).filter((name) => owned.includes(name));
  if (foreign.length === 0) return;
  throw new UsageError(
    `--reports ${dir} already holds ${foreign.join(', ')}, not written by runner`,
    'use an empty folder, or remove these first: each run replaces them',
  );
}
