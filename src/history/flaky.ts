import { seenBits } from './run-data.ts';
import type { RunFilter } from './runs.ts';
import { listRuns } from './runs.ts';
import type { KeptRun } from './runs.ts';
import { scoreOf } from './score.ts';
import type { FlakyScore, Observation } from './score.ts';
import { all, numberOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';
import { testById } from './test-refs.ts';
import type { TestRef } from './test-refs.ts';

/** A test that did not always pass, with what that makes it. */
export interface UnsteadyTest extends FlakyScore {
  readonly test: TestRef;
  /** Runs in which it failed at least once. */
  readonly failures: number;
  /** When it failed last, milliseconds since the epoch. */
  readonly lastFailedAt: number;
}

export interface FlakyReport {
  /** The most certain first. */
  readonly flaky: readonly UnsteadyTest[];
  /** Passed and failed on the same code, but not often enough to be sure. */
  readonly suspected: readonly UnsteadyTest[];
  readonly alwaysFailing: readonly UnsteadyTest[];
  readonly runs: number;
  /** Runs that say nothing about tests, because the environment was broken. */
  readonly leftOut: readonly KeptRun[];
}

/** Which tests are flaky by their history, which may be, and which are simply broken. `now` in milliseconds since the epoch. */
export function findFlaky(db: Database, filter: RunFilter, now: number): FlakyReport {
  const runs = listRuns(db, filter);
  const counted = runs.filter(({ leftOut }) => leftOut === null);
  const tests = candidates(db, counted).flatMap((id) => {
    const test = testById(db, id);
    return test === null ? [] : [judge(test, observe(db, id, counted), now)];
  });
  const certain = (a: UnsteadyTest, b: UnsteadyTest): number =>
    b.lowerBound - a.lowerBound || b.score - a.score || a.test.id - b.test.id;
  return {
    flaky: tests.filter(({ flaky }) => flaky).sort(certain),
    suspected: tests
      .filter(({ flaky, alwaysFails, flakyCommits }) => !flaky && !alwaysFails && flakyCommits > 0)
      .sort(certain),
    alwaysFailing: tests
      .filter(({ alwaysFails }) => alwaysFails)
      .sort((a, b) => b.failures - a.failures || a.test.id - b.test.id),
    runs: runs.length,
    leftOut: runs.filter(({ leftOut }) => leftOut !== null),
  };
}

/** Says how flaky tests are by all runs that are kept. `now` in milliseconds since the epoch. */
export function flakyScorer(db: Database, now: number): (test: TestRef) => UnsteadyTest {
  const runs = listRuns(db, { environment: null, last: null }).filter(({ leftOut }) => leftOut === null);
  return (test) => judge(test, observe(db, test.id, runs), now);
}

function candidates(db: Database, runs: readonly KeptRun[]): readonly number[] {
  const found = new Set<number>();
  const select = `SELECT test FROM test_runs WHERE run = ? AND seen & ${seenBits.failed}`;
  for (const { id } of runs) for (const row of all(db, select, id)) found.add(numberOf(row, 'test'));
  return [...found];
}

function observe(db: Database, test: number, runs: readonly KeptRun[]): readonly Observation[] {
  const find = db.prepare('SELECT seen, attempts FROM test_runs WHERE run = ? AND test = ?');
  return runs.flatMap((run) => {
    const row = find.get(run.id, test);
    if (row === undefined) return [];
    const seen = numberOf(row, 'seen');
    return [
      {
        group: groupOf(run),
        at: run.startedAt,
        attempts: numberOf(row, 'attempts'),
        passed: (seen & seenBits.passed) !== 0,
        failed: (seen & seenBits.failed) !== 0,
      },
    ];
  });
}

/** Files may change between two runs of one commit, except in CI: everywhere else a run is only compared with itself. */
function groupOf({ run, commit, clean, environment }: KeptRun): string {
  return clean && commit !== null ? `${commit} ${environment}` : run;
}

function judge(test: TestRef, observations: readonly Observation[], now: number): UnsteadyTest {
  const failed = observations.filter((observation) => observation.failed);
  return {
    test,
    ...scoreOf(observations, now),
    failures: failed.length,
    lastFailedAt: Math.max(0, ...failed.map(({ at }) => at)),
  };
}
