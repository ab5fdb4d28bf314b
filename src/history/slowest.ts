import { listRuns } from './runs.ts';
import type { RunFilter } from './runs.ts';
import { all, first, numberOf, textOf } from './sqlite.ts';
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
  const files = slowestOf(
    runs,
    limit,
    collector(db, 'file', 'SELECT file, ms FROM file_runs WHERE run = ? AND use = 2'),
  );
  const tests = slowestOf(
    runs,
    limit,
    collector(db, 'test', 'SELECT test, ms FROM test_runs WHERE run = ? AND status = 0'),
  );
  return {
    files: files.flatMap(({ id, timing }) => {
      const row = first(
        db,
        'SELECT s.name AS suite, f.path FROM files f JOIN suites s ON s.id = f.suite WHERE f.id = ?',
        id,
      );
      const file = row === null ? '' : textOf(row, 'path');
      return row === null || file === '' ? [] : [{ suite: textOf(row, 'suite'), file, ...timing }];
    }),
    tests: tests.flatMap(({ id, timing }) => {
      const test = testById(db, id);
      return test === null ? [] : [{ test, ...timing }];
    }),
  };
}

type Collect = (run: number, durations: Map<number, number[]>) => void;

/** Adds what one run measured; a run at a time, so that memory holds numbers only. */
function collector(db: Database, key: 'file' | 'test', sql: string): Collect {
  return (run, durations) => {
    for (const row of all(db, sql, run)) {
      const id = numberOf(row, key);
      const own = durations.get(id);
      if (own === undefined) durations.set(id, [numberOf(row, 'ms')]);
      else own.push(numberOf(row, 'ms'));
    }
  };
}

function slowestOf(
  runs: readonly number[],
  limit: number,
  collect: Collect,
): readonly { readonly id: number; readonly timing: Timing }[] {
  const durations = new Map<number, number[]>();
  for (const run of runs) collect(run, durations);
  return [...durations]
    .map(([id, newestFirst]) => ({ id, newestFirst, medianMs: median(newestFirst) ?? 0 }))
    .sort((a, b) => b.medianMs - a.medianMs || a.id - b.id)
    .slice(0, limit)
    .map(({ id, newestFirst }) => ({ id, timing: timingOf(newestFirst) }));
}

const recentRuns = 5;
const minRecent = 3;
const minBefore = 5;

/** What durations, the newest first, amount to. */
export function timingOf(newestFirst: readonly number[]): Timing {
  const recent = newestFirst.slice(0, recentRuns);
  const before = newestFirst.slice(recentRuns);
  const was = median(before) ?? 0;
  const enough = recent.length >= minRecent && before.length >= minBefore && was > 0;
  return {
    runs: newestFirst.length,
    medianMs: median(newestFirst) ?? 0,
    p90Ms: quantile(newestFirst, 0.9) ?? 0,
    drift: enough ? (median(recent) ?? 0) / was : null,
  };
}
