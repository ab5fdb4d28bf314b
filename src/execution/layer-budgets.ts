import type { CancelReason } from '../model/outcome.ts';
import type { PlannedLayer, Task } from '../model/plan.ts';
import type { Io } from '../ports.ts';

/** What a layer whose time is up can stop. */
export interface BudgetTools {
  readonly io: Pick<Io, 'sleep'>;
  /** The run is over. */
  readonly over: AbortSignal;
  readonly stopCategory: (name: string, reason: CancelReason) => void;
}

/** Takes the time of each layer with a budget, from the start of its first task, and stops its categories when that is used up. */
export function createLayerBudgets(layers: readonly PlannedLayer[], tools: BudgetTools): (started: Task) => void {
  const waiting = new Set(layers);
  return (started) => {
    for (const layer of waiting) {
      const categories = layer.stages.flat();
      if (layer.budgetMs === null || !categories.includes(started.category)) continue;
      waiting.delete(layer);
      const reason: CancelReason = { kind: 'deadline', afterMs: layer.budgetMs, layer: layer.name };
      void tools.io.sleep(layer.budgetMs, tools.over).then(() => {
        if (!tools.over.aborted) for (const category of categories) tools.stopCategory(category, reason);
      });
    }
  };
}
