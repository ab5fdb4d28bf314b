import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { dayOf } from '../base/calendar.ts';
import { parseDuration } from '../base/duration.ts';
import { createMasker, unmaskable } from '../base/mask.ts';
import { catalogue } from '../categories/catalogue.ts';
import { lostQuarantine } from '../categories/quarantine.ts';
import { select } from '../categories/select.ts';
import { findWork } from '../categories/work.ts';
import type { Work } from '../categories/work.ts';
import { resolveEnvironmentName } from '../config/environment-name.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/load.ts';
import { UsageError } from '../errors.ts';
import { allFrameworks, frameworks } from '../frameworks/index.ts';
import { noTimes, readTimes } from '../history/times.ts';
import type { KnownTimes } from '../history/times.ts';
import type { ChangedPath } from '../model/changes.ts';
import type { Category, Config, Env, Environment, Suite, Workers } from '../model/config.ts';
import type { PlanFacts } from '../model/plan.ts';
import type { SelectionRequest } from '../model/selection.ts';
import { createDigests } from '../workspace/digests.ts';
import { listSuiteFiles } from '../workspace/files.ts';
import { chainOfLastRun, chainWarnings, factsOfChain } from './chain.ts';
import type { Chain } from './chain.ts';
import { changedFacts } from './changed-facts.ts';
import { checkFlags, retriesOf } from './check-flags.ts';
import { choosePlan, refuseSelectionBeside } from './choose-shard.ts';
import type { CommandContext } from './context.ts';
import { withGuardSuite } from './guard-suite.ts';
import { historyUse } from './history-place.ts';
import { discoverLazily } from './discover-lazily.ts';
import type { HistoryUse } from './history-place.ts';
import { withCoverage } from './plan-coverage.ts';
import type { ConfigFlags, RunFlags } from './options.ts';
import { readPlanFile } from './plan-file.ts';
import type { GivenPlan } from './plan-file.ts';
import type { Prepared, ReadyRun } from './prepared.ts';
import { preferredEnvironment, refuseProtected } from './protection.ts';
import { repeatFacts } from './repeat-facts.ts';
import { switchEnvOf } from './switch-env.ts';

/**
 * Loads the config and decides what would run, starting nothing.
 *
 * @throws UsageError, ConfigError, NothingSelectedError
 */
export async function prepare(input: PrepareInput): Promise<Prepared> {
  const { ready, work } = await decide(input);
  return { ...ready, work };
}

/** The same for a run, without what is not needed any more when the plan is cut. @throws as `prepare` does */
export async function prepareRun(input: PrepareInput): Promise<ReadyRun> {
  return (await decide(input)).ready;
}

interface PrepareInput {
  readonly files: readonly string[];
  readonly flags: RunFlags;
  readonly context: CommandContext;
  readonly chain?: Chain;
  /** What somebody who watches has seen changing; only what that concerns is prepared. */
  readonly watched?: readonly ChangedPath[];
  /** What is to be run, where that is said neither by the flags nor by a file. */
  readonly given?: GivenPlan;
}

