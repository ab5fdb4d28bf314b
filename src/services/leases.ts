import type { Config, Env, Environment, ProviderKind, Service } from '../model/config.ts';
import type { EventBody } from '../model/event.ts';
import type { Task } from '../model/plan.ts';
import type { Io, LeaseResult, RunJournal, ServiceAddress, ServiceLeases } from '../ports.ts';
import { createDockerProvider } from './docker-provider.ts';
import { createExternalProvider } from './external-provider.ts';
import { createKeepingProvider } from './keeping-provider.ts';
import type { KeepOptions } from './keeping-provider.ts';
import { createPortAllocator } from './ports.ts';
import type { RunTool } from './probes/target.ts';
import { createProcessProvider } from './process-provider.ts';
import type { ProviderTools, ServiceProvider } from './provider.ts';
import { keptRunId } from './recover.ts';
import { ServiceUnit } from './service-unit.ts';
import type { Obtained } from './service-unit.ts';
import { startService } from './start-service.ts';
import type { Needs, StartOptions } from './start-service.ts';

export interface LeaseOptions {
  readonly services: Config['services'];
  readonly environment: Environment;
  /** All of the plan: a service is stopped after the last task that needs it. */
  readonly tasks: readonly Task[];
  readonly io: Io;
  readonly runTool: RunTool;
  /** Absolute root of the workspace. */
  readonly root: string;
  /** Absolute; logs are written to `<logsDir>/services/<name>.log`. */
  readonly logsDir: string;
  readonly logLimitBytes: number;
  readonly runId: string;
  /** What every service inherits; may hold references, so what comes from the caller must be escaped (`escapeTemplate`). */
  readonly baseEnv: Env;
  /** Values of `env.NAME`, `run.id` and `shard.index`; `null` = not set. */
  readonly lookup: (reference: string) => string | null;
  readonly allow: {
    /** `false`: `--no-services`. */
    readonly services: boolean;
    /** `false`: `--no-docker`. */
    readonly docker: boolean;
    /** `true`: `--real-services`, what is unavailable is a failure. */
    readonly real: boolean;
  };
  readonly emit: (body: EventBody) => void;
  /** Where what is started is noted. */
  readonly journal?: RunJournal;
  /** With it, services that were left running are used, and with `keep` left running. */
  readonly kept?: KeepOptions;
}

/** The services of one run, none started yet. */
export function createServiceLeases(options: LeaseOptions): ServiceLeases {
  const kill = new AbortController();
  const units = createUnits(options, kill.signal);
  const users = countUsers(options);
  const stops = new Map<string, Promise<void>>();
  let closed = false;

  /** What needs the service ends before it. */
  const stopUnit = (name: string): Promise<void> => {
    const known = stops.get(name);
    if (known !== undefined) return known;
    const dependents = Object.values(options.services).filter((service) => service.needs.includes(name));
    const done = Promise.allSettled(dependents.map((service) => stopUnit(service.name))).then(() =>
      units.get(name)?.stop(),
    );
    stops.set(name, done);
    return done;
  };

  return {
    acquire: async (task, signal) => {
      if (closed || signal.aborted) return { kind: 'cancelled' };
      const lease = await obtainAll(task.needs, units, signal);
      if (lease.kind === 'ready') return { kind: 'ready', services: addressesOf(task.needs, options.services, units) };
      return lease.kind === 'unavailable' && options.allow.real ? insisted(lease) : lease;
    },
    failureOf: (services) =>
      withNeeds(services, options.services)
        .map((name) => units.get(name)?.failure ?? null)
        .find((failure) => failure !== null) ?? null,
    release: (task) => {
      for (const [name, tasks] of users) {
        // What goes wrong here is told by `stopAll`, which waits for the same promise.
        if (tasks.delete(task.id) && tasks.size === 0) stopUnit(name).catch(() => undefined);
      }
    },
    stopAll: async (killNow) => {
      closed = true;
      const hurry = (): void => kill.abort();
      if (killNow.aborted) hurry();
      killNow.addEventListener('abort', hurry, { once: true });
      const stopped = [...units.keys()].map(stopUnit);
      await Promise.allSettled(stopped);
      killNow.removeEventListener('abort', hurry);
      await Promise.all(stopped);
    },
  };
}

