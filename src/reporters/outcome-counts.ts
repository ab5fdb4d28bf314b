import type { TaskRecord } from '../results/run-state.ts';

/** How many of the tasks ended how; `unfinished` stands for those without an end. */
export function outcomeCounts(records: readonly TaskRecord[]): Readonly<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (const { outcome } of records) {
    const kind = outcome?.kind ?? 'unfinished';
    outcomes[kind] = (outcomes[kind] ?? 0) + 1;
  }
  return outcomes;
}
