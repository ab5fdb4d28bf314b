import type { Masker } from '../base/mask.ts';
import { escapeTemplate } from '../base/template.ts';
import type { LoadedConfig } from '../config/load.ts';
import { UsageError } from '../errors.ts';
import { withMark } from '../io/mark.ts';
import { createIo } from '../io/node-io.ts';
import { runTool } from '../io/tool.ts';
import type { Config, Env } from '../model/config.ts';
import type { EventBody, Shard } from '../model/event.ts';
import type { Task } from '../model/plan.ts';
import type { Io, RunJournal, ServiceLeases } from '../ports.ts';
import { createServiceLeases } from '../services/leases.ts';
import type { LeaseOptions } from '../services/leases.ts';
import type { RunTool } from '../services/probes/target.ts';
import type { ProviderTools } from '../services/provider.ts';
import { livingRuns } from '../services/recover.ts';
import type { CommandContext } from './context.ts';
import type { State } from './state.ts';

export interface ServiceSessionInput {
  readonly runId: string;
  readonly loaded: LoadedConfig;
  /** The loaded config with what the command line overrides. */
  readonly config: Config;
  readonly switchEnv: Env;
  readonly masker: Masker | null;
  readonly context: CommandContext;
  readonly shard: Shard | null;
  readonly tasks: readonly Task[];
  readonly allow: LeaseOptions['allow'];
  /** What is started is left running. */
  readonly keep: boolean;
  /** Absolute. */
  readonly logsDir: string;
  readonly state: State;
  readonly journal: RunJournal;
  readonly emit: (body: EventBody) => void;
}

/** Processes and services, everything that is started noted in the run's journal. */
export interface ServiceSession {
  readonly io: Io;
  readonly leases: ServiceLeases;
  /** Variables of the environment and, over them, of the switches. */
  readonly overlayEnv: Env;
  readonly lookup: (reference: string) => string | null;
}

export function openServiceSession(input: ServiceSessionInput): ServiceSession {
  const { runId, loaded, config, state, journal, emit } = input;
  const { overlayEnv, ...tools } = createServiceTools(input);
  const io = journaled(tools.io, journal);
  const leases = createServiceLeases({
    ...tools,
    services: config.services,
    environment: loaded.environment,
    tasks: input.tasks,
    io,
    allow: input.allow,
    emit,
    journal,
    kept: {
      store: state.kept,
      processes: state.processes,
      keep: input.keep,
      logsDir: state.dir,
      overlayEnv,
      isAlone: () => livingRuns(state.dir, state.processes).every((run) => run.runId === runId),
      removeProject: state.removeProject,
    },
  });
  return { io, leases, overlayEnv, lookup: tools.lookup };
}

type ToolsInput = Pick<
  ServiceSessionInput,
  'runId' | 'loaded' | 'switchEnv' | 'masker' | 'context' | 'logsDir' | 'shard'
>;

/** What services are started and probed with. */
export function createServiceTools(
  input: ToolsInput,
): Omit<ProviderTools, 'ports' | 'journal'> & { readonly overlayEnv: Env } {
  const { runId, loaded, context } = input;
  const overlayEnv = { ...loaded.environmentEnv, ...input.switchEnv };
  const callerEnv = Object.fromEntries(
    Object.entries(context.env).map(([name, value]) => [name, escapeTemplate(value)]),
  );
  return {
    io: createIo(input.masker, context.attention),
    runTool: markedTool(runId),
    root: loaded.root,
    logsDir: input.logsDir,
    logLimitBytes: loaded.config.settings.logLimitBytes,
    runId,
    baseEnv: { ...callerEnv, ...overlayEnv },
    lookup: createLookup(input),
    overlayEnv,
  };
}

/**
 * Output of a run with secrets goes through runner, which masks it: a service that outlives the run would write to nobody, or in the clear.
 *
 * @throws UsageError
 */
export function refuseKeepingSecrets(environment: string, masker: Masker | null): void {
  if (masker === null) return;
  throw new UsageError(
    `services cannot be left running in environment "${environment}": it has secrets, which only a run keeps out of their logs`,
    'use an environment without secrets, or let each run start its own services',
  );
}

/** Processes that are noted in the journal as they are started. */
export function journaled(io: Io, journal: RunJournal): Io {
  return {
    ...io,
    spawn: (request) => {
      const child = io.spawn(request);
      if (child.pid !== null) journal.started(child.pid, request.mark);
      return child;
    },
  };
}

/** A probe's command that hangs is found by the mark of its run, should runner be killed. */
function markedTool(runId: string): RunTool {
  return (argv, options) => runTool(argv, { ...options, env: withMark(options.env, `${runId}/tool`) });
}

/** What `${env.NAME}`, `${run.id}` and `${shard.index}` stand for; the caller's variables come before the environment's file. */
function createLookup({ runId, loaded, context, shard }: ToolsInput): (reference: string) => string | null {
  const { environmentEnv } = loaded;
  return (reference) => {
    if (reference === 'run.id') return runId;
    if (reference === 'shard.index') return shard === null ? 'none' : String(shard.index);
    if (!reference.startsWith('env.')) return null;
    const name = reference.slice('env.'.length);
    const own = environmentEnv[name];
    // A value of the config that holds references itself would have to be expanded without end.
    return context.env[name] ?? (own?.includes('${') === true ? null : (own ?? null));
  };
}
