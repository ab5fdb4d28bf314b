import type { FailFast, RunTools } from '../execution/run-tools.ts';
import { allFrameworks } from '../frameworks/index.ts';
import type { ServiceLeases, StopSignals } from '../ports.ts';
import type { CommandContext } from './context.ts';
import type { OpenRun } from './open-run.ts';
import type { RunFlags } from './options.ts';
import { pluginsDir } from './plugins-dir.ts';
import type { ReadyRun } from './prepared.ts';
import { preferredEnvironment } from './protection.ts';
import type { RunPlace } from './run-place.ts';
import { openServiceSession } from './service-session.ts';

export interface SessionInput {
  readonly prepared: ReadyRun;
  readonly flags: RunFlags;
  readonly context: CommandContext;
  readonly signals: StopSignals;
  readonly limits: Limits;
  readonly place: RunPlace;
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
  const { prepared, flags, context, place } = input;
  const { config, loaded, plan } = prepared;
  const { io, leases, overlayEnv, lookup } = openServiceSession({
    ...{ loaded, config, context, switchEnv: prepared.switchEnv, masker: prepared.masker, shard: prepared.shard },
    ...{ runId: run.runId, emit: run.emit, state: place.state, journal: place.journal },
    tasks: plan.tasks,
    allow: {
      ...{ services: flags.services, docker: flags.docker, real: flags.realServices === true },
      preferred: preferredEnvironment(config, flags),
    },
    keep: flags.keepServices === true,
    logsDir: `${place.reportsDir}/logs`,
  });
  const tools: RunTools = {
    io,
    leases,
    frameworks: allFrameworks,
    suites: config.suites,
    categories: config.categories,
    settings: config.settings,
    signals: input.signals,
    ...input.limits,
    extraArgs: context.extraArgs,
    isShard: (prepared.shard?.total ?? 1) > 1 || flags.queue !== undefined,
    root: loaded.root,
    reportsDir: place.reportsDir,
    tmpDir: place.tmpDir,
    pluginsDir: pluginsDir(),
    runId: run.runId,
    baseEnv: context.env,
    overlayEnv,
    lookup,
    emit: run.emit,
    masker: prepared.masker,
  };
  return { tools, leases };
}
