import type { PlannerTraits } from '../../../src/categories/membership.ts';
import { plan, type PlanInput } from '../../../src/categories/plan.ts';
import { select } from '../../../src/categories/select.ts';
import type { Category, Config, Suite, TestSelector, Layer } from '../../../src/model/config.ts';
import type { Plan, PlanFacts } from '../../../src/model/plan.ts';
import type { SelectionRequest } from '../../../src/model/selection.ts';

export function suite(name: string, rest: Partial<Suite> = {}): Suite {
  return {
    name,
    framework: 'pytest',
    cwd: '.',
    files: ['**/test_*.py'],
    exclude: [],
    command: null,
    args: [],
    env: {},
    component: null,
    batch: 'auto',
    junit: null,
    timeoutMs: null,
    ...rest,
  };
}

export function category(
  name: string,
  tests: readonly Partial<TestSelector>[],
  rest: Partial<Category> = {},
): Category {
  return {
    name,
    description: '',
    priority: 'normal',
    tests: tests.map((selector) => ({ suite: 'backend', files: null, keyword: null, markers: null, ...selector })),
    needs: [],
    environments: null,
    excludeEnvironments: [],
    dependsOn: [],
    after: [],
    conflicts: [],
    timeoutMs: 60_000,
    slowAfterMs: null,
    missingService: 'skip',
    retries: 0,
    retryOn: ['test-failure', 'timeout', 'crash'],
    backoff: null,
    retryWhen: 'immediately',
    retryLimitPercent: 10,
    flaky: 'pass',
    locks: [],
    slots: 1,
    exclusive: false,
    allowEmpty: false,
    env: {},
    ...rest,
  };
}

/** A layer called `fast` without stages. */
export function layer(change: Partial<Layer>): Layer {
  return {
    name: 'fast',
    description: '',
    categories: [],
    stages: null,
    stopOnFailure: true,
    budgetMs: null,
    ...change,
  };
}

export function config(suites: readonly Suite[], categories: readonly Category[], rest: Partial<Config> = {}): Config {
  const environment = (name: string): Config['environments'][string] => ({
    name,
    env: {},
    envFile: null,
    secrets: [],
    prefer: [],
    services: {},
    categories: {},
    retries: null,
    timeoutFactor: 1,
    protected: false,
  });
  return {
    version: 1,
    project: 'demo',
    workers: 'auto',
    environment: 'local',
    settings: { graceMs: 1000, slowAfterMs: 5000, logLimitBytes: 1000, teardownMs: 1000 },
    suites: Object.fromEntries(suites.map((own) => [own.name, own])),
    categories: Object.fromEntries(categories.map((own) => [own.name, own])),
    services: {},
    environments: { local: environment('local'), staging: environment('staging'), prod: environment('prod') },
    layers: {},
    modes: {},
    switches: {},
    quarantine: [],
    ...rest,
  };
}

export function request(rest: Partial<SelectionRequest> = {}): SelectionRequest {
  return {
    environment: 'local',
    categories: [],
    excludeCategories: [],
    layers: [],
    mode: null,
    suites: [],
    components: [],
    patterns: [],
    keyword: null,
    markers: null,
    files: [],
    withDependencies: true,
    ...rest,
  };
}

function traitsOf(name: string, rest: Partial<PlannerTraits>): PlannerTraits {
  return {
    name,
    ownWorkers: false,
    hasFiles: true,
    defaultBatch: 'auto',
    canFilterByKeyword: true,
    canFilterByMarkers: true,
    canSelectTests: true,
    ...rest,
  };
}

export const traits: ReadonlyMap<string, PlannerTraits> = new Map(
  [
    traitsOf('pytest', {
      selectsTestsPerFile: true,
      markersProblem: (markers) => (markers.endsWith(' and') ? 'a word is missing at its end' : null),
    }),
    traitsOf('vitest', { ownWorkers: true, canFilterByMarkers: false }),
    traitsOf('maven', { ownWorkers: true, oneAtATime: true }),
    traitsOf('command', {
      hasFiles: false,
      canFilterByKeyword: false,
      canFilterByMarkers: false,
      canSelectTests: false,
    }),
  ].map((own) => [own.name, own]),
);

export function facts(files: PlanFacts['files'], rest: Partial<PlanFacts> = {}): PlanFacts {
  return { files, durations: new Map(), slots: 4, ...rest };
}

export interface PlanCase {
  readonly config: Config;
  readonly facts: PlanFacts;
  readonly request?: Partial<SelectionRequest>;
  readonly pathExists?: (path: string) => boolean;
}

export function inputOf({ config, facts, request: rest, ...more }: PlanCase): PlanInput {
  return { config, facts, traits, selection: select(config, request(rest)), ...more };
}

export function planOf(given: PlanCase): Plan {
  return plan(inputOf(given));
}

/** The files that really run, sorted, one entry per task that holds it. */
export function filesOf(made: Plan, name?: string): readonly string[] {
  return made.tasks
    .filter((task) => task.settled === null && (name === undefined || task.category === name))
    .flatMap((task) => task.files)
    .sort();
}

export const unitFiles = ['tests/unit/test_a.py', 'tests/unit/test_websocket.py'];
export const e2eFiles = ['tests/e2e/test_c.py', 'tests/websocket_core/test_d.py'];
export const webFiles = ['web/src/chat.test.ts', 'web/src/websocket.test.ts'];

// e2e -> unit          web has a framework with its own workers
export const workspace: PlanCase = {
  config: config(
    [
      suite('backend', { component: 'netra' }),
      suite('web', { framework: 'vitest', cwd: 'web', files: ['src/**/*.test.ts'], component: 'frontend' }),
      suite('load', { framework: 'command', files: [], command: ['./load.sh'] }),
    ],
    [
      category('unit', [{ files: ['tests/unit/**'] }, { suite: 'web', files: ['src/**'] }], { priority: 'high' }),
      category('e2e', [{ files: ['tests/e2e/**', 'tests/websocket_core/**'] }], {
        dependsOn: ['unit'],
        needs: ['backend'],
      }),
      category('performance', [{ suite: 'load' }], { exclusive: true, locks: ['machine'] }),
    ],
  ),
  facts: facts({ backend: [...e2eFiles, 'tests/stray/test_x.py', ...unitFiles].sort(), web: webFiles, load: [] }),
};

/** The plan of a request in `workspace`. */
export function run(rest: Partial<SelectionRequest>): Plan {
  return planOf({ ...workspace, request: rest });
}
