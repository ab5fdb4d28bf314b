import type { Task } from '../model/plan.ts';
import { rank } from './graph.ts';

/**
 * In expected order of start: most urgent first, then what failed the last time, then longest (never measured counts as longest),
 * then by id; but none before the categories that it waits for.
 */
export function sortTasks(tasks: readonly Task[]): readonly Task[] {
  const sorted = tasks
    .map((task) => ({ task, id: splitId(task.id) }))
    .sort(
      (a, b) =>
        rank(a.task.priority) - rank(b.task.priority) ||
        Number(b.task.first === true) - Number(a.task.first === true) ||
        compareNumbers(b.task.expectedMs ?? Infinity, a.task.expectedMs ?? Infinity) ||
        compareIds(a.id, b.id),
    )
    .map(({ task }) => task);
  const place = new Map(sorted.map((task, index) => [task, index]));
  const waiting = Map.groupBy(sorted.toReversed(), (task) => task.category);
  const result: Task[] = [];
  while (waiting.size > 0) {
    const heads = [...waiting.values()].flatMap((queue) => queue.at(-1) ?? []);
    const free = heads.filter((task) => ![...task.dependsOn, ...task.after].some((name) => waiting.has(name)));
    const [next] = (free.length > 0 ? free : heads).sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
    if (next === undefined) break;
    result.push(next);
    const queue = waiting.get(next.category);
    queue?.pop();
    if (queue === undefined || queue.length === 0) waiting.delete(next.category);
  }
  return result;
}

function compareNumbers(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** By code units, but batch 2 before batch 10. */
interface SplitId {
  readonly name: string;
  readonly number: number;
}

function splitId(id: string): SplitId {
  const number = /\/(\d+)$/.exec(id)?.[1];
  return number === undefined ? { name: id, number: 0 } : { name: id.slice(0, -number.length), number: Number(number) };
}

function compareIds(a: SplitId, b: SplitId): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.number - b.number;
}
