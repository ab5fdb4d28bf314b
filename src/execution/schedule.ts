import type { Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { Held } from './held.ts';
import type { ScheduleState } from './schedule-state.ts';

/** What to do next: start a task in a slot, end one that will not run, wait until a running one ends, or stop. */
export type Move =
  | { readonly kind: 'start'; readonly task: Task; readonly slot: number }
  | { readonly kind: 'settle'; readonly task: Task; readonly outcome: Outcome }
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' };

/**
 * The next move of a run; pure, and the same for the same state.
 *
 * A task starts when the categories it depends on have passed, and its slots, locks and conflicting categories are free. The first that
 * cannot start holds back only those behind it that would take what it is waiting for: its locks, the categories it conflicts with, or,
 * once nothing but slots is missing, the slots. So heavy and exclusive tasks do not starve, and one blocked task never stops the rest.
 * A task that is postponed comes when nothing else runs or can; until then those that depend on its category wait.
 */
export function nextMove(state: ScheduleState): Move {
  const settled = state.settling[state.settleFrom];
  if (settled !== undefined) return { kind: 'settle', task: settled.entry.task, outcome: settled.outcome };
  if (state.ended === state.entries.length) return { kind: 'done' };
  const start = firstStartable(state);
  if (start !== null) return start;
  if (state.held.running > 0) return { kind: 'wait' };
  return breakCycle(state);
}

function firstStartable(state: ScheduleState): Move | null {
  const { held } = state;
  const slot = held.freeSlots[0];
  if (slot === undefined || held.exclusive) return null;
  const reserved: Reserved = { locks: new Set(), categories: new Set(), conflicts: new Set() };
  for (const group of state.ready) {
    const entry = group.entries[group.first];
    if (entry === undefined) continue;
    const { task } = entry;
    if (isContended(task, held, reserved)) {
      reserve(task, reserved);
      continue;
    }
    const fits = entry.isAlone ? held.running === 0 : held.freeSlots.length >= entry.weight;
    return fits ? { kind: 'start', task, slot } : null;
  }
  return null;
}

/** What tasks further in front wait for. */
interface Reserved {
  readonly locks: Set<string>;
  readonly categories: Set<string>;
  readonly conflicts: Set<string>;
}

function isContended(task: Task, held: Held, reserved: Reserved): boolean {
  return (
    task.locks.some((lock) => held.locks.has(lock) || reserved.locks.has(lock)) ||
    task.conflicts.some((category) => (held.categories.get(category) ?? 0) > 0 || reserved.categories.has(category)) ||
    (held.conflicts.get(task.category) ?? 0) > 0 ||
    reserved.conflicts.has(task.category)
  );
}

function reserve(task: Task, reserved: Reserved): void {
  for (const lock of task.locks) reserved.locks.add(lock);
  for (const category of task.conflicts) reserved.conflicts.add(category);
  reserved.categories.add(task.category);
}

/** Nothing runs and nothing can: categories depend on each other in a circle, which a checked config never has. */
function breakCycle(state: ScheduleState): Move {
  for (const { task, state: now } of state.entries) {
    const by = task.dependsOn.find((name) => name !== task.category && (state.gates.get(name)?.remaining ?? 0) > 0);
    if (now !== 'waiting' || by === undefined) continue;
    return { kind: 'settle', task, outcome: { kind: 'skipped', because: { kind: 'blocked', by } } };
  }
  throw new Error('the schedule is stuck: no task runs, waits or can start');
}
