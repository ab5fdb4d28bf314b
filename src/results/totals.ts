import type { TestResult, Totals } from '../model/test.ts';

/** No tests at all. */
export const emptyTotals: Totals = { tests: 0, passed: 0, failed: 0, errors: 0, skipped: 0, durationMs: 0 };

/** Totals with one more test. */
export function addTest(totals: Totals, test: Pick<TestResult, 'status' | 'durationMs' | 'flaky'>): Totals {
  const flaky = (totals.flaky ?? 0) + (test.flaky === true ? 1 : 0);
  const sum = {
    tests: totals.tests + 1,
    passed: totals.passed + (test.status === 'passed' ? 1 : 0),
    failed: totals.failed + (test.status === 'failed' ? 1 : 0),
    errors: totals.errors + (test.status === 'error' ? 1 : 0),
    skipped: totals.skipped + (test.status === 'skipped' ? 1 : 0),
    durationMs: totals.durationMs + test.durationMs,
  };
  return flaky === 0 ? sum : { flaky, ...sum };
}

/** Totals without a test that is among them. */
export function subtractTest(totals: Totals, test: Pick<TestResult, 'status' | 'durationMs' | 'flaky'>): Totals {
  const one = addTest(emptyTotals, test);
  return {
    ...flakyOf((totals.flaky ?? 0) - (one.flaky ?? 0)),
    tests: totals.tests - one.tests,
    passed: totals.passed - one.passed,
    failed: totals.failed - one.failed,
    errors: totals.errors - one.errors,
    skipped: totals.skipped - one.skipped,
    durationMs: totals.durationMs - one.durationMs,
  };
}

/** The totals of several groups of tests together. */
export function sumTotals(all: Iterable<Totals>): Totals {
  let sum = emptyTotals;
  for (const totals of all) {
    sum = {
      ...flakyOf((sum.flaky ?? 0) + (totals.flaky ?? 0)),
      tests: sum.tests + totals.tests,
      passed: sum.passed + totals.passed,
      failed: sum.failed + totals.failed,
      errors: sum.errors + totals.errors,
      skipped: sum.skipped + totals.skipped,
      durationMs: sum.durationMs + totals.durationMs,
    };
  }
  return sum;
}

function flakyOf(flaky: number): Pick<Totals, 'flaky'> {
  return flaky === 0 ? {} : { flaky };
}
