import type { Config } from '../model/config.ts';
import type { PlannedLayer } from '../model/plan.ts';
import type { SelectionRequest } from '../model/selection.ts';

/** The layers that were asked for and have stages or a budget, with those of their categories that are in the run. */
export function plannedLayers(
  config: Config,
  request: SelectionRequest,
  running: ReadonlySet<string>,
): readonly PlannedLayer[] {
  const ofMode = request.mode === null ? [] : (config.modes[request.mode]?.layers ?? []);
  return [...new Set([...request.layers, ...ofMode])].flatMap((name) => {
    const layer = config.layers[name];
    if (layer === undefined || (layer.stages === null && layer.budgetMs === null)) return [];
    const stages = (layer.stages ?? [layer.categories]).map((stage) => stage.filter((one) => running.has(one)));
    return [{ name, stages, stopOnFailure: layer.stopOnFailure, budgetMs: layer.budgetMs }];
  });
}

/** What a category waits for because of stages: everything in the stages before its own. */
export interface StageGate {
  readonly dependsOn: readonly string[];
  readonly after: readonly string[];
}

/** All stages before, and not only the last one: a category is blocked by the one that failed first. */
export function stageGate(category: string, layers: readonly PlannedLayer[]): StageGate {
  const gate = { dependsOn: new Set<string>(), after: new Set<string>() };
  for (const { stages, stopOnFailure } of layers) {
    const own = stages.findIndex((stage) => stage.includes(category));
    const before = stages.slice(0, Math.max(0, own)).flat();
    for (const name of before) (stopOnFailure ? gate.dependsOn : gate.after).add(name);
  }
  return { dependsOn: [...gate.dependsOn], after: [...gate.after] };
}
