import { expect, test } from 'vitest';
import { forecast } from '../../../src/execution/forecast.ts';
import type { Task } from '../../../src/model/plan.ts';
import { aPlan, aTask } from '../../support/plans.ts';

const takes = (id: string, expectedMs: number | null, change: Partial<Task> = {}): Task =>
  aTask(id, { expectedMs, ...change });

test.each<[string, number | null, number, readonly Task[]]>([
  ['nothing', 0, 2, []],
  ['one after the other in one slot', 30, 1, [takes('a/1', 20), takes('a/2', 10)]],
  ['side by side in two', 20, 2, [takes('a/1', 20), takes('a/2', 10)]],
  ['a category after the one that it waits for', 30, 2, [takes('a/1', 20), takes('b/1', 10, { dependsOn: ['a'] })]],
  [
    'tasks with a common lock one by one',
    30,
    2,
    [takes('a/1', 20, { locks: ['x'] }), takes('a/2', 10, { locks: ['x'] })],
  ],
  ['an exclusive task alone', 30, 2, [takes('a/1', 20), takes('b/1', 10, { exclusive: true })]],
  ['a wide task when there is room for it', 25, 2, [takes('a/1', 20), takes('b/1', 5, { slots: 2 })]],
  [
    'no time for what is settled before',
    10,
    2,
    [takes('a/1', 20, { settled: { kind: 'no-tests' } }), takes('b/1', 10)],
  ],
  ['not known when a task never was measured', null, 2, [takes('a/1', 20), takes('a/2', null)]],
])('a plan takes %s', (_what, expected, slots, tasks) => {
  expect(forecast(aPlan(tasks, slots))).toBe(expected);
});
