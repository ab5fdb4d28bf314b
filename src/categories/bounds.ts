import type { Plan, Task } from '../model/plan.ts';
import { wholeSuite } from './membership.ts';
import type { TaskContext } from './tasks.ts';

/** What no schedule of a plan can beat. Times in milliseconds. */
export interface Bounds {
  /** Of all tests together, as if one slot ran them. */
  readonly workMs: number;
  /** No run takes less: the work shared evenly by all slots, or the longest part of it that cannot be shared. */
  readonly leastMs: number;
  /** That part: a root-relative file, or `category/suite`. */
  readonly longest: { readonly name: string; readonly ms: number };
}

/** The bounds of a plan; `null` when nothing of it runs, or some of it was never measured. */
export function boundsOf(
  plan: Pick<Plan, 'tasks' | 'slots'>,
  { times, facts, traits }: Pick<TaskContext, 'times' | 'facts' | 'traits'>,
): Bounds | null {
  let workMs = 0;
  let leastStart = Infinity;
  let longest = { name: '', ms: 0 };
  for (const task of plan.tasks) {
    if (task.settled !== null) continue;
    const start = task.files.length === 0 ? 0 : (facts.startUp?.get(task.suite) ?? 0);
    leastStart = Math.min(leastStart, start);
    for (const file of task.files.length === 0 ? [wholeSuite] : task.files) {
      const ms = times.of({ category: task.category, suite: task.suite, file });
      if (ms === null) return null;
      workMs += ms * slotsHeld(task, plan.slots, traits.get(task.framework)?.ownWorkers === true);
      if (ms + start <= longest.ms) continue;
      longest = { name: file === wholeSuite ? `${task.category}/${task.suite}` : file, ms: ms + start };
    }
  }
  if (leastStart === Infinity) return null;
  return { workMs, leastMs: Math.max(workMs / plan.slots + leastStart, longest.ms), longest };
}

/** While one of its files runs; workers of its own share the slots of a task among its files. */
function slotsHeld(task: Task, slots: number, ownWorkers: boolean): number {
  if (task.exclusive) return slots;
  return ownWorkers ? 1 : Math.max(1, Math.min(task.slots, slots));
}
