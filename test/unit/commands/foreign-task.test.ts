import { expect, test } from 'vitest';
import { foreignTask } from '../../../src/commands/foreign-task.ts';
import type { Task } from '../../../src/model/plan.ts';
import { createTask } from '../../support/run-events.ts';

const task = (id: string, files: readonly string[], more: Partial<Task> = {}): Task => ({
  ...createTask(id),
  ...{ category: 'unit', suite: 'lib', files, ...more },
});
const own = [
  task('unit/lib/1', ['a', 'b'], { tests: { b: ['only'] } }),
  task('unit/lib/2', ['c']),
  task('unit/all', [], { suite: 'all' }),
];

test('the same work, cut and repeated in another way, is that of this machine', () => {
  const [, , all = task('', [])] = own;
  const other = [
    task('unit/lib/1', ['c'], { retries: 3 }),
    task('unit/lib/2', ['b'], { tests: { b: ['only'] }, slots: 8 }),
    task('unit/lib/3', ['a'], { timeoutMs: 5 }),
    all,
  ];
  expect(foreignTask(other, own)).toBeNull();
});

test.each<[string, readonly Task[], string]>([
  ['a file that is none of the plan', [task('unit/lib/1', ['--import=x'])], 'not planned here'],
  ['a file twice', [...own, task('unit/lib/3', ['a'])], 'not planned here'],
  ['an id twice', [own[0], own[0]].filter((one) => one !== undefined), 'names a task'],
  ['an id that is a path', [task('unit/lib/../../x', ['a'])], 'names a task'],
  ['tests of its own', [task('unit/lib/1', ['a'], { tests: { a: ['-x'] } })], 'not planned here'],
  ['tests of another file', [task('unit/lib/2', ['c'], { tests: { d: ['-x'] } })], 'not planned here'],
  ['another keyword', [task('unit/lib/2', ['c'], { keyword: 'x' })], 'not planned here'],
  ['no end', [task('unit/lib/2', ['c'], { timeoutMs: Number.NaN })], 'not planned here'],
  ['less than there is', own.slice(1), 'does not have all of unit/lib/1'],
])('%s is told', (_what, agreed, problem) => {
  expect(foreignTask(agreed, own)).toContain(problem);
});
