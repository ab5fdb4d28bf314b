import { usualBaseline } from '../base/guard-names.ts';
import { writeDuration } from '../base/duration.ts';
import { assertNever } from '../errors.ts';
import type {
  Category,
  CategoryOverlay,
  Config,
  Environment,
  Layer,
  Mode,
  Probe,
  Service,
  ServiceOverlay,
  Suite,
  TestSelector,
} from '../model/config.ts';
import type { HistoryLimits } from '../model/settings.ts';
import { guardInput } from './normalise-guard.ts';
import { writeSize } from './size.ts';

/** The effective config in the form that `runner.config.yaml` has; reading it again gives the same config. */
export function toInput(config: Config): object {
  return {
    version: config.version,
    project: config.project,
    workers: config.workers,
    environment: config.environment,
    settings: {
      grace: writeDuration(config.settings.graceMs),
      slowAfter: writeDuration(config.settings.slowAfterMs),
      logLimit: writeSize(config.settings.logLimitBytes),
      teardown: writeDuration(config.settings.teardownMs),
      coverage: config.settings.coverage ?? false,
      affectsNothing: config.settings.affectsNothing ?? [],
      guardBaseline: config.settings.guardBaseline ?? usualBaseline,
      history: historyInput(config.settings.history ?? null),
    },
    suites: suitesInput(config.suites),
    categories: each(config.categories, (category) => categoryInput(category, config.suites)),
    services: each(config.services, serviceInput),
    environments: each(config.environments, environmentInput),
    layers: each(config.layers, layerInput),
    modes: each(config.modes, modeInput),
    quarantine: config.quarantine,
    ...guardsInput(config.guards),
    switches: each(config.switches, ({ description, env }) => ({ description, env })),
  };
}

/** An empty mapping of guards would be a mistake too. */
function guardsInput(guards: Config['guards']): object {
  return Object.keys(guards ?? {}).length === 0 ? {} : { guards: each(guards ?? {}, guardInput) };
}

function each<T>(record: Readonly<Record<string, T>>, write: (value: T) => object): object {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, withoutNulls(write(value))]));
}

function historyInput(history: HistoryLimits | null): object {
  if (history === null) return { enabled: false };
  return { enabled: true, runs: history.runs, days: history.days, size: writeSize(history.bytes) };
}

/** Variants are written in their suite, each with all that a variant may have of its own. */
function suitesInput(suites: Config['suites']): object {
  const groups = Map.groupBy(Object.values(suites), ({ name, variantOf }) => variantOf?.suite ?? name);
  return Object.fromEntries(
    [...groups].flatMap(([name, group]) => group.slice(0, 1).map((suite) => [name, suiteInput(suite, group)])),
  );
}

function suiteInput(suite: Suite, variants: readonly Suite[]): object {
  const isVariant = suite.variantOf !== undefined;
  return withoutNulls({
    framework: suite.framework,
    cwd: isVariant ? null : suite.cwd,
    // An empty list of globs cannot be written: it would be a mistake.
    files: filled(suite.files),
    exclude: filled(suite.exclude),
    command: isVariant ? null : suite.command,
    args: isVariant ? null : suite.args,
    env: isVariant ? null : suite.env,
    service: suite.component,
    batch: suite.batch,
    junit: suite.junit,
    tap: suite.tap === 'output' ? true : suite.tap,
    timeout: isVariant ? null : durationOrNull(suite.timeoutMs),
    affects: suite.affects ?? null,
    variants: isVariant
      ? Object.fromEntries(
          variants.map((one): [string, object] => [one.variantOf?.variant ?? '', withoutNulls(variantInput(one))]),
        )
      : null,
  });
}

function variantInput({ cwd, command, args, env, timeoutMs }: Suite): object {
  return { cwd, command, args, env, timeout: durationOrNull(timeoutMs) };
}

