import type { Category, Priority } from '../model/config.ts';

type Edges = Readonly<Record<string, readonly string[]>>;

/** From most to least urgent; the index is the rank. */
const priorities: readonly Priority[] = ['critical', 'high', 'normal', 'low', 'background'];

/** Smaller is more urgent. */
export function rank(priority: Priority): number {
  return priorities.indexOf(priority);
}

/** Every name that `start` reaches, dependencies before what needs them, each once; names without edges are leaves. Survives cycles. */
export function closure(start: readonly string[], edges: Edges): readonly string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  // An explicit stack: a chain of thousands of categories must not overflow the call stack.
  const stack = [...start].reverse().map((name) => ({ name, left: false }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.left) {
      order.push(top.name);
      continue;
    }
    if (seen.has(top.name)) continue;
    seen.add(top.name);
    stack.push({ name: top.name, left: true });
    for (const next of [...targets(edges, top.name)].reverse()) stack.push({ name: next, left: false });
  }
  return order;
}

/** The first cycle in order of definition, closed (`[a, b, a]`), or `null`. */
export function findCycle(edges: Edges): readonly string[] | null {
  const done = new Set<string>();
  for (const start of Object.keys(edges)) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const stack = [{ name: start, left: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      if (top.left) {
        path.pop();
        onPath.delete(top.name);
        done.add(top.name);
        continue;
      }
      if (onPath.has(top.name)) return [...path.slice(path.indexOf(top.name)), top.name];
      if (done.has(top.name)) continue;
      path.push(top.name);
      onPath.add(top.name);
      stack.push({ name: top.name, left: true });
      for (const next of [...targets(edges, top.name)].reverse()) stack.push({ name: next, left: false });
    }
  }
  return null;
}

/** `names` with whatever they depend on (among them) first; equals keep their order. */
export function topologicalOrder(names: readonly string[], edges: Edges): readonly string[] {
  const wanted = new Set(names);
  return closure(names, edges).filter((name) => wanted.has(name));
}

/** Each category's priority, raised to that of the most urgent category that waits for it. */
export function inheritPriority(categories: readonly Category[]): ReadonlyMap<string, Priority> {
  const edges = dependencyEdges(categories);
  const inherited = new Map(categories.map((category) => [category.name, category.priority]));
  const waitersFirst = topologicalOrder(
    categories.map((category) => category.name),
    edges,
  ).toReversed();
  for (const name of waitersFirst) {
    const own = inherited.get(name);
    if (own === undefined) continue;
    for (const dependency of targets(edges, name)) {
      const current = inherited.get(dependency);
      if (current !== undefined && rank(own) < rank(current)) inherited.set(dependency, own);
    }
  }
  return inherited;
}

/** `dependsOn` by category name. */
export function dependencyEdges(categories: readonly Category[]): Edges {
  return Object.fromEntries(categories.map((category) => [category.name, category.dependsOn]));
}

function targets(edges: Edges, name: string): readonly string[] {
  return Object.hasOwn(edges, name) ? (edges[name] ?? []) : [];
}
