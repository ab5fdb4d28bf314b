import { changeOf } from './change.ts';
import { fileById, fileDurations, testDurations } from './durations.ts';
import type { Durations } from './durations.ts';
import { listRuns } from './runs.ts';
import type { RunFilter } from './runs.ts';
import type { Database } from './sqlite.ts';
import { median, quantile } from './statistics.ts';
import { testById } from './test-refs.ts';
import type { TestRef } from './test-refs.ts';

/** How long something takes, in milliseconds. */
export interface Timing {
  /** Runs that it was measured in. */
  readonly runs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  /** The median of its last five runs through that of those before; `null` = too few to say. */
  readonly drift: number | null;
}

export interface SlowFile extends Timing {
  readonly suite: string;
  readonly file: string;
}

export interface SlowTest extends Timing {
  readonly test: TestRef;
}

export interface Slowest {
  readonly files: readonly SlowFile[];
  readonly tests: readonly SlowTest[];
}

/** The files and tests with the highest medians, the slowest first: files that ran whole, tests that passed. */
export function findSlowest(db: Database, filter: RunFilter, limit: number): Slowest {
  const runs = listRuns(db, filter).map(({ id }) => id);
  return {
    files: slowestOf(fileDurations(db, runs), limit).flatMap(({ id, timing }) => {
      const file = fileById(db, id);
      return file === null ? [] : [{ ...file, ...timing }];
    }),
    tests: slowestOf(testDurations(db, runs), limit).flatMap(({ id, timing }) => {
      const test = testById(db, id);
      return test === null ? [] : [{ test, ...timing }];
    }),
  };
}

function slowestOf(durations: Durations, limit: number): readonly { readonly id: number; readonly timing: Timing }[] {
  return [...durations]
    .map(([id, newestFirst]) => ({ id, newestFirst, medianMs: median(newestFirst) ?? 0 }))
    .sort((a, b) => b.medianMs - a.medianMs || a.id - b.id)
    .slice(0, limit)
    .map(({ id, newestFirst }) => ({ id, timing: timingOf(newestFirst) }));
}

/** What durations, the newest first, amount to. */
export function timingOf(newestFirst: readonly number[]): Timing {
  const change = changeOf(newestFirst);
  return {
    runs: newestFirst.length,
    medianMs: median(newestFirst) ?? 0,
    p90Ms: quantile(newestFirst, 0.9) ?? 0,
    drift: change === null ? null : change.after.medianMs / change.before.medianMs,
  };
}
