import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { makeStateDir, stateDirOf } from '../base/state-dir.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { TrendData } from '../reporters/html/trend-data.ts';
import { writeTrendPage } from '../reporters/html/trend-page.ts';
import type { CommandResult } from './context.ts';
import { pageDir } from './plugins-dir.ts';

/** Where the page goes when the command line does not say. */
const defaultName = 'history.html';

/**
 * The place that `--html` names, or `.runner/history.html`.
 * @throws UsageError when something else is there
 */
export function trendPath(flag: string | true, { cwd, root }: { readonly cwd: string; readonly root: string }): string {
  if (flag === true) {
    makeStateDir(stateDirOf(root));
    return join(stateDirOf(root), defaultName);
  }
  const path = resolve(cwd, flag);
  if (flag === '' || isOther(path)) {
    throw new UsageError(
      `--html ${flag === '' ? '""' : flag}: something else is there`,
      'name a new file, or a page that runner made',
    );
  }
  return path;
}

/** @throws UsageError when it cannot be written */
export async function writeTrend(data: TrendData, path: string, cwd: string): Promise<CommandResult> {
  try {
    await writeTrendPage(data, { path, assetsDir: pageDir() });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the page cannot be written to ${path}: ${reason}`, 'name another file with --html');
  }
  const shown = relative(cwd, path);
  return { text: shown.startsWith('..') ? path : shown, exitCode: exitCodes.passed };
}

/** A folder, or a file that is no page: nobody meant to lose it. */
function isOther(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || (found.isFile() && found.size === 0)) return false;
  return !found.isFile() || !beginning(path).startsWith('<!doctype html>');
}

function beginning(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(64);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}
