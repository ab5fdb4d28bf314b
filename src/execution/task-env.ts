import { delimiter, dirname, join } from 'node:path';
import { expand } from '../base/template.ts';
import type { Env, Suite } from '../model/config.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { ServiceAddress } from '../ports.ts';
import type { AttemptPaths } from './attempt-paths.ts';

/** What the environment of one attempt is made from. */
export interface TaskEnvInput {
  readonly task: Task;
  /** Of which suite it runs which variant; `null` = its suite has none. */
  readonly variantOf: NonNullable<Suite['variantOf']> | null;
  readonly plan: Pick<Plan, 'environment' | 'slots'>;
  readonly runId: string;
  readonly attempt: number;
  readonly totalAttempts: number;
  readonly slot: number;
  /** Absolute working directory of the process. */
  readonly cwd: string;
  readonly paths: AttemptPaths;
  readonly services: Readonly<Record<string, ServiceAddress>>;
  /** The caller's environment, taken as it is. */
  readonly base: Env;
  /** Variables of the caller that are kept from the process. */
  readonly unset: readonly string[];
  /** What is set over it, weakest first; values may hold references. */
  readonly layers: readonly Env[];
  readonly lookup: (reference: string) => string | null;
}

/** Lists of folders: a config adds to them and never replaces them, or the tools of the machine would be gone. */
const extended: ReadonlySet<string> = new Set(['PATH', 'PYTHONPATH']);

/**
 * The whole environment of a test process: the caller's, what the config sets over it, and what `runner` tells (`RUNNER_*`).
 *
 * @throws TemplateError naming the reference that has no value
 */
export function taskEnv(input: TaskEnvInput): Readonly<Record<string, string>> {
  const env: Record<string, string> = Object.fromEntries(
    Object.entries(input.base).filter(([name]) => !input.unset.includes(name)),
  );
  prepend(env, 'PATH', binFolders(input.cwd).join(delimiter));
  for (const layer of input.layers) {
    for (const [name, template] of Object.entries(layer)) {
      const value = expand(template, input.lookup);
      if (extended.has(name)) prepend(env, name, value);
      else env[name] = value;
    }
  }
  return { ...env, ...runnerVariables(input), ...serviceVariables(input.services), ...bazelVariables(input) };
}

/** A suite whose command line has its references replaced. @throws TemplateError */
export function expandSuite(suite: Suite, lookup: (reference: string) => string | null): Suite {
  const expandAll = (words: readonly string[]): readonly string[] => words.map((word) => expand(word, lookup));
  return { ...suite, command: suite.command === null ? null : expandAll(suite.command), args: expandAll(suite.args) };
}

/** A run's lookup with what one task adds to it: its slot and its services. */
export function taskLookup(
  lookup: (reference: string) => string | null,
  slot: number,
  services: Readonly<Record<string, ServiceAddress>>,
): (reference: string) => string | null {
  return (reference) => {
    if (reference === 'slot') return String(slot);
    const service = /^services\.(.+)\.(?:(url)|(host)|port)$/s.exec(reference);
    const address = services[service?.[1] ?? ''];
    if (service === null || address === undefined) return lookup(reference);
    const value = service[2] !== undefined ? address.url : service[3] !== undefined ? address.host : address.port;
    return value === null ? lookup(reference) : String(value);
  };
}

/** Where the frameworks of a JavaScript project are: every `node_modules/.bin` from the folder upwards, as npm does it. */
function binFolders(cwd: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules', '.bin'));
    if (dirname(folder) === folder) return folders;
  }
}

function prepend(env: Record<string, string>, name: string, value: string): void {
  const before = env[name];
  const entries = [
    ...value.split(delimiter),
    ...(before === undefined || before === '' ? [] : before.split(delimiter)),
  ];
  env[name] = [...new Set(entries)].join(delimiter);
}

/** An absent value is the word `none`, so that scripts under `set -u` work. */
function runnerVariables({ task, plan, paths, variantOf, ...input }: TaskEnvInput): Record<string, string> {
  return {
    RUNNER: '1',
    RUNNER_RUN_ID: input.runId,
    RUNNER_CATEGORY: task.category,
    RUNNER_SUITE: variantOf?.suite ?? (task.suite === '' ? 'none' : task.suite),
    RUNNER_VARIANT: variantOf?.variant ?? 'none',
    RUNNER_ENV: plan.environment === '' ? 'none' : plan.environment,
    RUNNER_TASK: task.id,
    RUNNER_ATTEMPT: String(input.attempt),
    RUNNER_TOTAL_ATTEMPTS: String(input.totalAttempts),
    RUNNER_SLOT: String(input.slot),
    RUNNER_WORKERS: String(plan.slots),
    RUNNER_TMPDIR: paths.tmpDir,
    RUNNER_ARTIFACTS_DIR: paths.artifactsDir,
  };
}

function serviceVariables(services: Readonly<Record<string, ServiceAddress>>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [service, { url, host, port }] of Object.entries(services)) {
    const prefix = `RUNNER_SERVICE_${service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
    variables[`${prefix}_URL`] = url ?? 'none';
    variables[`${prefix}_HOST`] = host ?? 'none';
    variables[`${prefix}_PORT`] = port === null ? 'none' : String(port);
  }
  return variables;
}

/**
 * Bazel's names for the same things, which many test harnesses know (https://bazel.build/reference/test-encyclopedia). A task is whole by
 * itself whatever shard of the run it is in: the numbers say so, and keep those of an outer build from leaking in.
 */
function bazelVariables({ task, paths }: TaskEnvInput): Record<string, string> {
  if (task.framework !== 'command') return {};
  return {
    TEST_SHARD_INDEX: '0',
    TEST_TOTAL_SHARDS: '1',
    TEST_TMPDIR: paths.tmpDir,
    XML_OUTPUT_FILE: xmlOutputFile(paths),
    TEST_PREMATURE_EXIT_FILE: prematureExitFile(paths),
  };
}

/** Where a generic command may write JUnit XML without being configured. */
export function xmlOutputFile(paths: AttemptPaths): string {
  return join(paths.rawDir, 'test.xml');
}

/** A generic command may create this file first and remove it last: while it exists, exit 0 is no pass. */
export function prematureExitFile(paths: AttemptPaths): string {
  return join(paths.tmpDir, 'premature-exit');
}
