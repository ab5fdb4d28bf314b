import type { PlanFacts } from '../model/plan.ts';
import type { Claim } from './assign-files.ts';
import { wholeSuite } from './membership.ts';

/** How long tests are expected to take, in milliseconds. */
export interface ExpectedTimes {
  /** `wholeSuite` for what is not made of files. Of a file as measured, or else the median of its category's measured files; `null` = nothing was ever measured that tells. */
  of(unit: { readonly category: string; readonly suite: string; readonly file: string }): number | null;
}

/** The expected times of everything that runs. */
export function createExpectedTimes(claims: readonly Claim[], facts: PlanFacts): ExpectedTimes {
  const medians = new Map<string, number>();
  for (const [name, own] of Map.groupBy(claims, ({ category }) => category.name)) {
    const known = [...new Set(own.map(({ file }) => file))].flatMap((file) => facts.durations.get(file) ?? []);
    const median = medianOf(known);
    if (median !== null) medians.set(name, median);
  }
  return {
    of: ({ category, suite, file }) =>
      file === wholeSuite
        ? (facts.wholeSuites?.get(suite) ?? null)
        : (facts.durations.get(file) ?? medians.get(category) ?? null),
  };
}

/** The upper one of two in the middle; `null` for none. */
export function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