function createUnits(options: LeaseOptions, kill: AbortSignal): ReadonlyMap<string, ServiceUnit> {
  const tools: ProviderTools = { ...options, ...keptNames(options), ports: createPortAllocator() };
  const keeping = (kind: ProviderKind, provider: ServiceProvider): ServiceProvider =>
    options.kept === undefined
      ? provider
      : createKeepingProvider(provider, { ...options.kept, kind, tools, emit: options.emit });
  const providers: StartOptions['providers'] = {
    external: createExternalProvider(tools),
    process: keeping('process', createProcessProvider(tools)),
    docker: keeping('docker', createDockerProvider(tools, Object.values(options.services))),
  };
  const units = new Map<string, ServiceUnit>();
  for (const service of Object.values(options.services)) {
    const { emit, environment, allow } = options;
    const unit = new ServiceUnit({
      name: service.name,
      emit,
      io: options.io,
      kill,
      start: (request) =>
        startService(service, {
          ...request,
          environment,
          allow,
          providers,
          kill,
          obtainNeeds: (signal) => obtainNeeds(service, { options, units, signal }),
        }),
    });
    units.set(service.name, unit);
  }
  return units;
}

/** What is left running must not look like something of this run, and its log must not go with this run's reports. */
function keptNames({ kept, runId, logsDir }: LeaseOptions): Pick<ProviderTools, 'runId' | 'logsDir'> {
  return kept?.keep === true ? { runId: keptRunId(runId), logsDir: kept.logsDir } : { runId, logsDir };
}

async function obtainNeeds(
  service: Service,
  {
    options,
    units,
    signal,
  }: { readonly options: LeaseOptions; readonly units: ReadonlyMap<string, ServiceUnit>; readonly signal: AbortSignal },
): Promise<Needs> {
  const lease = await obtainAll(service.needs, units, signal);
  switch (lease.kind) {
    case 'ready':
      return { kind: 'ready', services: addressesOf(service.needs, options.services, units) };
    case 'cancelled':
      return lease;
    case 'failed':
      return { kind: 'failed', problem: `${service.name} needs ${lease.service}, which failed\n${lease.problem}` };
    case 'unavailable':
      return { ...lease, problem: `it needs ${lease.service}, which is unavailable (${lease.problem})` };
  }
}

type Refusal = Exclude<LeaseResult, { readonly kind: 'ready' }>;

/** Has all of them, or says why not as soon as one cannot be had; nobody waits for the others then. */
async function obtainAll(
  names: readonly string[],
  units: ReadonlyMap<string, ServiceUnit>,
  signal: AbortSignal,
): Promise<Refusal | { readonly kind: 'ready' }> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const refusals: Refusal[] = [];
  await Promise.all(
    [...new Set(names)].map(async (service) => {
      const obtained: Obtained = (await units.get(service)?.obtain(either)) ?? {
        kind: 'failed',
        problem: `service "${service}" is not defined`,
      };
      if (obtained.kind === 'ready') return;
      refusals.push(obtained.kind === 'cancelled' ? obtained : { ...obtained, service });
      enough.abort();
    }),
  );
  return refusals[0] ?? { kind: 'ready' };
}

/** The addresses of what runs of the named services and of all they need. */
function addressesOf(
  names: readonly string[],
  services: Config['services'],
  units: ReadonlyMap<string, ServiceUnit>,
): Readonly<Record<string, ServiceAddress>> {
  const addresses: Record<string, ServiceAddress> = {};
  for (const name of withNeeds(names, services)) {
    const address = units.get(name)?.address ?? null;
    if (address !== null) addresses[name] = address;
  }
  return addresses;
}

/** For each service the tasks that are not over and need it, directly or through another service. */
function countUsers(options: LeaseOptions): ReadonlyMap<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const task of options.tasks) {
    if (task.settled !== null) continue;
    for (const name of withNeeds(task.needs, options.services)) {
      const tasks = users.get(name) ?? new Set();
      users.set(name, tasks.add(task.id));
    }
  }
  return users;
}

/** The services and all they need, each once, what is needed first. */
function withNeeds(names: readonly string[], services: Config['services']): readonly string[] {
  const found = new Set<string>();
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    if (visiting.has(name)) return;
    visiting.add(name);
    services[name]?.needs.forEach(visit);
    found.add(name);
  };
  names.forEach(visit);
  return [...found];
}

function insisted(lease: Extract<LeaseResult, { readonly kind: 'unavailable' }>): LeaseResult {
  const { service, problem, remedy } = lease;
  return {
    kind: 'failed',
    service,
    problem: `${service} is unavailable, and --real-services lets nothing be skipped: ${problem} (${remedy})`,
  };
}
