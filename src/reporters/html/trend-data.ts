import type { PageFlakiness } from './page-data.ts';
import type { Totals } from '../../model/test.ts';

/** What the page of the history holds and its script shows. Times are milliseconds, moments milliseconds since the epoch. */
export interface TrendData {
  readonly format: 1;
  readonly kind: 'trend';
  readonly project: string;
  /** The one that is looked at; `null` = all. */
  readonly environment: string | null;
  readonly madeAt: number;
  /** The oldest first; other parts name a run by its place here. */
  readonly runs: readonly TrendRun[];
  /** By category and environment. */
  readonly categories: readonly TrendCategory[];
  readonly flaky: TrendFlaky;
  readonly drift: TrendDrift;
  readonly slowest: TrendSlowest;
}

export interface TrendRun {
  readonly run: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly environment: string;
  readonly verdict: string;
  readonly totals: Totals;
  readonly commit: string | null;
  readonly shard: string | null;
  readonly selection: readonly string[];
}

export interface TrendCategory {
  readonly category: string;
  readonly environment: string;
  /** The oldest first. */
  readonly points: readonly TrendPoint[];
}

/** Place of the run, share of the tests that ran that passed (0 to 1; `null` = none ran), and the sum of the tests' durations. */
export type TrendPoint = readonly [run: number, passRate: number | null, durationMs: number];

export interface TrendFlaky {
  /** The most certain first. */
  readonly flaky: readonly TrendUnsteady[];
  readonly suspected: readonly TrendUnsteady[];
  readonly alwaysFailing: readonly TrendUnsteady[];
  /** Tests of each list that there was no room for. */
  readonly omitted: { readonly flaky: number; readonly suspected: number; readonly alwaysFailing: number };
  /** Why runs say nothing about tests, and how many. */
  readonly leftOut: readonly { readonly because: string; readonly runs: number }[];
}

export interface TrendTest {
  readonly suite: string;
  /** Root-relative; empty where it is not known. */
  readonly file: string;
  readonly className: string;
  readonly name: string;
}

export interface TrendUnsteady extends Omit<PageFlakiness, 'verdict'> {
  readonly test: TrendTest;
  /** Runs in which it failed at least once, the last of them. */
  readonly failures: number;
  readonly lastFailedAt: number;
  /** Who looks after it, and until when, where it is in quarantine. */
  readonly quarantine: { readonly owner: string; readonly until: string } | null;
}

export interface TrendDrift {
  /** So many runs were looked at. */
  readonly runs: number;
  /** From this factor on a file is told of. */
  readonly factor: number;
  /** What got slower most comes first. */
  readonly files: readonly TrendDriftFile[];
  readonly omitted: number;
}

export interface TrendDriftFile {
  readonly suite: string;
  readonly file: string;
  readonly environment: string;
  /** Medians, each of so many runs. */
  readonly beforeMs: number;
  readonly beforeRuns: number;
  readonly afterMs: number;
  readonly afterRuns: number;
}

export interface TrendSlowest {
  /** So many runs were looked at. */
  readonly runs: number;
  readonly files: readonly TrendTiming<{ readonly suite: string; readonly file: string }>[];
  readonly tests: readonly TrendTiming<TrendTest>[];
}

export interface TrendTiming<T> {
  readonly of: T;
  readonly runs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
}
