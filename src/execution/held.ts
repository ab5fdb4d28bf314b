import type { Entry } from './schedule-state.ts';

/** What running tasks hold. */
export interface Held {
  readonly freeSlots: number[];
  readonly locks: Set<string>;
  /** Running tasks by category. */
  readonly categories: Map<string, number>;
  /** Running tasks by the categories they conflict with. */
  readonly conflicts: Map<string, number>;
  running: number;
  exclusive: boolean;
}

/** Nothing is held, all slots are free. */
export function createHeld(slots: number): Held {
  return {
    freeSlots: Array.from({ length: slots }, (_, slot) => slot),
    ...{ locks: new Set(), categories: new Map(), conflicts: new Map() },
    ...{ running: 0, exclusive: false },
  };
}

/** Gives a task that starts the smallest free slots, its locks and its category. */
export function take(held: Held, entry: Entry): void {
  const { task } = entry;
  entry.slots = held.freeSlots.splice(0, entry.weight);
  held.running += 1;
  held.exclusive = entry.isAlone;
  for (const lock of task.locks) held.locks.add(lock);
  count(held.categories, task.category, 1);
  for (const category of new Set(task.conflicts)) count(held.conflicts, category, 1);
}

/** Frees what a task has held. */
export function giveBack(held: Held, { task, slots }: Entry): void {
  held.freeSlots.push(...slots);
  held.freeSlots.sort((a, b) => a - b);
  held.running -= 1;
  held.exclusive = false;
  for (const lock of task.locks) held.locks.delete(lock);
  count(held.categories, task.category, -1);
  for (const category of new Set(task.conflicts)) count(held.conflicts, category, -1);
}

function count(counts: Map<string, number>, key: string, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change);
}
