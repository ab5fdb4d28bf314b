import { findDrift } from '../history/drift.ts';
import { findFlaky } from '../history/flaky.ts';
import type { FlakyReport, UnsteadyTest } from '../history/flaky.ts';
import { listRuns } from '../history/runs.ts';
import type { KeptRun, RunFilter } from '../history/runs.ts';
import { findSlowest } from '../history/slowest.ts';
import type { Timing } from '../history/slowest.ts';
import type { Database } from '../history/sqlite.ts';
import type { TestRef } from '../history/test-refs.ts';
import { readTrends } from '../history/trend.ts';
import type { CategoryTrend } from '../history/trend.ts';
import type { QuarantineEntry } from '../model/quarantine.ts';
import type {
  TrendCategory,
  TrendData,
  TrendDrift,
  TrendFlaky,
  TrendRun,
  TrendTest,
  TrendTiming,
  TrendUnsteady,
} from '../reporters/html/trend-data.ts';
import { quarantineOf } from './test-name.ts';

export interface TrendLook {
  readonly filter: RunFilter;
  readonly project: string;
  readonly quarantine: readonly QuarantineEntry[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Tests and files of each list; the rest is counted. */
const most = { tests: 200, files: 200, slowest: 25 };
const driftFactor = 2;
/** Durations of tests are read for so many runs at most: of 1,000 runs with 100,000 tests they would fill the memory. */
const timedRuns = 50;

/** What the page of the history shows. */
export function trendPage(db: Database, { filter, project, quarantine, now }: TrendLook): TrendData {
  const runs = listRuns(db, filter).toReversed();
  const timed = { ...filter, last: Math.min(filter.last ?? timedRuns, timedRuns) };
  const { files, tests } = findSlowest(db, timed, most.slowest);
  return {
    ...{ format: 1, kind: 'trend', project, environment: filter.environment, madeAt: now },
    runs: runs.map(describeRun),
    categories: categoriesOf(readTrends(db, filter), runs),
    flaky: flakyOf(findFlaky(db, filter, now), quarantine),
    drift: driftOf(db, filter, runs.length),
    slowest: {
      runs: Math.min(runs.length, timedRuns),
      files: files.map(({ suite, file, ...timing }) => timingOf({ suite, file }, timing)),
      tests: tests.map(({ test, ...timing }) => timingOf(testOf(test), timing)),
    },
  };
}

function describeRun(run: KeptRun): TrendRun {
  const { startedAt, durationMs, environment, verdict, totals, commit, shard, selection } = run;
  return { run: run.run, startedAt, durationMs, environment, verdict, totals, commit, shard, selection };
}

function categoriesOf(trends: readonly CategoryTrend[], runs: readonly KeptRun[]): readonly TrendCategory[] {
  const places = new Map(runs.map(({ run }, place) => [run, place]));
  return trends.map(({ category, environment, points }) => ({
    ...{ category, environment },
    points: points.map(({ run, passRate, totals }) => [places.get(run) ?? 0, passRate, totals.durationMs] as const),
  }));
}

function flakyOf(report: FlakyReport, quarantine: readonly QuarantineEntry[]): TrendFlaky {
  const list = (tests: readonly UnsteadyTest[]): readonly TrendUnsteady[] =>
    tests.slice(0, most.tests).map((unsteady) => describeUnsteady(unsteady, quarantine));
  const omitted = (tests: readonly UnsteadyTest[]): number => Math.max(0, tests.length - most.tests);
  const { flaky, suspected, alwaysFailing } = report;
  const reasons = Map.groupBy(report.leftOut, ({ leftOut }) => leftOut ?? '');
  return {
    ...{ flaky: list(flaky), suspected: list(suspected), alwaysFailing: list(alwaysFailing) },
    omitted: { flaky: omitted(flaky), suspected: omitted(suspected), alwaysFailing: omitted(alwaysFailing) },
    leftOut: [...reasons].map(([because, runs]) => ({ because, runs: runs.length })),
  };
}

function describeUnsteady(unsteady: UnsteadyTest, entries: readonly QuarantineEntry[]): TrendUnsteady {
  const { test, score, lowerBound, commits, flakyCommits, failures, lastFailedAt } = unsteady;
  const entry = quarantineOf(test, entries);
  return {
    ...{ test: testOf(test), score, atLeast: lowerBound, commits, flakyCommits, failures, lastFailedAt },
    quarantine: entry === null ? null : { owner: entry.owner, until: entry.until },
  };
}

function driftOf(db: Database, filter: RunFilter, runs: number): TrendDrift {
  const drift = findDrift(db, filter, driftFactor);
  return {
    ...{ runs, factor: driftFactor, omitted: Math.max(0, drift.length - most.files) },
    files: drift.slice(0, most.files).map(({ suite, file, environment, before, after }) => ({
      ...{ suite, file, environment, beforeMs: before.medianMs, beforeRuns: before.runs },
      ...{ afterMs: after.medianMs, afterRuns: after.runs },
    })),
  };
}

function testOf({ suite, file, className, name }: TestRef): TrendTest {
  return { suite, file, className, name };
}

function timingOf<T>(of: T, { runs, medianMs, p90Ms }: Omit<Timing, 'drift'>): TrendTiming<T> {
  return { of, runs, medianMs, p90Ms };
}
