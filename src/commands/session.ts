import { fileURLToPath } from 'node:url';
import { escapeTemplate } from '../base/template.ts';
import type { FailFast, RunTools } from '../execution/run-tools.ts';
import { frameworks } from '../frameworks/index.ts';
import { createIo } from '../io/node-io.ts';
import { runTool } from '../io/tool.ts';
import type { ServiceLeases, StopSignals } from '../ports.ts';
import { createServiceLeases } from '../services/leases.ts';
import type { CommandContext } from './context.ts';
import type { OpenRun } from './open-run.ts';
import type { RunFlags } from './options.ts';
import type { Prepared } from './prepare.ts';

export interface SessionInput {
  readonly prepared: Prepared;
  readonly flags: RunFlags;
  readonly context: CommandContext;
  readonly signals: StopSignals;
  readonly limits: Limits;
  /** Absolute. */
  readonly reportsDir: string;
  /** Absolute; removed by the caller when the run has ended. */
  readonly tmpDir: string;
}

/** What the command line limits a run by. */
export interface Limits {
  readonly failFast: FailFast;
  readonly maxFailures: number | null;
  readonly deadlineMs: number | null;
}

/** Processes and services for one run, wired to its events. */
export interface Session {
  readonly tools: RunTools;
  readonly leases: ServiceLeases;
}

export function openSession(run: OpenRun, input: SessionInput): Session {
  const { prepared, flags, context, reportsDir } = input;
  const { config, loaded, plan } = prepared;
  const io = createIo(prepared.masker);
  const lookup = createLookup(run.runId, input);
  const overlayEnv = { ...loaded.environmentEnv, ...prepared.switchEnv };
  const callerEnv = Object.fromEntries(
    Object.entries(context.env).map(([name, value]) => [name, escapeTemplate(value)]),
  );
  const leases = createServiceLeases({
    services: config.services,
    environment: loaded.environment,
    tasks: plan.tasks,
    io,
    runTool,
    root: loaded.root,
    logsDir: `${reportsDir}/logs`,
    logLimitBytes: config.settings.logLimitBytes,
    runId: run.runId,
    baseEnv: { ...callerEnv, ...overlayEnv },
    lookup,
    allow: { services: flags.services, docker: flags.docker, real: flags.realServices === true },
    emit: run.emit,
  });
  const tools: RunTools = {
    io,
    leases,
    frameworks,
    suites: config.suites,
    categories: config.categories,
    settings: config.settings,
    signals: input.signals,
    ...input.limits,
    extraArgs: context.extraArgs,
    root: loaded.root,
    reportsDir,
    tmpDir: input.tmpDir,
    pluginsDir: fileURLToPath(new URL('../frameworks/plugins', import.meta.url)),
    runId: run.runId,
    baseEnv: context.env,
    overlayEnv,
    lookup,
    emit: run.emit,
  };
  return { tools, leases };
}

/** What `${env.NAME}`, `${run.id}` and `${shard.index}` stand for; the caller's variables come before the environment's file. */
function createLookup(runId: string, { prepared, context }: SessionInput): (reference: string) => string | null {
  const { environmentEnv } = prepared.loaded;
  return (reference) => {
    if (reference === 'run.id') return runId;
    if (reference === 'shard.index') return 'none';
    if (!reference.startsWith('env.')) return null;
    const name = reference.slice('env.'.length);
    const own = environmentEnv[name];
    // A value of the config that holds references itself would have to be expanded without end.
    return context.env[name] ?? (own?.includes('${') === true ? null : (own ?? null));
  };
}
