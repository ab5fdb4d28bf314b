import { createHistoryReporter } from '../history/reporter.ts';
import { outcomeReason } from '../reporters/describe.ts';
import type { NamedReporter } from '../reporters/fan-out.ts';
import { makeStateDir, stateDirOf } from '../base/state-dir.ts';
import type { RunRecord } from '../results/run-record.ts';
import type { HistoryUse } from './history-place.ts';

/**
 * Remembers the run, if it is to be remembered. It belongs at the end of the list, where it is closed first: those before it can then
 * still tell of its trouble.
 */
export function historyReporters(
  use: HistoryUse | null,
  options: {
    readonly warn: (message: string) => void;
    /** Of the checkout, whose state folder is made. */
    readonly root?: string;
    /** Run ids of the event logs that are merged. */
    readonly parts?: readonly string[];
    /** Kept ahead of the reporter. */
    readonly record: RunRecord;
  },
): readonly NamedReporter[] {
  if (use === null) return [];
  const { warn, root, parts, record } = options;
  const prepare = (): void => {
    if (use.owned && root !== undefined) makeStateDir(stateDirOf(root));
  };
  const reporter = createHistoryReporter({
    place: use,
    limits: use.limits,
    describe: outcomeReason,
    warn,
    prepare,
    record,
    ...(parts === undefined ? {} : { parts }),
  });
  return [{ name: 'history', reporter }];
}
