import type { TestResult, Totals } from '../model/test.ts';

/** No tests at all. */
export const emptyTotals: Totals = { tests: 0, passed: 0, failed: 0, errors: 0, skipped: 0, durationMs: 0 };

/** What of a test is counted. */
type Counted = Pick<TestResult, 'status' | 'durationMs' | 'flaky' | 'quarantined'>;

/** Totals with one more test. */
export function addTest(totals: Totals, test: Counted): Totals {
  return withTest(totals, test, 1);
}

/** Totals without a test that is among them. */
export function subtractTest(totals: Totals, test: Counted): Totals {
  return withTest(totals, test, -1);
}

/** The totals of several groups of tests together. */
export function sumTotals(all: Iterable<Totals>): Totals {
  let sum = emptyTotals;
  for (const totals of all) {
    const both = {
      tests: sum.tests + totals.tests,
      passed: sum.passed + totals.passed,
      failed: sum.failed + totals.failed,
      errors: sum.errors + totals.errors,
      skipped: sum.skipped + totals.skipped,
      durationMs: sum.durationMs + totals.durationMs,
    };
    const flaky = (sum.flaky ?? 0) + (totals.flaky ?? 0);
    sum = withRare(both, flaky, (sum.quarantined ?? 0) + (totals.quarantined ?? 0));
  }
  return sum;
}

function withTest(totals: Totals, test: Counted, change: 1 | -1): Totals {
  const { status } = test;
  const counted = {
    tests: totals.tests + change,
    passed: totals.passed + (status === 'passed' ? change : 0),
    failed: totals.failed + (status === 'failed' ? change : 0),
    errors: totals.errors + (status === 'error' ? change : 0),
    skipped: totals.skipped + (status === 'skipped' ? change : 0),
    durationMs: totals.durationMs + change * test.durationMs,
  };
  const isQuarantined = status === 'skipped' && test.quarantined !== undefined;
  const flaky = (totals.flaky ?? 0) + (test.flaky === true ? change : 0);
  return withRare(counted, flaky, (totals.quarantined ?? 0) + (isQuarantined ? change : 0));
}

/** Called for each test of a run: counts that are zero, as they mostly are, cost nothing. */
function withRare(totals: Totals, flaky: number, quarantined: number): Totals {
  if (flaky === 0 && quarantined === 0) return totals;
  return { ...(flaky === 0 ? {} : { flaky }), ...(quarantined === 0 ? {} : { quarantined }), ...totals };
}
