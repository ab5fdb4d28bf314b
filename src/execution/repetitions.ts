import type { Problem, TestResult } from '../model/test.ts';
import { isBad, stillFailed } from './test-entry.ts';
import type { Entry } from './test-entry.ts';

/**
 * How a test of a repeated task counts after one more repetition, `repetition` in number: as passed while it has never failed, and then as
 * failed whatever comes; as flaky too, once it has done both.
 */
export function countRepetition(test: TestResult, earlier: Entry | undefined, repetition: number): Entry {
  const { passed, failed } = earlier?.times ?? { passed: 0, failed: 0 };
  const times = {
    passed: passed + (test.status === 'passed' ? 1 : 0),
    failed: failed + (isBad(test) ? 1 : 0),
  };
  const firstFailure = earlier?.firstFailure ?? (isBad(test) ? test.status : null);
  if (times.failed === 0) return { result: test, firstFailure, isFlaky: false, times };
  const counted = { ...test, failedRepetitions: times.failed };
  if (times.passed > 0)
    return { result: flakyOf(counted, times.failed, repetition), firstFailure, isFlaky: true, times };
  const result = test.status === 'skipped' && earlier !== undefined ? stillFailed(earlier.result, counted) : counted;
  return { result, firstFailure, isFlaky: false, times };
}

function flakyOf(test: TestResult, failed: number, repetition: number): TestResult {
  const message = `flaky: it failed in ${failed} of ${repetition} repetitions`;
  const problem: Problem = { kind: 'failure', type: 'flaky', message, details: message };
  return { ...test, status: 'failed', skipReason: null, problems: [problem, ...test.problems] };
}
