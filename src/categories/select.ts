import type { Category, Config } from '../model/config.ts';
import type { SkipReason } from '../model/outcome.ts';
import type { SelectedCategory, Selection, SelectionRequest } from '../model/selection.ts';
import { checkNames } from './check-names.ts';
import { dependencyEdges, topologicalOrder } from './graph.ts';

/**
 * The categories that a request means, dependencies first, and those that are out with the reason. `pathExists` says whether a word is a
 * path, for a better hint where it is no category.
 * @throws UsageError naming every unknown category, layer, mode, suite, component and environment at once
 */
export function select(
  config: Config,
  request: SelectionRequest,
  pathExists: (word: string) => boolean = () => false,
): Selection {
  checkNames(config, request, pathExists);
  const asked = askedFor(config, request);
  const chosen = new Map<string, SelectedCategory>();
  const excluded = new Map<string, string>();
  for (const [name, because] of asked) {
    const skip = environmentSkip(config, config.categories[name], request.environment);
    const exclusion = exclusionOf(config, request, name);
    if (exclusion !== null) excluded.set(name, exclusion);
    else if (skip === null || because === named) chosen.set(name, { name, role: 'chosen', because, skip });
    else excluded.set(name, describeSkip(skip));
  }
  // Explicit files say exactly what to run.
  if (request.withDependencies && request.files.length === 0) addDependencies(config, request, chosen, excluded);
  for (const name of Object.keys(config.categories)) {
    if (!chosen.has(name) && !excluded.has(name)) excluded.set(name, 'not selected');
  }
  const order = topologicalOrder([...chosen.keys()], dependencyEdges(Object.values(config.categories)));
  return {
    request,
    categories: order.flatMap((name) => chosen.get(name) ?? []),
    excluded: [...excluded].map(([category, because]) => ({ category, because })),
  };
}

/** `may not run in prod (only in local, staging)`. */
export function describeSkip(skip: SkipReason & { readonly kind: 'environment' }): string {
  const allowed = skip.allowed.length === 0 ? 'in no environment' : `only in ${skip.allowed.join(', ')}`;
  return `it may not run in ${skip.environment} (${allowed})`;
}

const named = '--category';

/** Category names with why they are in; the first reason counts. */
function askedFor(config: Config, request: SelectionRequest): ReadonlyMap<string, string> {
  const asked = new Map<string, string>();
  const add = (names: readonly string[], because: string): void => {
    for (const name of names) if (!asked.has(name)) asked.set(name, because);
  };
  const everything = Object.keys(config.categories);
  add(
    request.categories.filter((name) => name !== 'all'),
    named,
  );
  if (request.categories.includes('all')) add(everything, '--category all');
  for (const layer of request.layers) add(config.layers[layer]?.categories ?? [], `layer ${layer}`);
  const mode = request.mode === null ? undefined : config.modes[request.mode];
  if (mode !== undefined) {
    for (const layer of mode.layers) add(config.layers[layer]?.categories ?? [], `layer ${layer} of mode ${mode.name}`);
    add(mode.categories, `mode ${mode.name}`);
  }
  if (request.categories.length === 0 && request.layers.length === 0 && mode === undefined)
    add(everything, 'no selection');
  return asked;
}

/** The option that leaves a category out. */
function exclusionOf(config: Config, request: SelectionRequest, name: string): string | null {
  if (request.excludeCategories.includes(name)) return '--exclude-category';
  const meantFor = config.categories[name]?.environments ?? [];
  const environment = request.excludeEnvironments?.find((one) => meantFor.includes(one));
  return environment === undefined ? null : `--exclude-env ${environment}`;
}

function environmentSkip(
  config: Config,
  category: Category | undefined,
  environment: string,
): (SkipReason & { readonly kind: 'environment' }) | null {
  if (category === undefined) return null;
  const candidates = category.environments ?? Object.keys(config.environments);
  const allowed = candidates.filter((name) => !category.excludeEnvironments.includes(name));
  if (allowed.includes(environment)) return null;
  // A category without a list runs anywhere, also where the config has no entry for the environment.
  if (category.environments === null && !category.excludeEnvironments.includes(environment)) return null;
  return { kind: 'environment', environment, allowed };
}

function addDependencies(
  config: Config,
  request: SelectionRequest,
  chosen: Map<string, SelectedCategory>,
  excluded: Map<string, string>,
): void {
  const queue = [...chosen.values()].filter((category) => category.skip === null).map((category) => category.name);
  for (let waiter = queue.shift(); waiter !== undefined; waiter = queue.shift()) {
    for (const name of config.categories[waiter]?.dependsOn ?? []) {
      if (chosen.has(name)) continue;
      const skip = environmentSkip(config, config.categories[name], request.environment);
      const exclusion = exclusionOf(config, request, name);
      if (exclusion !== null) {
        excluded.set(name, `${exclusion}; ${waiter} depends on it and takes it as passed`);
      } else if (skip !== null) {
        excluded.set(name, `${waiter} depends on it, but ${describeSkip(skip)} and counts as passed`);
      } else {
        chosen.set(name, { name, role: 'dependency', because: `dependency of ${waiter}`, skip: null });
        excluded.delete(name);
        queue.push(name);
      }
    }
  }
}
