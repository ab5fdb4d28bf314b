import { usualBaseline } from '../base/guard-names.ts';
import type { CatalogueEntry, Config, FrameworkDefaults, Layer } from '../model/config.ts';
import type { Settings } from '../model/settings.ts';
import { resolveEnvironmentName } from './environment-name.ts';
import { normaliseCategory } from './normalise-category.ts';
import { normaliseEnvironment } from './normalise-environment.ts';
import { normaliseGuard } from './normalise-guard.ts';
import { normaliseHistory } from './normalise-history.ts';
import { normaliseService } from './normalise-service.ts';
import { normaliseSuite } from './normalise-suite.ts';
import type { Origins } from './origins.ts';
import type { ConfigInput } from './schema.ts';

/** What a config builds on besides the user's text. */
export interface Defaults {
  readonly catalogue: readonly CatalogueEntry[];
  readonly frameworks: readonly FrameworkDefaults[];
  /** The name of a project whose config gives none. */
  readonly project: string;
}

/** Fills in every default and notes where each value comes from; the input has passed all checks. */
export function normalise(input: ConfigInput, origins: Origins, defaults: Defaults): Config {
  const environmentNames = [...new Set(['local', ...Object.keys(input.environments ?? {})])];
  const canonical = (name: string): string => resolveEnvironmentName(name, environmentNames) ?? name;
  const context = { origins, canonical, catalogue: defaults.catalogue, categoryNames: Object.keys(input.categories) };
  origins.pick(['version'], input.version, { value: 1, origin: 'default' });
  return {
    version: 1,
    project: origins.pick(['project'], input.project, { value: defaults.project, origin: 'default' }),
    workers: origins.pick(['workers'], input.workers, { value: 'auto', origin: 'default' }),
    environment: canonical(origins.pick(['environment'], input.environment, { value: 'local', origin: 'default' })),
    settings: normaliseSettings(input.settings ?? {}, origins),
    suites: byName(
      Object.entries(input.suites).flatMap(([name, suite]) =>
        normaliseSuite(name, suite, { origins, frameworks: defaults.frameworks }),
      ),
    ),
    categories: named(input.categories, (category, name) => normaliseCategory(name, category, context)),
    services: named(input.services ?? {}, (service, name) => normaliseService(name, service, origins)),
    environments: named({ local: {}, ...input.environments }, (environment, name) =>
      normaliseEnvironment(name, environment, context),
    ),
    layers: named(input.layers ?? {}, (layer, name) => normaliseLayer(name, layer, origins)),
    modes: named(input.modes ?? {}, (mode, name) => normaliseMode(name, mode, context)),
    quarantine: origins.pick(['quarantine'], input.quarantine, { value: [], origin: 'default' }),
    guards: named(input.guards ?? {}, (guard, name) => normaliseGuard(name, guard, origins)),
    switches: named(input.switches ?? {}, (flag, name) => ({
      name,
      description: origins.pick(['switches', name, 'description'], flag.description, { value: '', origin: 'default' }),
      env: origins.pick(['switches', name, 'env'], flag.env, { value: {}, origin: 'default' }),
    })),
  };
}

function named<In, Out extends { readonly name: string }>(
  record: Readonly<Record<string, In>>,
  change: (value: In, name: string) => Out,
): Readonly<Record<string, Out>> {
  return byName(Object.entries(record).map(([name, value]) => change(value, name)));
}

/** Without a prototype, so that looking up a name nobody defined, such as `constructor`, finds nothing. */
function byName<T extends { readonly name: string }>(items: readonly T[]): Readonly<Record<string, T>> {
  const result: Record<string, T> = {};
  Reflect.setPrototypeOf(result, null);
  for (const item of items) result[item.name] = item;
  return result;
}

function normaliseSettings(settings: NonNullable<ConfigInput['settings']>, origins: Origins): Settings {
  const pick = (key: 'grace' | 'slowAfter' | 'logLimit' | 'teardown', value: number): number =>
    origins.pick(['settings', key], settings[key], { value, origin: 'default' });
  return {
    history: normaliseHistory(settings.history, origins),
    coverage: origins.pick(['settings', 'coverage'], settings.coverage, { value: false, origin: 'default' }),
    affectsNothing: origins.pick(['settings', 'affectsNothing'], settings.affectsNothing, {
      value: [],
      origin: 'default',
    }),
    guardBaseline: origins.pick(['settings', 'guardBaseline'], settings.guardBaseline, {
      value: usualBaseline,
      origin: 'default',
    }),
    graceMs: pick('grace', 5000),
    slowAfterMs: pick('slowAfter', 60_000),
    logLimitBytes: pick('logLimit', 50_000_000),
    teardownMs: pick('teardown', 30_000),
  };
}

function normaliseLayer(name: string, layer: NonNullable<ConfigInput['layers']>[string], origins: Origins): Layer {
  const at = (key: keyof typeof layer): readonly string[] => ['layers', name, key];
  const stages = origins.pick<Layer['stages']>(at('stages'), layer.stages, { value: null, origin: 'default' });
  return {
    name,
    description: origins.pick(at('description'), layer.description, { value: '', origin: 'default' }),
    categories: stages?.flat() ?? origins.pick(at('categories'), layer.categories, { value: [], origin: 'default' }),
    stages,
    stopOnFailure: origins.pick(at('stopOnFailure'), layer.stopOnFailure, { value: true, origin: 'default' }),
    budgetMs: origins.pick<number | null>(at('budget'), layer.budget, { value: null, origin: 'default' }),
  };
}

function normaliseMode(
  name: string,
  mode: NonNullable<ConfigInput['modes']>[string],
  { origins, canonical }: { readonly origins: Origins; readonly canonical: (name: string) => string },
): Config['modes'][string] {
  const at = (key: string): readonly string[] => ['modes', name, key];
  const environment = origins.pick<string | null>(at('environment'), mode.environment, {
    value: null,
    origin: 'default',
  });
  return {
    name,
    description: origins.pick(at('description'), mode.description, { value: '', origin: 'default' }),
    layers: origins.pick(at('layers'), mode.layers, { value: [], origin: 'default' }),
    categories: origins.pick(at('categories'), mode.categories, { value: [], origin: 'default' }),
    environment: environment === null ? null : canonical(environment),
    progress: origins.pick<Config['modes'][string]['progress']>(at('progress'), mode.progress, {
      value: null,
      origin: 'default',
    }),
  };
}
