import { expand, TemplateError } from '../base/template.ts';
import type { Probe, Service } from '../model/config.ts';
import type { ProcessIdentity, Processes } from '../ports.ts';
import type { KeepContext } from './keeping-provider.ts';
import type { KeptService } from './kept-store.ts';
import { watchedProbes } from './health-watch.ts';
import { poll } from './poll.ts';
import type { PollResult } from './poll.ts';
import { describeHolders, findPortHolders, strangersAmong } from './port-holder.ts';
import { prepareProbes } from './probes/index.ts';
import type { PreparedProbe } from './probes/probe.ts';
import type { ProviderTools, StartRequest, StartResult } from './provider.ts';
import { serviceEnv, serviceLookup } from './references.ts';

/** Something that runs already passes its probes at once, or is not what it was. */
const reuseTimeoutMs = 5000;
const watchMs = 250;

export type Reuse =
  Extract<StartResult, { kind: 'running' | 'cancelled' }> | { readonly kind: 'unusable'; readonly problem: string };

/** Takes a kept service into use when its process lives and its probes pass again; touches it in no way otherwise. */
export async function reuseKept(
  kept: KeptService,
  service: Service,
  { request, context }: { readonly request: StartRequest; readonly context: Pick<KeepContext, 'tools' | 'processes'> },
): Promise<Reuse> {
  const { tools, processes } = context;
  const from = performance.now();
  const over = new AbortController();
  const ended = kept.handle.kind === 'process' ? watchEnd(kept.handle.leader, { tools, processes, over }) : null;
  const written = probesOf(service, kept.address.port);
  const probes = prepareKept(written, service, { kept, tools, request });
  const result: PollResult =
    typeof probes === 'string'
      ? { kind: 'gave-up', why: 'impossible', findings: [probes] }
      : await poll(probes, {
          clock: tools.io,
          startTimeoutMs: Math.min(service.startTimeoutMs, reuseTimeoutMs),
          signal: request.signal,
          exited: ended,
          maxTries: null,
          maxAbsentTries: 3,
        });
  if (result.kind !== 'ready') {
    over.abort();
    if (result.kind === 'cancelled') return result;
    const problem = result.kind === 'exited' ? `it ${result.problem}` : result.findings.join('; ');
    return { kind: 'unusable', problem };
  }
  const strangers = await strangersAt(kept);
  if (strangers !== null) {
    over.abort();
    return { kind: 'unusable', problem: `port ${kept.address.port ?? ''} is answered by ${strangers}` };
  }
  return {
    kind: 'running',
    running: {
      provider: 'kept',
      address: { ...kept.address, variables: { ...kept.address.variables, ...result.variables } },
      ended: ended === null ? null : ended.then((how) => `${service.name}: ${how} while it was in use`),
      watched: typeof probes === 'string' ? [] : watchedProbes(written, probes, service.watchMs),
      stays: true,
      savedMs: Math.max(0, Math.round(kept.startMs - (performance.now() - from))),
      stop: () => {
        over.abort();
        return Promise.resolve([]);
      },
    },
  };
}

/** Settles when the process is no more; never after `over`. */
async function watchEnd(
  leader: ProcessIdentity,
  {
    tools,
    processes,
    over,
  }: { readonly tools: ProviderTools; readonly processes: Processes; readonly over: AbortController },
): Promise<string> {
  while (processes.liveness(leader) === 'alive') {
    await tools.io.sleep(watchMs, over.signal);
    if (over.signal.aborted) await new Promise(() => undefined);
  }
  return 'was ended';
}

/** Its probes, or what is wrong with them. */
function prepareKept(
  probes: readonly Probe[],
  service: Service,
  {
    kept,
    tools,
    request,
  }: { readonly kept: KeptService; readonly tools: ProviderTools; readonly request: StartRequest },
): readonly PreparedProbe[] | string {
  const { url, host, port } = kept.address;
  const lookup = serviceLookup(tools.lookup, { port, services: request.services });
  try {
    return prepareProbes(probes, {
      ...{ url, host, port, log: null },
      env: serviceEnv(tools.baseEnv, service.process?.env ?? {}, lookup),
      cwd: `${tools.root}/${service.process?.cwd ?? '.'}`,
      runTool: tools.runTool,
      expand: (text) => expand(text, lookup),
    });
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

/** What its log said once it does not say again, so log probes are not repeated. */
function probesOf(service: Service, port: number | null): readonly Probe[] {
  const probes = service.health.filter((probe) => probe.kind !== 'log');
  return probes.length > 0 || port === null ? probes : [{ kind: 'tcp' }];
}

async function strangersAt({ address, handle }: KeptService): Promise<string | null> {
  if (address.port === null || handle.kind !== 'process') return null;
  const holders = await findPortHolders(address.port);
  const strangers = await strangersAmong(holders, { pid: handle.leader.pid, mark: handle.mark });
  return strangers.length === 0 ? null : describeHolders(strangers);
}
