import type { Config, Environment, ProviderKind, Service } from '../model/config.ts';
import type { Processes, ServiceAddress } from '../ports.ts';
import type { AllowedProviders, Rejection } from './choose.ts';
import { chooseReachable } from './choose-reachable.ts';
import type { KeepContext } from './keeping-provider.ts';
import type { KeptService, KeptStore } from './kept-store.ts';
import { describeHolders, findPortHolders } from './port-holder.ts';
import { isPortTaken } from './ports.ts';
import type { ProviderTools, StartRequest } from './provider.ts';
import type { LivingRun } from './recover.ts';
import { reuseKept } from './reuse-kept.ts';

/** How one service stands, outside of any run of ours. */
export interface ServiceStatus {
  readonly name: string;
  /** `kept`: left running; `running`: a run under way has it; `foreign`: somebody else's answers in its place. */
  readonly state: 'kept' | 'running' | 'foreign' | 'stopped';
  /** What a run would take now; `null` = it would be unavailable. */
  readonly provider: ProviderKind | null;
  readonly rejected: readonly Rejection[];
  readonly url: string | null;
  readonly pid: number | null;
  /** Milliseconds since the epoch. */
  readonly since: number | null;
  /** Whether its probes pass at this moment; `null` = not asked. */
  readonly healthy: boolean | null;
  /** What is wrong, or what there is to know. */
  readonly note: string | null;
}

export interface InspectOptions {
  readonly services: Config['services'];
  readonly environment: Environment;
  readonly allow: AllowedProviders;
  readonly tools: ProviderTools;
  /** Providers that are not there on this machine. */
  readonly absent: readonly Rejection[];
  readonly store: KeptStore;
  readonly processes: Processes;
  readonly living: readonly LivingRun[];
  readonly signal: AbortSignal;
}

/** How the services stand; starts and ends nothing. */
export function inspectServices(names: readonly string[], options: InspectOptions): Promise<readonly ServiceStatus[]> {
  const services = names.map((name) => options.services[name]).filter((service) => service !== undefined);
  return Promise.all(services.flatMap(copiesOf).map((service) => inspect(service, options)));
}

/** Each copy of a service has a name of its own where there are several. */
function copiesOf(service: Service): readonly Service[] {
  if (service.instances === 1) return [service];
  return Array.from({ length: service.instances }, (_, number) => ({ ...service, name: `${service.name}-${number}` }));
}

type Standing = Pick<ServiceStatus, 'state' | 'url' | 'pid' | 'since' | 'healthy' | 'note'>;

const stopped: Standing = { state: 'stopped', url: null, pid: null, since: null, healthy: null, note: null };

async function inspect(service: Service, options: InspectOptions): Promise<ServiceStatus> {
  const { choice, outside } = await chooseReachable(service, options);
  const kept = options.store.find(service.name);
  const standing =
    (kept === null ? null : await lookAtKept(kept, service, options)) ??
    findInRuns(service, options) ??
    (outside?.problem === null ? { ...stopped, state: 'foreign' as const, url: outside.url, healthy: true } : null) ??
    (await lookAtPort(service)) ??
    stopped;
  return {
    name: service.name,
    ...standing,
    note: standing.note ?? (choice.kind === 'unavailable' ? choice.problem : null),
    provider: choice.kind === 'chosen' ? choice.provider : null,
    rejected: choice.rejected,
  };
}

const probeTimeoutMs = 2000;

async function lookAtKept(kept: KeptService, service: Service, options: InspectOptions): Promise<Standing | null> {
  const { tools, processes, store } = options;
  const leader = kept.handle.kind === 'process' ? kept.handle.leader : null;
  if (leader !== null && processes.liveness(leader) === 'gone') {
    return { ...stopped, note: 'it was left running and has ended since' };
  }
  const context: Pick<KeepContext, 'tools' | 'processes'> = { tools, processes };
  const result = await reuseKept(
    kept,
    { ...service, startTimeoutMs: probeTimeoutMs },
    { request: requestOf(options, addressesOf(store)), context },
  );
  if (result.kind === 'running') await result.running.stop(options.signal);
  return {
    state: 'kept',
    url: kept.address.url,
    pid: leader?.pid ?? null,
    since: kept.since,
    healthy: result.kind === 'running',
    note: result.kind === 'unusable' ? result.problem : null,
  };
}

function findInRuns(service: Service, { living, processes }: InspectOptions): Standing | null {
  for (const run of living) {
    const marks = `/services/${service.name}/`;
    const group = run.groups.find(({ mark, leader }) => mark.includes(marks) && processes.liveness(leader) === 'alive');
    if (group === undefined) continue;
    const note = `run ${run.runId} (pid ${run.runner.pid}) has it`;
    return { ...stopped, state: 'running', pid: group.leader.pid, since: run.startedAt, note };
  }
  return null;
}

async function lookAtPort({ port }: Service): Promise<Standing | null> {
  if (port === 'auto' || !(await isPortTaken(port))) return null;
  const holders = await findPortHolders(port);
  const note = `port ${port} is taken by ${describeHolders(holders)}`;
  return { ...stopped, state: 'foreign', url: `http://127.0.0.1:${port}`, pid: holders[0]?.pid ?? null, note };
}

function requestOf({ signal }: InspectOptions, services: Readonly<Record<string, ServiceAddress>>): StartRequest {
  return { generation: 1, url: null, last: false, services, signal, kill: signal };
}

function addressesOf(store: KeptStore): Readonly<Record<string, ServiceAddress>> {
  return Object.fromEntries(store.all().map((kept) => [kept.service, kept.address]));
}
