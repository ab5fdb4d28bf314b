import { catalogueDefaults } from './catalogue-defaults.ts';
import { problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import type { Path } from './path.ts';
import type { Problem } from './source.ts';

/** Categories or services that wait for each other, so that none could ever start. */
export function checkCycles(context: CheckContext): readonly Problem[] {
  return [
    ...cycles(categoryGraph(context)).map((cycle) => categoryProblem(context, cycle)),
    ...cycles(serviceGraph(context)).map((cycle) => {
      const message = `services need each other: ${loopText(cycle)}`;
      return problemAt(context, cycle.at(-1)?.path ?? [], { message });
    }),
  ];
}

/** `from` waits for `to`; `path` is where that is written, or what inherits it. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly path: Path;
  readonly inherited: 'dependsOn' | 'after' | null;
}

type Graph = ReadonlyMap<string, readonly Edge[]>;

function categoryGraph(context: CheckContext): Graph {
  const { categories } = context.input;
  const names = Object.keys(categories);
  return new Map(
    Object.entries(categories).map(([name, category]) => {
      const inherited = catalogueDefaults(name, context.catalogue, names);
      const edges = (['dependsOn', 'after'] as const).flatMap((key): readonly Edge[] => {
        const written = category[key];
        if (written !== undefined)
          return written.map((to, index) => ({
            from: name,
            to,
            path: ['categories', name, key, index],
            inherited: null,
          }));
        return (inherited?.[key] ?? []).map((to) => ({ from: name, to, path: ['categories', name], inherited: key }));
      });
      return [name, edges.filter(({ to }) => to !== name && Object.hasOwn(categories, to))];
    }),
  );
}

function serviceGraph(context: CheckContext): Graph {
  const services = context.input.services ?? {};
  return new Map(
    Object.entries(services).map(([name, { needs = [] }]) => [
      name,
      needs
        .map((to, index): Edge => ({ from: name, to, path: ['services', name, 'needs', index], inherited: null }))
        .filter(({ to }) => to !== name && Object.hasOwn(services, to)),
    ]),
  );
}

function categoryProblem(context: CheckContext, cycle: readonly Edge[]): Problem {
  const notes = cycle
    .filter(({ inherited }) => inherited !== null)
    .map(
      ({ from, to, inherited }) =>
        `; "${from}" waits for "${to}" by the built-in catalogue unless it says ${inherited ?? ''}: []`,
    );
  const written = cycle.findLast(({ inherited }) => inherited === null) ?? cycle.at(-1);
  const message = `categories wait for each other: ${loopText(cycle)}${notes.join('')}`;
  return problemAt(context, written?.path ?? [], { message, at: written?.inherited === null ? 'value' : 'key' });
}

function loopText(cycle: readonly Edge[]): string {
  const names = cycle.map(({ from }) => from);
  const shown = names.length > 12 ? [...names.slice(0, 10), `(${names.length - 10} more)`] : names;
  return [...shown, names[0] ?? ''].join(' -> ');
}

interface Step {
  readonly node: string;
  /** Edges not yet followed. */
  readonly edges: Edge[];
  /** How the walk came here. */
  readonly via: Edge | null;
}

/** One cycle per group of nodes that reach each other, as a depth-first walk meets them. */
function cycles(graph: Graph): readonly (readonly Edge[])[] {
  const found: (readonly Edge[])[] = [];
  const done = new Set<string>();
  for (const start of graph.keys()) {
    // A stack of our own: a config with thousands of categories in a row must not overflow the call stack.
    const walk: Step[] = [{ node: start, edges: [...(graph.get(start) ?? [])], via: null }];
    const open = new Map<string, number>([[start, 0]]);
    for (let top = walk.at(-1); top !== undefined && !done.has(start); top = walk.at(-1)) {
      const edge = top.edges.shift();
      if (edge === undefined) {
        done.add(top.node);
        open.delete(top.node);
        walk.pop();
        continue;
      }
      const depth = open.get(edge.to);
      if (depth !== undefined) found.push([...walk.slice(depth + 1).flatMap(({ via }) => via ?? []), edge]);
      else if (!done.has(edge.to)) {
        open.set(edge.to, walk.length);
        walk.push({ node: edge.to, edges: [...(graph.get(edge.to) ?? [])], via: edge });
      }
    }
  }
  return found;
}