async function decide(input: PrepareInput): Promise<{ readonly ready: ReadyRun; readonly work: Work }> {
  const { flags, context } = input;
  checkFlags(flags);
  const given = input.given ?? planOf(flags, context);
  const loaded = await load(given === null ? flags : { ...flags, env: given.request.environment }, context);
  if (given !== null) refuseSelectionBeside(given, { files: input.files, flags, config: loaded.config });
  const switchEnv = switchEnvOf(context.switches, loaded.config);
  refuseProtected(loaded, flags, context.env);

  const config = applyFlags(loaded.config, flags, loaded.environment);
  const request = given?.request ?? selectionRequest(input.files, flags, { context, loaded });
  const selection = select(config, request, (word) => existsSync(resolve(context.cwd, word.replace(/::.*$/s, ''))));
  const listed = listSuiteFiles(loaded.root, Object.values(config.suites));
  const learnt = learn(flags, context, loaded);
  const repeat = await repeatFacts(flags, { root: loaded.root, context, testFiles: listed.files });
  const early: string[] = [];
  const { root } = loaded;
  const chain = input.chain ?? (await chainOfLastRun(flags, { root, context, warn: (message) => early.push(message) }));
  const digestOf = createDigests(root);
  // A rerun goes on with what its run had found to be concerned, whatever has changed since.
  const known = given?.changes ?? (input.chain?.mode === 'rest' ? input.chain.run.started.plan.changes : undefined);
  const changed = await changedFacts(flags, {
    ...{ loaded, config, context, testFiles: listed.files },
    ...(known === undefined ? {} : { known }),
    ...(input.watched === undefined ? {} : { watched: input.watched }),
  });
  const facts: PlanFacts = {
    ...(chain === null ? {} : factsOfChain(chain, { config, extraArgs: context.extraArgs, digestOf })),
    files: listed.files,
    durations: learnt.times.files,
    startUp: learnt.times.startUp,
    wholeSuites: learnt.times.wholeSuites,
    slots: slotsOf(flags.workers, config.workers),
    ...repeat.facts,
    ...changed,
    today: dayOf(Date.now()),
    ...(flags.queue === undefined ? {} : { pulled: true }),
  };
  const pathExists = (path: string): boolean => existsSync(resolve(loaded.root, path));
  const work = findWork({ config, selection, facts, traits: allFrameworks, pathExists });
  const { plan: chosen, shard } = choosePlan(work, {
    ...{ flags, given, config: loaded.config },
    how: howOf(flags, context),
  });
  const plan = withCoverage(chosen, config, flags);
  const secrets = { ...secretsOf(preferredEnvironment(config, flags), context), ...loaded.secrets };
  const unmasked = unmaskable(secrets).map(
    (name) => `the secret ${name} has fewer than 4 characters and is not masked: it would be found everywhere`,
  );
  const ready: ReadyRun = {
    ...{ loaded, config, selection, facts, plan, shard, chain, digestOf, switchEnv },
    history: learnt.history,
    warnings: [
      ...(await noteDiscovery(loaded)),
      ...[...listed.warnings, ...learnt.warnings, ...repeat.warnings],
      ...[...lostQuarantine(work.input), ...unmasked, ...early, ...chainWarnings(chain, loaded.environment.name)],
    ],
    secrets,
    masker: createMasker(secrets),
  };
  return { ready, work };
}

function planOf({ plan }: RunFlags, { cwd }: CommandContext): GivenPlan | null {
  return plan === undefined ? null : { ...readPlanFile(plan, cwd), name: `--plan ${plan}` };
}

/** What the command line says of how tests are run, beside what the config says. */
function howOf(flags: RunFlags, { extraArgs, switches }: CommandContext): object {
  const { timeout, retries, repeat, detectFlakes, coverage } = flags;
  return { extraArgs, switches, timeout, retries, repeat, detectFlakes, coverage };
}

interface Learnt {
  readonly history: HistoryUse | null;
  readonly times: KnownTimes;
  readonly warnings: readonly string[];
}

/** What earlier runs tell about how long things take. */
function learn(flags: RunFlags, { cwd }: CommandContext, { root, config }: LoadedConfig): Learnt {
  const history = historyUse(flags.history, { cwd, root, limits: config.settings.history ?? null });
  const warnings: string[] = [];
  const times = history === null ? noTimes : readTimes(history, (problem) => warnings.push(problem));
  return { history, times, warnings };
}

/** What an environment calls secret and the caller has set: of one that is only preferred, none need be. */
function secretsOf(environment: Environment | null, { env }: CommandContext): Env {
  const secrets: Record<string, string> = {};
  for (const name of environment?.secrets ?? []) {
    const value = env[name];
    if (value !== undefined) secrets[name] = value;
  }
  return secrets;
}

/** Loads the config for any command, with the environment that the command line or the mode names. */
export async function load(
  flags: ConfigFlags & Pick<RunFlags, 'mode' | 'history'>,
  context: CommandContext,
): Promise<LoadedConfig> {
  const loaded = await loadConfig({
    cwd: context.cwd,
    file: flags.config ?? null,
    sets: flags.set ?? [],
    environment: flags.env ?? null,
    mode: flags.mode ?? null,
    env: context.env,
    catalogue,
    frameworks: [...frameworks.values()],
    discover: discoverLazily,
  });
  return { ...loaded, config: withGuardSuite(loaded, flags, context.cwd) };
}

