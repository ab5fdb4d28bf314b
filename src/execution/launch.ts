import { writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { TemplateError } from '../base/template.ts';
import type { Framework, FrameworkCommand, TaskRequest } from '../frameworks/framework.ts';
import type { Suite } from '../model/config.ts';
import type { Task } from '../model/plan.ts';
import type { ServiceAddress } from '../ports.ts';
import type { AttemptPaths } from './attempt-paths.ts';
import { findReports } from './find-reports.ts';
import type { SeenReport } from './find-reports.ts';
import { totalAttempts } from './next-attempt.ts';
import type { Attempt } from './next-attempt.ts';
import type { TaskContext } from './task-context.ts';
import { expandSuite, taskEnv, taskLookup } from './task-env.ts';

/** Everything about one attempt that is settled before its process starts. */
export interface Launch {
  readonly suite: Suite;
  readonly framework: Framework;
  readonly cwd: string;
  readonly paths: AttemptPaths;
  readonly command: FrameworkCommand;
  /** The command line as the config writes it: with references where secrets may be. */
  readonly shownArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Report files that are there before the process starts. */
  readonly before: readonly SeenReport[];
}

export type Launched =
  { readonly kind: 'ready'; readonly launch: Launch } | { readonly kind: 'problem'; readonly problem: string };

/** Makes the folders, the command line and the environment of an attempt, or says why that cannot be. */
export async function prepareLaunch(
  attempt: Attempt,
  services: Readonly<Record<string, ServiceAddress>>,
  context: TaskContext,
): Promise<Launched> {
  const { tools, plan, slot, folders } = context;
  const { task, number } = attempt;
  const suite = tools.suites[task.suite];
  if (suite === undefined)
    return { kind: 'problem', problem: `suite "${task.suite}" is not in the config; make the plan anew` };
  const framework = tools.frameworks.get(task.framework);
  if (framework === undefined)
    return { kind: 'problem', problem: `framework "${task.framework}" is not known; make the plan anew` };
  const paths = await folders.prepare(task.id, number).catch(asError);
  if (paths instanceof Error) {
    return {
      kind: 'problem',
      problem: `the folders of the attempt could not be made: ${paths.message}. Free some space, or choose another folder with --reports`,
    };
  }
  const cwd = join(tools.root, suite.cwd);
  const lookup = taskLookup((reference) => tools.lookup(reference), slot, services);
  const category = tools.categories[task.category];
  try {
    const coverage = plan.coverage !== undefined && framework.coverage !== undefined;
    const request = { ...requestOf(suite, { cwd, paths, task, context }), coverage };
    const command = framework.command({ ...request, suite: expandSuite(suite, lookup) });
    const env = taskEnv({
      ...{ task, plan, attempt: number, slot, cwd, paths, services, lookup },
      variantOf: suite.variantOf ?? null,
      runId: tools.runId,
      totalAttempts: totalAttempts(attempt, task),
      base: tools.baseEnv,
      unset: command.unset ?? [],
      layers: [command.env, suite.env, category?.env ?? {}, tools.overlayEnv],
    });
    if (command.input !== undefined) writeFileSync(command.input.path, command.input.text);
    const before = await findReports(command.report, cwd);
    const shownArgv = framework.command(request).argv;
    return { kind: 'ready', launch: { suite, framework, cwd, paths, command, shownArgv, env, before } };
  } catch (error) {
    await folders.tidy(paths);
    if (!(error instanceof TemplateError)) throw error;
    return { kind: 'problem', problem: `suite "${suite.name}" in category "${task.category}": ${error.message}` };
  }
}

function requestOf(
  suite: Suite,
  {
    cwd,
    paths,
    task,
    context,
  }: {
    readonly cwd: string;
    readonly paths: AttemptPaths;
    readonly task: Task;
    readonly context: TaskContext;
  },
): TaskRequest {
  const { tools, plan } = context;
  const fromCwd = (file: string): string => posix.relative(suite.cwd, file);
  return {
    suite,
    cwd,
    files: task.files.map(fromCwd),
    tests: Object.fromEntries(Object.entries(task.tests).map(([file, names]) => [fromCwd(file), names])),
    keyword: task.keyword,
    markers: task.markers,
    slots: Math.max(1, Math.min(task.slots, plan.slots)),
    reportsDir: paths.rawDir,
    logPath: paths.logPath,
    pluginsDir: tools.pluginsDir,
    extraArgs: tools.extraArgs,
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
