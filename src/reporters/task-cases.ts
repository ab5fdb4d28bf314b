import type { TestResult } from '../model/test.ts';
import { testKey } from '../results/run-record.ts';

/** A test with what it did in the attempts before. */
export interface TestHistory {
  readonly result: TestResult;
  /** Earlier attempts that failed, oldest first. */
  readonly earlier: readonly TestResult[];
}

/** The tests of one task while it runs. */
export interface TaskCases {
  startAttempt(attempt: number): void;
  /** The last result of a test in an attempt counts. */
  add(attempt: number, test: TestResult): void;
  attempts(): number;
  /** In the order in which tests were first reported. */
  results(): readonly TestHistory[];
}

interface OpenHistory {
  attempt: number;
  result: TestResult;
  readonly earlier: TestResult[];
}

/** Starts with no tests. */
export function createTaskCases(): TaskCases {
  const tests = new Map<string, OpenHistory>();
  let lastAttempt = 1;
  return {
    startAttempt(attempt) {
      lastAttempt = Math.max(lastAttempt, attempt);
    },
    add(attempt, test) {
      if (Number.isFinite(attempt)) lastAttempt = Math.max(lastAttempt, attempt);
      const key = testKey(test.id);
      const known = tests.get(key);
      if (known === undefined) {
        tests.set(key, { attempt, result: test, earlier: [] });
        return;
      }
      if (attempt > known.attempt && (known.result.status === 'failed' || known.result.status === 'error')) {
        known.earlier.push(known.result);
      }
      known.attempt = attempt;
      known.result = test;
    },
    attempts: () => lastAttempt,
    // What runner made up about an attempt is superseded by the next.
    results: () => [...tests.values()].filter(({ result, attempt }) => !result.synthetic || attempt >= lastAttempt),
  };
}
