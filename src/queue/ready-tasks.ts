import type { Task } from '../model/plan.ts';
import type { QueuedTask } from './task-claim.ts';

/** What the tasks of a category wait for. */
export interface Awaited {
  /** Categories that must have passed. */
  readonly passed: readonly string[];
  /** Categories that must have ended, those of `passed` too. */
  readonly ended: readonly string[];
}

/** Which tasks may be handed out, as far as others have ended. */
export interface ReadyTasks {
  /** Those that have become ready by what has ended by now, in the order of the plan; each once. `satisfies`: by index. */
  after(ended: ReadonlyMap<number, { readonly satisfies: boolean }>): readonly QueuedTask[];
  /** Some of them wait for others. */
  readonly hasGates: boolean;
}

/** `awaited` is by category; a category that is not in it waits for nothing. */
export function createReadyTasks(tasks: readonly Task[], awaited: ReadonlyMap<string, Awaited>): ReadyTasks {
  const byCategory = Map.groupBy(
    tasks.map(({ category }, index) => ({ category, index })),
    ({ category }) => category,
  );
  const waiting = new Set(byCategory.keys());
  return {
    hasGates: [...awaited.values()].some(({ ended }) => ended.length > 0),
    after(ended) {
      const hasEnded = (name: string): boolean => byCategory.get(name)?.every(({ index }) => ended.has(index)) ?? true;
      const hasFailed = (name: string): boolean =>
        byCategory.get(name)?.some(({ index }) => ended.get(index)?.satisfies === false) ?? false;
      const ready: QueuedTask[] = [];
      for (const category of [...waiting]) {
        const { passed = [], ended: before = [] } = awaited.get(category) ?? {};
        const blockedBy = passed.find(hasFailed) ?? null;
        if (blockedBy === null && !before.every(hasEnded)) continue;
        waiting.delete(category);
        for (const { index } of byCategory.get(category) ?? []) ready.push({ index, blockedBy });
      }
      return ready.sort((a, b) => a.index - b.index);
    },
  };
}
