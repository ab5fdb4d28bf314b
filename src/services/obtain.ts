import type { LeaseResult, ServiceAddress } from '../ports.ts';
import type { Copy, NeedSeen, Units } from './copies.ts';
import type { Obtained } from './unit-state.ts';
import type { Needs } from './start-service.ts';

/** Which services are wanted, by whom. */
export interface Wanted {
  readonly units: Units;
  readonly slot: number;
  readonly signal: AbortSignal;
}

type Refusal = Exclude<LeaseResult, { readonly kind: 'ready' }>;

/** Has all of them, or says why not as soon as one cannot be had; nobody waits for the others then. */
export async function obtainAll(
  names: readonly string[],
  wanted: Wanted,
): Promise<Refusal | { readonly kind: 'ready' }> {
  if (names.length === 0) return { kind: 'ready' };
  const enough = new AbortController();
  const either = { ...wanted, signal: AbortSignal.any([wanted.signal, enough.signal]) };
  const refusals: Refusal[] = [];
  await Promise.all(
    [...new Set(names)].map(async (service) => {
      const obtained = await obtainOne(service, either);
      if (obtained.kind === 'ready') return;
      refusals.push(obtained.kind === 'cancelled' ? obtained : { ...obtained, service });
      enough.abort();
    }),
  );
  return refusals[0] ?? { kind: 'ready' };
}

/** Has what a service needs before it is started, and notes what it is told of that. */
export async function obtainNeeds(copy: Copy, units: Units, signal: AbortSignal): Promise<Needs> {
  const refusal = await obtainForCopy(copy, { units, signal });
  if (refusal !== null) return refusal;
  copy.needsSeen = seeNeeds(copy, units);
  return { kind: 'ready', services: addressesOf(reach(copy.service.needs, units, copy.number)) };
}

/** The copies that a slot has of the named services and of all that these need, by name; what is named comes first. */
export function reach(names: readonly string[], units: Units, slot: number): ReadonlyMap<string, Copy> {
  const found = new Map<string, Copy>();
  let level = names.flatMap((name) => units.of(name, slot) ?? []);
  while (level.length > 0) {
    const fresh = level.filter(({ service }) => !found.has(service.name));
    for (const copy of fresh) found.set(copy.service.name, copy);
    level = fresh.flatMap((copy) => copy.service.needs.flatMap((name) => units.of(name, copy.number) ?? []));
  }
  return found;
}

/** The addresses of those that run. */
export function addressesOf(copies: ReadonlyMap<string, Copy>): Readonly<Record<string, ServiceAddress>> {
  const addresses: Record<string, ServiceAddress> = {};
  for (const [name, { unit }] of copies) {
    const { address } = unit;
    if (address !== null) addresses[name] = address;
  }
  return addresses;
}

async function obtainOne(name: string, wanted: Wanted): Promise<Obtained> {
  const copy = wanted.units.of(name, wanted.slot);
  if (copy === null) return { kind: 'failed', problem: `service "${name}" is not defined` };
  for (;;) {
    const obtained = await copy.unit.obtain(wanted.signal);
    // What is running outside needs nothing of ours.
    if (obtained.kind !== 'ready' || !copy.unit.isOurs) return obtained;
    const refusal = await obtainForCopy(copy, wanted);
    if (refusal !== null) return refusal;
    await renew(copy, wanted);
    if (copy.unit.lease() !== null) return obtained;
  }
}

async function obtainForCopy(
  { service, number, unit }: Copy,
  { units, signal }: Omit<Wanted, 'slot'>,
): Promise<Exclude<Obtained, { readonly kind: 'ready' }> | null> {
  const lease = await obtainAll(service.needs, { units, slot: number, signal });
  switch (lease.kind) {
    case 'ready':
      return null;
    case 'cancelled':
      return lease;
    case 'failed':
      return { kind: 'failed', problem: `${unit.name} needs ${lease.service}, which failed\n${lease.problem}` };
    case 'unavailable':
      return {
        ...{ kind: 'unavailable', remedy: lease.remedy },
        problem: `it needs ${lease.service}, which is unavailable (${lease.problem})`,
      };
  }
}

/** A service whose need was started again goes on if it is healthy, unless it was told an address where nobody is any more. */
async function renew(copy: Copy, { units, signal }: Wanted): Promise<void> {
  const before = copy.needsSeen;
  const now = seeNeeds(copy, units);
  const changed = now.filter(
    ({ name, generation }) => before.find((seen) => seen.name === name)?.generation !== generation,
  );
  if (changed.length === 0) return;
  copy.needsSeen = now;
  const moved = changed.find(({ name, url }) => before.find((seen) => seen.name === name)?.url !== url);
  if (moved === undefined) await copy.unit.check(signal);
  else copy.unit.giveUp(`was told an address of ${moved.name} that changed when ${moved.name} was started again`);
}

function seeNeeds({ service, number }: Copy, units: Units): readonly NeedSeen[] {
  return [...reach(service.needs, units, number)].map(([name, { unit }]) => ({
    name,
    generation: unit.lease()?.generation ?? 0,
    url: unit.address?.url ?? null,
  }));
}
