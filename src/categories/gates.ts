import { UsageError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import type { Claim } from './assign-files.ts';
import type { PlannedLayer } from '../model/plan.ts';
import { closure, findCycle } from './graph.ts';
import { stageGate } from './stages.ts';

/** What a category waits for and avoids, in this run. */
interface Gate {
  readonly dependsOn: readonly string[];
  readonly after: readonly string[];
  readonly conflicts: readonly string[];
}

export interface Gates {
  of(category: string): Gate;
}

/**
 * The ordering of the categories that have tasks. One without tasks gates nothing, with one exception: where other categories run all of its
 * files, what depends on it waits for those, or its failures would stop nobody.
 * @throws UsageError when categories wait for each other
 */
export function createGates(
  config: Config,
  {
    running,
    claims,
    layers = [],
  }: {
    readonly running: ReadonlySet<string>;
    readonly claims: readonly Claim[];
    readonly layers?: readonly PlannedLayer[];
  },
): Gates {
  const standIns = carriers(claims, running);
  const gates: Record<string, Gate> = {};
  const waits: Record<string, readonly string[]> = {};
  for (const name of running)
    waits[name] = [
      ...new Set([...(config.categories[name]?.dependsOn ?? []), ...stageGate(name, layers).dependsOn]),
    ].filter((other) => running.has(other));
  for (const name of running) {
    const category = config.categories[name];
    const own = waits[name] ?? [];
    const extra = (category?.dependsOn ?? [])
      .filter((dependency) => !running.has(dependency))
      .flatMap((dependency) => [...(standIns.get(dependency) ?? [])])
      .filter((other) => other !== name && !own.includes(other) && !closure([other], waits).includes(name));
    const dependsOn = [...new Set([...own, ...extra])];
    waits[name] = dependsOn;
    const conflicts = [...running].filter(
      (other) =>
        other !== name &&
        (category?.conflicts.includes(other) === true || config.categories[other]?.conflicts.includes(name) === true),
    );
    const after = [...new Set([...(category?.after ?? []), ...stageGate(name, layers).after])].filter(
      (other) => running.has(other) && !dependsOn.includes(other),
    );
    gates[name] = { dependsOn, after, conflicts };
  }
  refuseCycles(gates);
  return { of: (name) => gates[name] ?? { dependsOn: [], after: [], conflicts: [] } };
}

/** Who runs files that another category would have run. */
function carriers(claims: readonly Claim[], running: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const result = new Map<string, Set<string>>();
  for (const { category, alsoIn } of claims) {
    if (!running.has(category.name)) continue;
    for (const name of alsoIn) result.set(name, (result.get(name) ?? new Set()).add(category.name));
  }
  return result;
}

function refuseCycles(gates: Readonly<Record<string, Gate>>): void {
  const edges = Object.fromEntries(
    Object.entries(gates).map(([name, gate]) => [name, [...gate.dependsOn, ...gate.after]]),
  );
  const cycle = findCycle(edges);
  if (cycle === null) return;
  throw new UsageError(
    `categories wait for each other: ${cycle.join(' -> ')}`,
    'remove one of these names from "dependsOn" or "after" in the config, or put it into another stage of its layer',
  );
}
