import { join } from 'node:path';
import type { RunEvent } from '../model/event.ts';
import type { Plan, Task } from '../model/plan.ts';
import { readCoverage } from '../reporters/coverage.ts';
import { createCoverageJudge } from '../results/coverage-judge.ts';
import { addTest } from '../results/totals.ts';

/** Judges the coverage of categories that several shards ran, each a part of it. */
export interface ShardCoverage {
  /** What becomes of an event when all shards are one run. Paths in it are relative to the folder of the merged reports. */
  follow(event: RunEvent): Promise<readonly RunEvent[]>;
}

/** `reportsDir` is absolute; a plan without coverage, or of runs that are no shards and have judged theirs themselves, leaves events as they are. */
export function createShardCoverage(
  plan: Plan | null,
  { reportsDir, isSharded }: { readonly reportsDir: string; readonly isSharded: boolean },
): ShardCoverage {
  if (plan?.coverage === undefined || !isSharded) return { follow: (event) => Promise.resolve([event]) };
  const judge = createCoverageJudge(plan, { isWhole: true });
  const tasks = new Map<string, Task>(plan.tasks.map((task) => [task.id, task]));
  const end = (event: Extract<RunEvent, { type: 'task-finished' }>): readonly RunEvent[] => {
    const { type, at, outcome, totals, durationMs } = event;
    // Without the coverage of the shard alone.
    const own = { type, at, task: event.task, outcome, totals, durationMs };
    const task = tasks.get(event.task);
    const judged = task === undefined ? null : judge.end(task, event.outcome);
    if (judged === null) return [own];
    const { coverage, failure } = judged;
    if (failure === null) return [{ ...own, coverage }];
    const isHarmless = ['passed', 'no-tests', 'skipped'].includes(outcome.kind);
    return [
      { type: 'test-finished', at, task: event.task, attempt: 1, test: failure },
      {
        ...{ ...own, coverage, totals: addTest(event.totals, failure) },
        outcome: isHarmless ? { kind: 'tests-failed' } : outcome,
      },
    ];
  };
  return {
    async follow(event) {
      if (event.type === 'task-finished') return end(event);
      if (event.type !== 'attempt-finished' || event.coverage === undefined) return [event];
      const task = tasks.get(event.task);
      const { path } = event.coverage;
      const measured = path === null ? null : await readCoverage(join(reportsDir, path)).catch(() => null);
      if (task !== undefined) judge.attempt(task, event.cause, measured);
      return [event];
    },
  };
}
