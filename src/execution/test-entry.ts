import type { TestResult, TestStatus } from '../model/test.ts';

/** Where a test stands after the attempts so far. */
export interface Entry {
  readonly result: TestResult;
  /** Of its first attempt that was no pass: that is the one that counts while none passes. */
  readonly firstFailure: TestStatus | null;
  readonly isFlaky: boolean;
  /** It failed of what its task is run again for. */
  readonly isMatch?: boolean;
  /** Of a task that is repeated: in how many repetitions it passed and failed. */
  readonly times?: { readonly passed: number; readonly failed: number };
}

/** A test that is neither a pass nor skipped. */
export function isBad({ status }: TestResult): boolean {
  return status === 'failed' || status === 'error';
}

/** A test that failed in quarantine. */
export function isQuarantined({ status, quarantined }: TestResult): boolean {
  return status === 'skipped' && quarantined !== undefined;
}

/** A test that skips itself when it is repeated has proved nothing. */
export function stillFailed(earlier: TestResult, { notRun, ...test }: TestResult): TestResult {
  if (notRun === true) return { ...test, status: earlier.status, skipReason: null, problems: earlier.problems };
  const message = `it failed before, and was skipped when it was run again: ${test.skipReason ?? 'without a reason'}`;
  return {
    ...test,
    status: earlier.status,
    skipReason: null,
    problems: [...earlier.problems, { kind: 'error', type: 'skipped-on-retry', message, details: message }],
  };
}
