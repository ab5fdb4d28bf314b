import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTaskHistory } from '../../../src/execution/task-history.ts';
import type { TaskHistory } from '../../../src/execution/task-history.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { createTest } from '../../support/run-events.ts';

type Status = TestResult['status'];

/** A test that has these statuses in one repetition after the other; what is told of it each time. */
function repeat(statuses: readonly Status[], change: Partial<TestResult> = {}): [TaskHistory, readonly TestResult[]] {
  const history = createTaskHistory({ category: 'unit', flaky: 'pass', repeat: statuses.length });
  const told = statuses.map((status, index) => {
    history.begin(index + 1, index === 0 ? 'first' : 'repeat');
    const test = history.add(createTest('t', { status, ...change }));
    history.end({ kind: status === 'passed' ? 'passed' : 'tests-failed' });
    return test;
  });
  return [history, told];
}

it.each<[readonly Status[], Status, number | undefined, boolean]>([
  [['passed', 'passed'], 'passed', undefined, false],
  [['failed', 'failed'], 'failed', 2, false],
  [['passed', 'failed'], 'failed', 1, true],
  [['failed', 'passed', 'passed'], 'failed', 1, true],
  [['error', 'passed'], 'failed', 1, true],
  [['error', 'error'], 'error', 2, false],
  [['skipped', 'skipped'], 'skipped', undefined, false],
  [['passed', 'skipped'], 'skipped', undefined, false],
  [['failed', 'skipped'], 'failed', 1, false],
  [['passed', 'failed', 'skipped'], 'failed', 1, true],
])('%j counts as %s, with %s failures, flaky: %s', (statuses, status, failedRepetitions, isFlaky) => {
  const [history, told] = repeat(statuses);
  const last = told.at(-1);
  expect(last?.status).toBe(status);
  expect(last?.failedRepetitions).toBe(failedRepetitions);
  expect(last?.problems[0]?.type === 'flaky').toBe(isFlaky);
  expect(history.totals()).toMatchObject({
    tests: 1,
    passed: status === 'passed' ? 1 : 0,
    failed: status === 'failed' ? 1 : 0,
    errors: status === 'error' ? 1 : 0,
    skipped: status === 'skipped' ? 1 : 0,
  });
});

it('once failed is never told as better, and the failures are counted', () => {
  const anyStatuses = fc.array(fc.constantFrom<Status>('passed', 'failed', 'error', 'skipped'), { minLength: 1 });
  fc.assert(
    fc.property(anyStatuses, (statuses) => {
      const [history, told] = repeat(statuses);
      for (const [index, test] of told.entries()) {
        const failures = statuses.slice(0, index + 1).filter((status) => status === 'failed' || status === 'error');
        expect(test.failedRepetitions ?? 0).toBe(failures.length);
        expect(test.status === 'failed' || test.status === 'error').toBe(failures.length > 0);
      }
      expect(history.totals().tests).toBe(1);
    }),
  );
});

it('what runner made up about one repetition is not taken back by the next', () => {
  const history = createTaskHistory({ category: 'unit', flaky: 'pass', repeat: 3 });
  const crash = createTest('crashed', { status: 'error', synthetic: true });
  for (const [index, tests] of [[createTest('t')], [crash], [createTest('t')]].entries()) {
    history.begin(index + 1, index === 0 ? 'first' : 'repeat');
    for (const test of tests) history.add(test);
    history.end({ kind: 'passed' });
  }
  expect(history.totals()).toMatchObject({ tests: 2, passed: 1, errors: 1 });
});

it('a repetition whose service died counts for nothing', () => {
  const history = createTaskHistory({ category: 'unit', flaky: 'pass', repeat: 2 });
  history.begin(1, 'first');
  history.add(createTest('t'));
  history.end({ kind: 'passed' });
  history.begin(2, 'repeat');
  history.add(createTest('t', { status: 'failed' }));
  history.end({ kind: 'service-failed', service: 'db', problem: 'gone' });
  history.begin(3, 'service-restart');
  expect(history.add(createTest('t'))).not.toHaveProperty('failedRepetitions');
  expect(history.totals()).toMatchObject({ tests: 1, passed: 1, failed: 0 });
});
