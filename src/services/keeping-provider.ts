import { randomUUID } from 'node:crypto';
import { TemplateError } from '../base/template.ts';
import type { Env, ProviderKind, Service } from '../model/config.ts';
import type { EventBody } from '../model/event.ts';
import type { Processes } from '../ports.ts';
import { digestOf } from './kept-digest.ts';
import { endKept } from './kept-end.ts';
import type { KeptHandle, KeptService, KeptStore } from './kept-store.ts';
import type {
  ProviderTools,
  RunningHandle,
  RunningService,
  ServiceProvider,
  StartRequest,
  StartResult,
} from './provider.ts';
import { reuseKept } from './reuse-kept.ts';

/** What a run does with services that outlive runs. */
export interface KeepOptions {
  readonly store: KeptStore;
  readonly processes: Processes;
  /** What this run starts is left running. */
  readonly keep: boolean;
  /** Absolute; logs of what is left running are written to `<logsDir>/services/<name>.log`. */
  readonly logsDir: string;
  /** Variables that are set for every service. */
  readonly overlayEnv: Env;
  /** No other run of the checkout is under way, which might use what is kept. */
  readonly isAlone: () => boolean;
  /** Removes the containers of a compose project; resolves to what went wrong, or `null`. */
  readonly removeProject: (project: string) => Promise<string | null>;
}

export interface KeepContext extends KeepOptions {
  readonly kind: ProviderKind;
  readonly tools: ProviderTools;
  readonly emit: (body: EventBody) => void;
}

/** A provider that first looks for the service among those that were left running, and leaves what it starts running if it is to. */
export function createKeepingProvider(provider: ServiceProvider, context: KeepContext): ServiceProvider {
  return { start: (service, request) => start(provider, { service, request, context }) };
}

interface Start {
  readonly service: Service;
  readonly request: StartRequest;
  readonly context: KeepContext;
}

async function start(provider: ServiceProvider, start: Start): Promise<StartResult> {
  const { service, request, context } = start;
  const digest = digestOrNull(start);
  // The provider itself says best which reference has no value.
  if (digest === null) return provider.start(service, request);
  const kept = context.store.find(service.name);
  if (kept !== null) {
    const reused = await reuseOrEnd(kept, digest, start);
    if (reused !== null) return reused;
  }
  const from = performance.now();
  const result = await provider.start(service, request);
  if (!context.keep || result.kind !== 'running') return result;
  const startMs = Math.round(performance.now() - from);
  return { kind: 'running', running: keepRunning(result.running, { digest, startMs, start }) };
}

function digestOrNull({ service, request, context }: Start): string | null {
  try {
    return digestOf(service, request, { ...context, provider: context.kind });
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

/** `null` = it is to be started afresh. */
async function reuseOrEnd(kept: KeptService, digest: string, start: Start): Promise<StartResult | null> {
  const { service, request, context } = start;
  let problem: string | null = null;
  if (kept.digest === digest) {
    const result = await reuseKept(kept, service, { request, context });
    if (result.kind === 'running') return { kind: 'running', running: endable(result.running, kept, context) };
    if (result.kind === 'cancelled') return result;
    problem = result.problem;
  }
  // What another run may be using at this moment stays; this run has a copy of its own then.
  if (!context.isAlone()) return null;
  const left = await endKept(kept, { ...context, kill: request.kill });
  if (left !== null) return { kind: 'failed', problem: `${service.name}: the kept copy could not be ended: ${left}` };
  if (problem !== null) {
    context.emit({ type: 'warning', message: `kept service ${service.name} was started afresh: ${problem}` });
  }
  return request.signal.aborted ? { kind: 'cancelled' } : null;
}

/** Sick while it was in use: it goes, unless another run may be using it. */
function endable(running: RunningService, kept: KeptService, context: KeepContext): RunningService {
  return {
    ...running,
    end: async (kill) => {
      await running.stop(kill);
      if (context.isAlone()) await endKept(kept, { ...context, kill });
      return [];
    },
  };
}

function keepRunning(
  running: RunningService,
  { digest, startMs, start }: { readonly digest: string; readonly startMs: number; readonly start: Start },
): RunningService {
  const { service, context } = start;
  const { handle } = running;
  if (handle === undefined) return running;
  const kept: KeptService = {
    id: randomUUID(),
    service: service.name,
    digest,
    address: running.address,
    handle: keptHandle(handle, context.processes),
    logPath: handle.logPath,
    needs: service.needs,
    stop: service.stop,
    since: context.tools.io.now(),
    startMs,
  };
  try {
    // Another run was faster: its copy is the one that stays.
    if (!context.store.add(kept)) return running;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.emit({ type: 'warning', message: `service ${service.name} cannot be kept: ${reason}` });
    return running;
  }
  let isOver = false;
  void running.ended?.then(() => (isOver = true));
  const end = (kill: AbortSignal): Promise<readonly string[]> => {
    context.store.remove(kept);
    return running.stop(kill);
  };
  return {
    ...running,
    stays: true,
    end,
    stop: async (kill) => {
      if (isOver) return end(kill);
      await running.letGo?.();
      return [];
    },
  };
}

function keptHandle(handle: RunningHandle, processes: Processes): KeptHandle {
  return handle.kind === 'compose'
    ? { kind: 'compose', project: handle.project }
    : { kind: 'process', leader: processes.identify(handle.pid), mark: handle.mark };
}
