import type { AttemptCause } from '../model/event.ts';
import type { TestResult } from '../model/test.ts';
import { testKey } from './test-records.ts';

/** A test with what it did in the attempts before. */
export interface TestHistory {
  /** The result that counts: of a test that never passed, that of the first attempt. */
  readonly result: TestResult;
  /** Other attempts that failed, oldest first. */
  readonly earlier: readonly TestResult[];
}

/** The tests of one task while it runs. */
export interface TaskCases {
  startAttempt(attempt: number, cause: AttemptCause): void;
  /** The last result of a test in an attempt counts. */
  add(attempt: number, test: TestResult): void;
  attempts(): number;
  /** In the order in which tests were first reported. */
  results(): readonly TestHistory[];
}

interface OpenHistory {
  readonly result: TestResult;
  readonly earlier: readonly TestResult[];
}

/** Of a test that is repeated a thousand times, and fails. */
const maxEarlier = 50;

/** Starts with no tests. */
export function createTaskCases(): TaskCases {
  const settled = new Map<string, OpenHistory>();
  const current = new Map<string, TestResult>();
  /** What runner made up about attempts before: why tests that they should have run have no result. */
  const why: TestResult[] = [];
  let lastAttempt = 1;

  const merged = (key: string, test: TestResult): OpenHistory => {
    const before = settled.get(key);
    if (before === undefined || before.result.notRun === true)
      return { result: test, earlier: test.flaky === true || isFlakyFailure(test) ? why : [] };
    const isKept = isBad(before.result) && !isPassedRepetition(before.result) && before.earlier.length < maxEarlier;
    return { result: test, earlier: isKept ? [...before.earlier, before.result] : before.earlier };
  };
  const settle = (cause: AttemptCause): void => {
    for (const [key, test] of current) {
      if (!test.synthetic || cause === 'repeat') settled.set(key, merged(key, test));
      else if (isBad(test)) why.push(test);
    }
    current.clear();
  };
  const beginAttempt = (attempt: number, cause: AttemptCause): void => {
    if (attempt <= lastAttempt || !Number.isFinite(attempt)) return;
    lastAttempt = attempt;
    // The attempt against a service that died is repeated as if it had not been.
    if (cause === 'service-restart') current.clear();
    else settle(cause);
  };
  return {
    startAttempt: beginAttempt,
    add(attempt, test) {
      beginAttempt(attempt, 'retry');
      current.set(testKey(test.id), test);
    },
    attempts: () => lastAttempt,
    results: () =>
      [...new Set([...settled.keys(), ...current.keys()])].flatMap((key) => {
        const now = current.get(key);
        const history = now === undefined ? settled.get(key) : merged(key, now);
        return history === undefined ? [] : [countingFirst(history)];
      }),
  };
}

/** Surefire's way: the first failure of a test that never passed is its result, the others are reruns. */
function countingFirst({ result, earlier }: OpenHistory): TestHistory {
  const [first, ...others] = earlier;
  if (first === undefined || !isBad(result) || isFlakyFailure(result)) return { result, earlier };
  return { result: first, earlier: [...others, result] };
}

/** A test that passed in the end and fails for being flaky. */
export function isFlakyFailure({ problems }: TestResult): boolean {
  return problems[0]?.type === 'flaky';
}

/** It passed in this repetition, and counts as failed because it did not in an earlier one. */
export function isPassedRepetition({ failedRepetitions, problems }: TestResult): boolean {
  return failedRepetitions !== undefined && problems.every(({ type }) => type === 'flaky');
}

function isBad({ status }: TestResult): boolean {
  return status === 'failed' || status === 'error';
}
