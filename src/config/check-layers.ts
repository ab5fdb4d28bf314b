import { problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import { unknown } from './check-names.ts';
import type { ConfigInput } from './schema.ts';
import type { Problem } from './source.ts';

type LayerInput = NonNullable<ConfigInput['layers']>[string];

/** Layers with categories that are not defined, or in two stages, or keys without effect. */
export function checkLayers(context: CheckContext): readonly Problem[] {
  return Object.entries(context.input.layers ?? {}).flatMap(([name, layer]) => [
    ...unknown(context, 'categories', {
      who: `layer "${name}" has category`,
      path: ['layers', name, 'categories'],
      words: layer.categories,
    }),
    ...(layer.stages ?? []).flatMap((stage, index) =>
      unknown(context, 'categories', {
        who: `layer "${name}" has category`,
        path: ['layers', name, 'stages', index],
        words: stage,
      }),
    ),
    ...checkStages(context, name, layer),
  ]);
}

function checkStages(context: CheckContext, name: string, layer: LayerInput): readonly Problem[] {
  if (layer.stages === undefined) {
    if (layer.stopOnFailure === undefined) return [];
    const message = `layer "${name}" has "stopOnFailure", which is only for "stages", and it has none`;
    return [problemAt(context, ['layers', name, 'stopOnFailure'], { at: 'key', message })];
  }
  const seen = new Map<string, number>();
  return layer.stages.flatMap((stage, index) =>
    stage.flatMap((category, place) => {
      const before = seen.get(category);
      seen.set(category, before ?? index);
      if (before === undefined) return [];
      const message = `layer "${name}" has category "${category}" in stage ${before + 1} already`;
      return [problemAt(context, ['layers', name, 'stages', index, place], { message })];
    }),
  );
}
