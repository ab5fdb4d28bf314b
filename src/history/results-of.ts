import { seenBits, testStatuses } from './run-data.ts';
import type { KeptStatus } from './run-data.ts';
import type { KeptRun } from './runs.ts';
import { all, numberOf, numberOrNull, textOf, textOrNull } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** What one test did in one run. */
export interface TestOutcome {
  readonly run: KeptRun;
  readonly status: KeptStatus;
  readonly durationMs: number;
  readonly attempts: number;
  /** It both passed and failed. */
  readonly flaky: boolean;
  /** It failed for want of something that is no part of it. */
  readonly infrastructure: boolean;
}

/** What one file did in one run. */
export interface FileOutcome {
  readonly run: KeptRun;
  readonly suite: string;
  /** The kind of an `Outcome`, as the version that recorded it knew them. */
  readonly outcome: string;
  /** Why it did not run, or not to its end, for people; `null` = it did. */
  readonly detail: string | null;
  /** `null` = no test of it ended. */
  readonly durationMs: number | null;
  readonly attempts: number;
}

/** What a test did in those of the runs that have it, in their order. */
export function outcomesOfTest(db: Database, test: number, runs: readonly KeptRun[]): readonly TestOutcome[] {
  const find = db.prepare('SELECT * FROM test_runs WHERE run = ? AND test = ?');
  return runs.flatMap((run) => {
    const row = find.get(run.id, test);
    if (row === undefined) return [];
    const seen = numberOf(row, 'seen');
    return [
      {
        run,
        status: testStatuses[numberOf(row, 'status')] ?? 'not-run',
        durationMs: numberOf(row, 'ms'),
        attempts: numberOf(row, 'attempts'),
        flaky: (seen & seenBits.passed) !== 0 && (seen & seenBits.failed) !== 0,
        infrastructure: (seen & seenBits.infrastructure) !== 0,
      },
    ];
  });
}

/** What a root-relative file did in those of the runs that have it, in their order; once for each suite that it is in. */
export function outcomesOfFile(db: Database, path: string, runs: readonly KeptRun[]): readonly FileOutcome[] {
  const sql = `
    SELECT s.name AS suite, r.* FROM files f JOIN suites s ON s.id = f.suite JOIN file_runs r ON r.file = f.id
    WHERE f.path = ? AND r.run = ? ORDER BY s.name`;
  return runs.flatMap((run) =>
    all(db, sql, path, run.id).map((row) => ({
      run,
      suite: textOf(row, 'suite'),
      outcome: textOf(row, 'outcome'),
      detail: textOrNull(row, 'detail'),
      durationMs: numberOrNull(row, 'ms'),
      attempts: numberOf(row, 'attempts'),
    })),
  );
}
