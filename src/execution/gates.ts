import type { Task } from '../model/plan.ts';
import type { Entry } from './schedule-state.ts';

/** Per category that has tasks in the plan: what is left of it, and who waits for it. */
export type Gates = Map<string, Gate>;

export interface Gate {
  /** Tasks of the category that have not ended. */
  remaining: number;
  /** A task of it ended otherwise than passed, so that its dependents will never start. */
  blocked: boolean;
  /** Tasks that may only start when all of it passed. */
  readonly dependents: Entry[];
  /** Tasks that may only start when all of it ended: the dependents and those that are merely ordered. */
  readonly waiting: Entry[];
}

/** Links tasks to the categories they wait for; a category without tasks in the plan holds nobody up. */
export function createGates(entries: readonly Entry[]): Gates {
  const gates = new Map<string, Gate>();
  for (const { task } of entries) addToGate(gates, task.category);
  const orders = acyclicOrders(
    entries.map(({ task }) => task),
    gates,
  );
  for (const entry of entries) {
    const { category } = entry.task;
    const awaited = new Set(entry.task.dependsOn);
    for (const name of awaited) if (name !== category) gates.get(name)?.dependents.push(entry);
    for (const name of entry.task.after) if (orders.get(category)?.has(name) === true) awaited.add(name);
    awaited.delete(category);
    for (const name of awaited) {
      const gate = gates.get(name);
      if (gate === undefined) continue;
      gate.waiting.push(entry);
      entry.waitingFor += 1;
    }
  }
  return gates;
}

/** One more task of the category has to end. */
export function addToGate(gates: Gates, category: string): void {
  const gate = gates.get(category);
  if (gate === undefined) gates.set(category, { remaining: 1, blocked: false, dependents: [], waiting: [] });
  else gate.remaining += 1;
}

/** What the tasks of each category wait for: until it has passed, and until it has ended at all. */
export function awaitedCategories(tasks: readonly Task[]): ReadonlyMap<string, AwaitedCategories> {
  const names = new Set(tasks.map(({ category }) => category));
  const orders = acyclicOrders(tasks, names);
  return new Map(
    [...Map.groupBy(tasks, ({ category }) => category)].map(([category, own]) => {
      const isAwaited = (name: string): boolean => name !== category && names.has(name);
      const passed = [...new Set(own.flatMap(({ dependsOn }) => dependsOn))].filter(isAwaited);
      const after = [...(orders.get(category) ?? [])].filter(isAwaited);
      return [category, { passed, ended: [...new Set([...passed, ...after])] }];
    }),
  );
}

/** Names of categories that have tasks. */
export interface AwaitedCategories {
  readonly passed: readonly string[];
  /** Those of `passed` too. */
  readonly ended: readonly string[];
}

/** @throws Error when no task of the plan is in the category. */
export function gateOf(gates: Gates, category: string): Gate {
  const gate = gates.get(category);
  if (gate === undefined) throw new Error(`category ${category} has no task in the plan`);
  return gate;
}

/**
 * Which categories each category comes after. An order that closes a circle with dependencies, or with orders before it in the plan, is
 * dropped: the run is worth more than the order.
 */
function acyclicOrders(
  tasks: readonly Task[],
  gates: { has(name: string): boolean; keys(): Iterable<string> },
): ReadonlyMap<string, ReadonlySet<string>> {
  const names = [...gates.keys()];
  const edges = new Map(names.map((name) => [name, new Set<string>()]));
  const orders = new Map(names.map((name) => [name, new Set<string>()]));
  for (const task of tasks) {
    for (const name of task.dependsOn) if (gates.has(name)) edges.get(task.category)?.add(name);
  }
  for (const task of tasks) {
    const own = orders.get(task.category);
    for (const name of task.after) {
      if (own?.has(name) !== false || !gates.has(name) || reaches(edges, name, task.category)) continue;
      own.add(name);
      edges.get(task.category)?.add(name);
    }
  }
  return orders;
}

function reaches(edges: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(edges.get(name) ?? []));
  }
  return false;
}
