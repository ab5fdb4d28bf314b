import { join, resolve } from 'node:path';
import { defaultHistoryLimits } from '../config/normalise-history.ts';
import { UsageError } from '../errors.ts';
import { foreignFile } from '../history/open.ts';
import type { HistoryPlace } from '../history/open.ts';
import type { HistoryLimits } from '../model/settings.ts';
import { stateDirOf } from '../base/state-dir.ts';

/** Where runs are remembered, and how much of them. */
export interface HistoryUse extends HistoryPlace {
  readonly limits: HistoryLimits;
}

/**
 * What `--history` names, or else the checkout's own; `null` where nothing is to be remembered (`--history none`,
 * `settings.history.enabled: false`).
 * @throws UsageError when the file named is something else
 */
export function historyUse(
  flag: string | undefined,
  where: {
    /** What messages call the flag. */
    readonly option?: string;
    readonly cwd: string;
    readonly root: string;
    readonly limits: HistoryLimits | null;
  },
): HistoryUse | null {
  if (flag === 'none') return null;
  if (flag !== undefined) return namedHistory(flag, { ...where, limits: where.limits ?? defaultHistoryLimits });
  if (where.limits === null) return null;
  return { path: join(stateDirOf(where.root), 'history.sqlite'), owned: true, limits: where.limits };
}

/** The file that `--history` names. @throws UsageError when it is something else */
export function namedHistory(
  flag: string,
  {
    cwd,
    limits,
    option = '--history',
  }: { readonly cwd: string; readonly limits: HistoryLimits; readonly option?: string },
): HistoryUse {
  const use = { path: resolve(cwd, flag), owned: false, limits };
  const problem = flag === '' ? 'it names no file' : foreignFile(use);
  if (problem === null) return use;
  throw new UsageError(
    `${option} ${flag === '' ? '""' : flag}: ${problem}`,
    'name a file that runner made or that is not there yet, or none',
  );
}
