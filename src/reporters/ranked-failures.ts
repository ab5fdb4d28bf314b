import type { Priority } from '../model/config.ts';
import type { FailedTest, RunState, TaskRecord } from '../results/run-state.ts';

/** A failed test with the task that it was in. */
export interface RankedFailure {
  readonly record: TaskRecord;
  readonly failed: FailedTest;
}

const ranks: Readonly<Record<Priority, number>> = { critical: 0, high: 1, normal: 2, low: 3, background: 4 };

/** The failed tests whose texts are kept, what matters most first; among equals, what failed first. */
export function rankedFailures(run: RunState): readonly RankedFailure[] {
  return [...run.tasks.values()]
    .sort(
      (a, b) =>
        ranks[a.task.priority] - ranks[b.task.priority] ||
        (a.endedAt ?? Number.MAX_VALUE) - (b.endedAt ?? Number.MAX_VALUE),
    )
    .flatMap((record) => [...record.failures.values()].map((failed) => ({ record, failed })));
}

/** Failed tests of which no more is known than that they failed. */
export function failuresOmitted(run: RunState): number {
  return [...run.tasks.values()].reduce((sum, record) => sum + record.failuresOmitted, 0);
}
