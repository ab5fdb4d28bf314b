import type { Task } from '../model/plan.ts';

/** An expression over names or tags, or named tests, leave out tests of its files: finding none is no error. */
export function isNarrowed(task: Task): boolean {
  return task.keyword !== null || task.markers !== null || Object.keys(task.tests).length > 0;
}
