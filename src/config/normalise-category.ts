import { defaultRetryRules } from '../base/retry-rules.ts';
import type { Backoff, CatalogueEntry, Category } from '../model/config.ts';
import { catalogueDefaults } from './catalogue-defaults.ts';
import type { Fallback, Origins } from './origins.ts';
import type { ConfigInput } from './schema.ts';

/** What a category is normalised with. */
export interface CategoryContext {
  readonly origins: Origins;
  /** The defined environment that a name or alias means. */
  readonly canonical: (name: string) => string;
  readonly catalogue: readonly CatalogueEntry[];
  readonly categoryNames: readonly string[];
}

type MissingService = Category['missingService'];
type CategoryInput = ConfigInput['categories'][string];

/** A category with what it inherits from the catalogue entry of its name, if there is one. */
export function normaliseCategory(name: string, category: CategoryInput, context: CategoryContext): Category {
  const { origins, canonical } = context;
  const entry = catalogueDefaults(name, context.catalogue, context.categoryNames);
  const at = (key: keyof CategoryInput): readonly string[] => ['categories', name, key];
  const byDefault = <T>(value: T): Fallback<T> => ({ value, origin: 'default' });
  const inherited = <T>(ofEntry: T | undefined, otherwise: T): Fallback<T> =>
    ofEntry === undefined ? byDefault(otherwise) : { value: ofEntry, origin: 'catalogue' };
  const environments = origins.pick<readonly string[] | null>(
    at('environments'),
    category.environments,
    byDefault(null),
  );
  const missingService =
    category.priority === 'critical'
      ? byDefault<MissingService>('fail')
      : inherited<MissingService>(entry?.missingService, 'skip');
  return {
    name,
    description: origins.pick(at('description'), category.description, inherited(entry?.description, '')),
    priority: origins.pick(at('priority'), category.priority, inherited(entry?.priority, 'normal')),
    tests: origins.pick(at('tests'), category.tests, byDefault([])).map((selector) => ({
      suite: selector.suite,
      files: selector.files ?? null,
      keyword: selector.keyword ?? null,
      markers: selector.markers ?? null,
    })),
    guards: origins.pick(at('guards'), category.guards, byDefault(false)),
    needs: origins.pick(at('needs'), category.needs, byDefault([])),
    environments: environments?.map(canonical) ?? null,
    excludeEnvironments: origins
      .pick(at('excludeEnvironments'), category.excludeEnvironments, byDefault([]))
      .map(canonical),
    dependsOn: origins.pick(at('dependsOn'), category.dependsOn, inherited(entry?.dependsOn, [])),
    after: origins.pick(at('after'), category.after, inherited(entry?.after, [])),
    conflicts: origins.pick(at('conflicts'), category.conflicts, inherited(entry?.conflicts, [])),
    timeoutMs: origins.pick(at('timeout'), category.timeout, inherited(entry?.timeoutMs, 600_000)),
    ownTimeout: category.timeout !== undefined,
    slowAfterMs: origins.pick<number | null>(at('slowAfter'), category.slowAfter, byDefault(null)),
    missingService: origins.pick(at('missingService'), category.missingService, missingService),
    locks: origins.pick(at('locks'), category.locks, byDefault([])),
    slots: origins.pick(at('slots'), category.slots, byDefault(1)),
    exclusive: origins.pick(at('exclusive'), category.exclusive, inherited(entry?.exclusive, false)),
    retries: origins.pick(at('retries'), category.retries, byDefault(0)),
    retryOn: origins.pick(at('retryOn'), category.retryOn, byDefault(defaultRetryRules.retryOn)),
    backoff: backoffOf(origins.pick<CategoryInput['backoff']>(at('backoff'), category.backoff, byDefault(undefined))),
    retryWhen: origins.pick(at('retryWhen'), category.retryWhen, byDefault(defaultRetryRules.retryWhen)),
    retryLimitPercent: origins.pick(
      at('retryLimit'),
      category.retryLimit,
      byDefault(defaultRetryRules.retryLimitPercent),
    ),
    flaky: origins.pick(at('flaky'), category.flaky, byDefault('pass')),
    minCoverage: origins.pick<number | null>(at('minCoverage'), category.minCoverage, byDefault(null)),
    affects: origins.pick(at('affects'), category.affects, byDefault([])),
    allowEmpty: origins.pick(at('allowEmpty'), category.allowEmpty, byDefault(false)),
    env: origins.pick(at('env'), category.env, byDefault({})),
  };
}

const usualMaxMs = 60_000;

function backoffOf(written: CategoryInput['backoff']): Backoff | null {
  if (written === undefined) return null;
  const { initial, factor = 2, max = Math.max(initial, usualMaxMs), jitter = true } = written;
  return { initialMs: initial, factor, maxMs: max, jitter };
}
