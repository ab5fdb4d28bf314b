import { guardSuite } from '../base/guard-names.ts';
import { UsageError } from '../errors.ts';
import { frameworks } from '../frameworks/index.ts';
import type { Config } from '../model/config.ts';
import type { PlannedCoverage } from '../model/coverage.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFlags } from './options.ts';

/**
 * The plan with the coverage that is to be measured, if it is. A suite that cannot be measured is named, for a run of everything must be possible
 * beside it; only where that is all there is, it cannot be meant.
 *
 * @throws UsageError when the command line asks for coverage, and none of the suites can be measured
 */
export function withCoverage(plan: Plan, config: Config, flags: Pick<RunFlags, 'coverage'>): Plan {
  if (!(flags.coverage ?? config.settings.coverage ?? false)) return plan;
  const started = plan.tasks.filter(({ settled, framework }) => settled === null && framework !== guardSuite);
  const suites = [...new Map(started.map(({ suite, framework }) => [suite, { suite, framework }])).values()];
  const without = suites.filter(({ framework }) => frameworks.get(framework)?.coverage === undefined);
  if (flags.coverage === true && suites.length > 0 && without.length === suites.length) {
    const named = without.map(({ suite, framework }) => `${suite} (${framework})`).join(', ');
    const able = [...frameworks.values()].flatMap(({ name, coverage }) => (coverage === undefined ? [] : [name]));
    throw new UsageError(
      `--coverage: no suite that is selected can be measured: ${named}`,
      `leave out --coverage; coverage comes from ${able.join(', ')}`,
    );
  }
  const coverage: PlannedCoverage = { without };
  return { ...plan, coverage };
}