function categoryInput(category: Category, suites: Config['suites']): object {
  // What only the catalogue says gives way to what a suite says; written here it would not.
  const timed = Object.values(suites).filter(({ timeoutMs }) => timeoutMs !== null);
  const givesWay =
    category.ownTimeout !== true &&
    category.tests.some(({ suite }) => timed.some(({ name, variantOf }) => [name, variantOf?.suite].includes(suite)));
  return {
    description: category.description,
    priority: category.priority,
    // An empty list of tests cannot be written: it would be a mistake.
    tests: category.tests.length === 0 ? null : category.tests.map(selectorInput),
    guards: category.guards ?? false,
    needs: category.needs,
    environments: category.environments,
    excludeEnvironments: category.excludeEnvironments,
    dependsOn: category.dependsOn,
    after: category.after,
    conflicts: category.conflicts,
    timeout: givesWay ? null : writeDuration(category.timeoutMs),
    slowAfter: durationOrNull(category.slowAfterMs),
    missingService: category.missingService,
    locks: category.locks,
    slots: category.slots,
    exclusive: category.exclusive,
    allowEmpty: category.allowEmpty,
    retries: category.retries,
    ...retryInput(category),
    flaky: category.flaky,
    minCoverage: category.minCoverage ?? null,
    affects: category.affects ?? null,
    env: category.env,
  };
}

function retryInput({ retryOn, backoff, retryWhen, retryLimitPercent }: Partial<Category>): object {
  return {
    retryOn: retryOn ?? null,
    backoff:
      backoff == null
        ? null
        : {
            initial: writeDuration(backoff.initialMs),
            factor: backoff.factor,
            max: writeDuration(backoff.maxMs),
            jitter: backoff.jitter,
          },
    retryWhen: retryWhen ?? null,
    retryLimit: retryLimitPercent === undefined ? null : `${retryLimitPercent}%`,
  };
}

function selectorInput({ suite, files, keyword, markers }: TestSelector): object {
  return withoutNulls({ suite, files, keyword, markers });
}

function serviceInput(service: Service): object {
  const { process, docker } = service;
  return {
    external: service.external,
    process,
    docker: docker === null ? null : withoutNulls(docker),
    // What belongs to a process or container only may not be written without one.
    port: process === null ? null : service.port,
    needs: service.needs,
    health: service.health.map(probeInput),
    startTimeout: writeDuration(service.startTimeoutMs),
    watch: service.watchMs === null ? 'off' : writeDuration(service.watchMs),
    restarts: service.restarts,
    instances: process === null ? null : service.instances,
    stop: stopInput(service),
    affects: service.affects ?? null,
  };
}

function stopInput({ process, docker, stop }: Service): object | null {
  if (process === null && docker === null) return null;
  return withoutNulls({ signal: process === null ? null : stop.signal, grace: writeDuration(stop.graceMs) });
}

function probeInput(probe: Probe): object {
  switch (probe.kind) {
    case 'http':
    case 'websocket':
    case 'log': {
      const { kind, ...rest } = probe;
      return { [kind]: withoutNulls(rest) };
    }
    case 'command':
      return {
        command: withoutNulls({
          command: probe.command,
          timeout: writeDuration(probe.timeoutMs),
          interval: durationOrNull(probe.intervalMs ?? null),
        }),
      };
    case 'tcp':
      return { tcp: {} };
    default:
      return assertNever(probe);
  }
}

function environmentInput(environment: Environment): object {
  const { env, envFile, secrets, prefer, retries, timeoutFactor } = environment;
  return {
    ...{ env, envFile, secrets, prefer },
    services: each(environment.services, serviceOverlayInput),
    categories: each(environment.categories, categoryOverlayInput),
    ...{ retries, timeoutFactor, protected: environment.protected },
  };
}

function serviceOverlayInput({ docker, health, startTimeoutMs, stop, ...overlay }: ServiceOverlay): object {
  return {
    ...overlay,
    docker: docker == null ? null : withoutNulls(docker),
    health: health?.map(probeInput) ?? null,
    startTimeout: durationOrNull(startTimeoutMs ?? null),
    stop: stop === undefined ? null : { signal: stop.signal, grace: writeDuration(stop.graceMs) },
  };
}

function categoryOverlayInput({ timeoutMs, slowAfterMs, retryLimitPercent, ...overlay }: CategoryOverlay): object {
  return {
    ...overlay,
    timeout: durationOrNull(timeoutMs ?? null),
    slowAfter: durationOrNull(slowAfterMs ?? null),
    ...retryInput({ ...overlay, ...(retryLimitPercent !== undefined && { retryLimitPercent }) }),
  };
}

function layerInput({ description, categories, stages, stopOnFailure, budgetMs }: Layer): object {
  return {
    description,
    ...(stages === null ? { categories } : { stages, stopOnFailure }),
    budget: durationOrNull(budgetMs),
  };
}

function modeInput({ description, layers, categories, environment, progress }: Mode): object {
  return { description, layers, categories, environment, progress };
}

function withoutNulls(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}

function filled(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

function durationOrNull(ms: number | null): string | null {
  return ms === null ? null : writeDuration(ms);
}
