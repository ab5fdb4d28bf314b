import type { Totals } from '../model/test.ts';
import { listRuns, readTotals } from './runs.ts';
import type { RunFilter } from './runs.ts';
import { all, textOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** One category in one environment, run by run. */
export interface CategoryTrend {
  readonly category: string;
  readonly environment: string;
  /** The oldest first. */
  readonly points: readonly TrendPoint[];
}

export interface TrendPoint {
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly totals: Totals;
  /** Share of the tests that ran that passed, 0 to 1; `null` = none ran. */
  readonly passRate: number | null;
}

/** How pass rate and duration of each category have gone, by category and environment. */
export function readTrends(db: Database, filter: RunFilter): readonly CategoryTrend[] {
  const trends = new Map<
    string,
    { readonly category: string; readonly environment: string; readonly points: TrendPoint[] }
  >();
  for (const { id, run, environment, startedAt } of listRuns(db, filter).toReversed()) {
    for (const row of all(db, 'SELECT * FROM category_runs WHERE run = ? AND tests > 0', id)) {
      const category = textOf(row, 'category');
      const key = JSON.stringify([category, environment]);
      const trend = trends.get(key) ?? { category, environment, points: [] };
      const totals = readTotals(row);
      trend.points.push({ run, startedAt, totals, passRate: passRateOf(totals) });
      trends.set(key, trend);
    }
  }
  return [...trends.values()].sort((a, b) => compare(a.category, b.category) || compare(a.environment, b.environment));
}

function passRateOf({ passed, failed, errors }: Totals): number | null {
  const ran = passed + failed + errors;
  return ran === 0 ? null : passed / ran;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
