import { describe, expect, it } from 'vitest';
import { createReadyTasks } from '../../../src/queue/ready-tasks.ts';
import { awaitedCategories } from '../../../src/execution/gates.ts';
import { aTask } from '../../support/plans.ts';

// unit <- api <- e2e     load comes after unit, whatever that comes to
const tasks = [
  aTask('unit/1', { category: 'unit' }),
  aTask('api/1', { category: 'api', dependsOn: ['unit'] }),
  aTask('unit/2', { category: 'unit' }),
  aTask('e2e/1', { category: 'e2e', dependsOn: ['api', 'gone'] }),
  aTask('load/1', { category: 'load', after: ['unit'] }),
];
const ended = (...pairs: [number, boolean][]): Map<number, { satisfies: boolean }> =>
  new Map(pairs.map(([index, satisfies]) => [index, { satisfies }]));

describe('tasks that may be handed out', () => {
  it('are those that wait for nothing, then, once each, those whose categories have passed', () => {
    const ready = createReadyTasks(tasks, awaitedCategories(tasks));
    expect(ready.hasGates).toBe(true);
    expect(ready.after(ended()).map(({ index }) => index)).toEqual([0, 2]);
    expect(ready.after(ended([0, true]))).toEqual([]);
    expect(ready.after(ended([0, true], [2, true])).map(({ index }) => index)).toEqual([1, 4]);
    expect(ready.after(ended([0, true], [2, true], [1, true]))).toEqual([{ index: 3, blockedBy: null }]);
    expect(ready.after(ended([0, true], [2, true], [1, true]))).toEqual([]);
  });

  it('are handed out as blocked when a category that they depend on has failed', () => {
    const ready = createReadyTasks(tasks, awaitedCategories(tasks));
    ready.after(ended());
    expect(ready.after(ended([0, false]))).toEqual([{ index: 1, blockedBy: 'unit' }]);
    expect(ready.after(ended([0, false], [2, true]))).toEqual([{ index: 4, blockedBy: null }]);
    expect(ready.after(ended([0, false], [2, true], [1, false]))).toEqual([{ index: 3, blockedBy: 'api' }]);
  });
});
