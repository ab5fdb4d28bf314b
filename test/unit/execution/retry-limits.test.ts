import { expect, it } from 'vitest';
import { defaultRetryRules } from '../../../src/base/retry-rules.ts';
import { createRetryLimits } from '../../../src/execution/retry-limits.ts';
import type { Task } from '../../../src/model/plan.ts';
import { emptyTotals } from '../../../src/results/totals.ts';
import { aTask } from '../../support/plans.ts';

interface Ended {
  readonly ran: number;
  readonly failed: number;
  readonly skipped?: number;
}

/** For each task that ended, one after the other, whether its category is given up then. */
function givenUp(
  tasks: readonly Task[],
  ends: readonly Ended[],
): { readonly reached: readonly boolean[]; readonly told: readonly string[] } {
  const told: string[] = [];
  const limits = createRetryLimits({ tasks }, (message) => told.push(message));
  const reached = ends.map(({ ran, failed, skipped = 0 }, index) => {
    const task = tasks[index] ?? aTask('none');
    limits.note(task, { ...emptyTotals, tests: ran + skipped, skipped, passed: ran - failed, failed });
    return limits.isReached(task.category);
  });
  return { reached, told };
}

const limited = (retryLimitPercent: number): Partial<Task> => ({
  retryRules: { ...defaultRetryRules, retryLimitPercent },
});
const unit = (index: number, change: Partial<Task> = {}): Task =>
  aTask(`unit/${index}`, { retries: 1, files: [`${index}.py`], ...change });

it.each<[string, readonly Task[], readonly Ended[], readonly boolean[]]>([
  ['one failure in ten', [unit(1)], [{ ran: 10, failed: 1 }], [false]],
  ['two in ten', [unit(1)], [{ ran: 10, failed: 2 }], [true]],
  ['two in twenty', [unit(1)], [{ ran: 20, failed: 2 }], [false]],
  ['all of nine', [unit(1)], [{ ran: 9, failed: 9 }], [false]],
  ['skipped tests count for nothing', [unit(1)], [{ ran: 10, failed: 2, skipped: 90 }], [true]],
  ['another limit', [unit(1, limited(50))], [{ ran: 10, failed: 5 }], [false]],
  ['no limit', [unit(1, limited(100))], [{ ran: 10, failed: 10 }], [false]],
  // Of four files with five tests each, twenty tests are expected.
  [
    'a first file that fails as a whole is not all of the category',
    [1, 2, 3, 4].map((index) => unit(index)),
    [
      { ran: 5, failed: 2 },
      { ran: 5, failed: 0 },
      { ran: 5, failed: 1 },
    ],
    [false, false, true],
  ],
  [
    'each category for itself',
    [unit(1), aTask('e2e', { retries: 1 })],
    [
      { ran: 10, failed: 5 },
      { ran: 10, failed: 1 },
    ],
    [true, false],
  ],
])('%s', (_title, tasks, ends, reached) => {
  expect(givenUp(tasks, ends).reached).toEqual(reached);
});

it('is said once, with the numbers', () => {
  const { told } = givenUp(
    [unit(1), unit(2)],
    [
      { ran: 10, failed: 10 },
      { ran: 10, failed: 10 },
    ],
  );
  expect(told).toEqual([
    'category unit: 10 of 20 tests failed, more than retryLimit 10%: that is no flakiness, and nothing of it is run again any more',
  ]);
});
