import { sparkline } from '../../base/sparkline.ts';
import { makeStateDir, stateDirOf } from '../../base/state-dir.ts';
import { table } from '../../base/table.ts';
import { plural } from '../../base/text.ts';
import { UsageError, exitCodes } from '../../errors.ts';
import { readAudits, recordAudit } from '../../history/audits.ts';
import type { AuditCounts } from '../../history/audits.ts';
import { readHistory, writeHistory } from '../../history/open.ts';
import type { GuardVerdict } from '../../model/guard.ts';
import type { CommandResult } from '../context.ts';
import type { HistoryUse } from '../history-place.ts';
import { formatTime } from '../render-history.ts';

/** Where the counts are remembered; `null` = nowhere. */
export interface AuditPlace {
  readonly root: string;
  readonly use: HistoryUse | null;
}

/** Remembers what was counted; what is wrong with the history is a note and changes no result. */
export function rememberAudit(
  verdicts: readonly GuardVerdict[],
  { root, use }: AuditPlace,
  what: Omit<AuditCounts, 'counts'>,
): readonly string[] {
  if (use === null) return [];
  const counts = verdicts.flatMap(({ guard, cells }) =>
    cells.map(({ priority, matches, files }) => ({ guard: guard.name, priority, matches, files })),
  );
  try {
    if (use.owned) makeStateDir(stateDirOf(root));
  } catch (error) {
    return [`this audit is not remembered: ${error instanceof Error ? error.message : String(error)}`];
  }
  const written = writeHistory(use, (db) => recordAudit(db, { ...what, counts }, use.limits.runs));
  return written.kind === 'written' ? [] : [`this audit is not remembered: ${written.problem}`];
}

const mostShown = 30;

/** How the counts have gone. @throws UsageError when nothing is remembered or the history cannot be read */
export function showBurnDown({ use }: AuditPlace, names: readonly string[], json: boolean): CommandResult {
  if (use === null)
    throw new UsageError(
      'nothing is remembered here: the config says settings.history.enabled: false, or the command line --remember none',
      'switch it on, and run runner audit',
    );
  const result = readHistory(use, (db) => readAudits(db, use.limits.runs));
  if (result.kind === 'unusable')
    throw new UsageError(`the history cannot be read: ${result.problem}`, 'put the file right or aside');
  const all = result.kind === 'read' ? result.value : [];
  if (all.length === 0) throw new UsageError('no audit is remembered yet', 'runner audit remembers what it counts');
  const wanted = (guard: string): boolean => names.length === 0 || names.includes(guard);
  const audits = all.map((audit) => ({ ...audit, counts: audit.counts.filter(({ guard }) => wanted(guard)) }));
  const text = json ? JSON.stringify({ format: 1, audits }, null, 2) : render(audits);
  return { text, exitCode: exitCodes.passed };
}

function render(audits: readonly AuditCounts[]): string {
  const keys = new Map(
    audits.flatMap(({ counts }) => counts.map(({ guard, priority }) => [`${guard} ${priority}`, { guard, priority }])),
  );
  const rows = [...keys.values()].map(({ guard, priority }) => {
    const counted = audits.map(
      ({ counts }) => counts.find((one) => one.guard === guard && one.priority === priority)?.matches ?? null,
    );
    const numbers = counted.filter((count) => count !== null);
    const [first = 0, last = 0] = [numbers.at(0), numbers.at(-1)];
    return [
      guard,
      priority,
      sparkline(counted.slice(-mostShown), { from: 0, to: Math.max(1, ...numbers) }),
      `${first} → ${last}`,
    ];
  });
  const [from = 0, to = 0] = [audits.at(0)?.at, audits.at(-1)?.at];
  return [...table(rows), '', `${plural(audits.length, 'audit')}, ${formatTime(from)} to ${formatTime(to)}`].join('\n');
}
