import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { divideSlots } from '../../../src/categories/divide-slots.ts';
import type { Task } from '../../../src/model/plan.ts';
import { aTask } from '../../support/plans.ts';

/** A task whose framework has workers of its own; `ms` is the work of all its files together. */
const own = (id: string, ms: number, change: Partial<Task> = {}, slots = 4): Task =>
  aTask(id, { framework: 'vitest', slots, expectedMs: ms / slots, ...change });
const batchOf = (id: string, ms: number, change: Partial<Task> = {}): Task => aTask(id, { expectedMs: ms, ...change });
const divide = (tasks: readonly Task[], slots = 4): readonly Task[] =>
  divideSlots(tasks, { slots, canShrink: ({ framework }) => framework === 'vitest', startUp: new Map() });
const slotsOf = (tasks: readonly Task[], slots = 4): readonly number[] =>
  divide(tasks, slots)
    .filter(({ framework }) => framework === 'vitest')
    .map((task) => task.slots);

test.each<[string, readonly number[], readonly Task[]]>([
  ['has all slots when it is alone', [4], [own('unit/web', 1000)]],
  ['has its part of them beside others', [2], [own('unit/web', 1000), batchOf('unit/py', 1000)]],
  ['has one where it is little', [1], [own('unit/web', 100), batchOf('unit/py', 1000)]],
  ['has all where the others are little', [4], [own('unit/web', 1000), batchOf('unit/py', 50)]],
  ['runs beside another of its kind', [2, 2], [own('unit/web', 1000), own('unit/ui', 1000)]],
  ['has all slots where the rest waits for it', [4], [own('a/web', 1000), batchOf('b/py', 1000, { dependsOn: ['a'] })]],
  [
    'has all slots where the rest is less urgent',
    [4],
    [own('a/web', 1000), batchOf('b/py', 1000, { priority: 'low' })],
  ],
  [
    'keeps what it has when it runs alone by order',
    [4, 2],
    [own('a/web', 1000, { exclusive: true }), own('a/ui', 500), batchOf('a/py', 500)],
  ],
])('a task with workers of its own %s', (_what, expected, tasks) => {
  expect(slotsOf(tasks)).toEqual(expected);
});

test('three of a kind do not leave one for the end with most slots idle', () => {
  const tasks = ['a', 'b', 'c'].map((name) => own(`unit/${name}`, 1000, {}, 2));
  const divided = divide(tasks, 2);
  expect(divided.map(({ slots }) => slots).sort()).toEqual([1, 1, 2]);
});

test('tasks that can only run one after the other do not halve each other', () => {
  const tasks = ['a', 'b'].map((name) => own(`unit/${name}`, 1000, { locks: ['maven:.'] }));
  expect(slotsOf(tasks)).toEqual([4, 4]);
});

test('what was never measured counts by its files', () => {
  const files = Array.from({ length: 6 }, (_, index) => `f${index}`);
  expect(
    slotsOf([own('unit/web', 0, { expectedMs: null, files }), aTask('unit/py', { files: files.slice(0, 2) })]),
  ).toEqual([3]);
});

test('fewer slots take longer, but a start takes what it takes', () => {
  const divided = divideSlots([own('unit/web', 4000, { expectedMs: 1300 }), batchOf('unit/py', 4300)], {
    ...{ slots: 4, canShrink: ({ framework }) => framework === 'vitest' },
    startUp: new Map([['suite', 300]]),
  });
  expect(divided[0]).toMatchObject({ slots: 2, expectedMs: 2300 });
});

describe('whatever is divided', () => {
  it('no task gets more than it could use, none is lost, and nothing but slots and times changes', () => {
    const anyTask = fc.record({
      ms: fc.integer({ min: 1, max: 10_000 }),
      slots: fc.integer({ min: 1, max: 8 }),
      framework: fc.constantFrom('vitest', 'pytest'),
      category: fc.constantFrom('a', 'b', 'c'),
      dependsOn: fc.subarray(['a', 'b', 'c'], { maxLength: 1 }),
      locks: fc.subarray(['x']),
      exclusive: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyTask, { maxLength: 12 }), fc.integer({ min: 1, max: 8 }), (given, slots) => {
        const tasks = given.map(({ ms, ...one }, index) =>
          aTask(`t${index}`, { ...one, slots: Math.min(one.slots, slots), expectedMs: ms }),
        );
        const divided = divide(tasks, slots);
        const rest = (task: Task): Task => ({ ...task, slots: 0, expectedMs: 0 });
        expect(divided.map(rest)).toEqual(tasks.map(rest));
        for (const [index, task] of divided.entries()) {
          expect(task.slots).toBeGreaterThanOrEqual(1);
          expect(task.slots).toBeLessThanOrEqual(tasks[index]?.slots ?? 0);
        }
      }),
    );
  });
});
