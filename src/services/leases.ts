import type { Config } from '../model/config.ts';
import type { LeaseResult, ServiceLeases } from '../ports.ts';
import type { LeaseOptions } from './lease-options.ts';
import { watchLease } from './lease-watch.ts';
import { addressesOf, obtainAll, reach } from './obtain.ts';
import { createUnits } from './units.ts';

export type { LeaseOptions } from './lease-options.ts';

/** The services of one run, none started yet. */
export function createServiceLeases(options: LeaseOptions): ServiceLeases {
  const kill = new AbortController();
  const units = createUnits(options, kill.signal);
  const users = countUsers(options);
  const stops = new Map<string, Promise<void>>();
  let closed = false;

  /** What needs the service ends before it. */
  const stopService = (name: string): Promise<void> => {
    const known = stops.get(name);
    if (known !== undefined) return known;
    const dependents = Object.values(options.services).filter((service) => service.needs.includes(name));
    const done = Promise.allSettled(dependents.map((service) => stopService(service.name))).then(() =>
      allDone(units.copiesOf(name).map(({ unit }) => unit.stop())),
    );
    stops.set(name, done);
    return done;
  };

  return {
    acquire: async (task, signal, place) => {
      if (closed || signal.aborted) return { kind: 'cancelled' };
      const slot = place?.slot ?? 0;
      const lease = await obtainAll(task.needs, { units, slot, signal });
      if (lease.kind === 'ready') return { kind: 'ready', services: addressesOf(reach(task.needs, units, slot)) };
      return lease.kind === 'unavailable' && options.allow.real ? insisted(lease) : lease;
    },
    watch: (task, { slot }) => watchLease([...reach(task.needs, units, slot).values()]),
    failureOf: (services) =>
      withNeeds(services, options.services)
        .flatMap((name) => units.copiesOf(name))
        .map(({ unit }) => unit.failure)
        .find((failure) => failure !== null) ?? null,
    release: (task) => {
      for (const [name, tasks] of users) {
        // What goes wrong here is told by `stopAll`, which waits for the same promise.
        if (tasks.delete(task.id) && tasks.size === 0) stopService(name).catch(() => undefined);
      }
    },
    stopAll: async (killNow) => {
      closed = true;
      const hurry = (): void => kill.abort();
      if (killNow.aborted) hurry();
      killNow.addEventListener('abort', hurry, { once: true });
      try {
        await allDone(units.names.map(stopService));
      } finally {
        killNow.removeEventListener('abort', hurry);
      }
    },
  };
}

/** Waits for all, also when one fails; then fails like the first that did. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
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