async function noteDiscovery({ discovery }: LoadedConfig): Promise<readonly string[]> {
  return discovery === undefined ? [] : [(await import('./discover-config.ts')).describeDiscovery(discovery)];
}

function applyFlags(config: Config, flags: RunFlags, environment: Environment): Config {
  const flagTimeoutMs = flags.timeout === undefined ? null : duration('--timeout', flags.timeout);
  const timeout = (ms: number): number =>
    Math.round((flagTimeoutMs ?? ms) * (flagTimeoutMs === null ? environment.timeoutFactor : 1));
  const retries = retriesOf(flags);
  const adaptCategory = (category: Category): Category => ({
    ...category,
    retries: retries ?? category.retries,
    timeoutMs: timeout(category.timeoutMs),
    missingService: flags.realServices === true ? 'fail' : category.missingService,
  });
  const adaptSuite = (suite: Suite): Suite => ({
    ...suite,
    timeoutMs: suite.timeoutMs === null ? null : timeout(suite.timeoutMs),
  });
  return {
    ...withServiceTimeout(config, flags.serviceTimeout),
    categories: mapValues(config.categories, adaptCategory),
    suites: mapValues(config.suites, adaptSuite),
  };
}

/** With the time that `--service-timeout` gives each service to become ready. @throws UsageError */
export function withServiceTimeout(config: Config, flag: string | undefined): Config {
  if (flag === undefined) return config;
  const startTimeoutMs = duration('--service-timeout', flag);
  return { ...config, services: mapValues(config.services, (service) => ({ ...service, startTimeoutMs })) };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function selectionRequest(
  files: readonly string[],
  flags: RunFlags,
  known: { readonly context: CommandContext; readonly loaded: LoadedConfig },
): SelectionRequest {
  const environments = Object.keys(known.loaded.config.environments);
  return {
    environment: known.loaded.environment.name,
    categories: flags.category ?? [],
    excludeCategories: flags.excludeCategory ?? [],
    excludeEnvironments: (flags.excludeEnv ?? []).map((name) => resolveEnvironmentName(name, environments) ?? name),
    layers: flags.layer ?? [],
    mode: flags.mode ?? null,
    suites: flags.suite ?? [],
    variants: flags.variant ?? [],
    components: flags.service ?? [],
    patterns: flags.pattern ?? [],
    keyword: flags.keyword ?? null,
    markers: flags.markers ?? null,
    files: [...(flags.file ?? []), ...files].map((word) => rootRelative(word, known.context.cwd, known.loaded.root)),
    withDependencies: flags.deps,
  };
}

/** `file::test` keeps its test part; only the path is taken from the working directory to the root. @throws UsageError */
export function rootRelative(word: string, cwd: string, root: string): string {
  const separator = word.indexOf('::');
  const path = separator === -1 ? word : word.slice(0, separator);
  // An unset variable of a script must not select everything.
  if (path === '')
    throw new UsageError(`${JSON.stringify(word)} names no file`, 'write a file, a directory or file::test');
  const inRoot = relative(root, resolve(cwd, path));
  if (inRoot === '..' || inRoot.startsWith(`..${sep}`) || isAbsolute(inRoot)) {
    throw new UsageError(
      `${path} is outside the workspace ${root}`,
      'name a file below the folder of runner.config.yaml',
    );
  }
  return `${inRoot === '' ? '.' : inRoot.split(sep).join('/')}${separator === -1 ? '' : word.slice(separator)}`;
}

function slotsOf(flag: string | undefined, configured: Workers): number {
  const wanted: string | number = flag ?? configured;
  if (wanted === 'auto') return availableParallelism();
  if (typeof wanted === 'number') return wanted;
  const match = /^(\d+)(%?)$/.exec(wanted);
  const amount = Number(match?.[1] ?? 0);
  if (match === null || amount === 0) {
    throw new UsageError(
      `--workers ${wanted} is not a number of slots`,
      'write a positive number, a share such as 50%, or auto',
    );
  }
  return match[2] === '' ? amount : Math.max(1, Math.floor((availableParallelism() * amount) / 100));
}

/** @throws UsageError when the text is not a duration. */
export function duration(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms === 0)
    throw new UsageError(`${option} ${text} is not a duration`, 'write 500ms, 30s, 5m or 1h');
  return ms;
}
