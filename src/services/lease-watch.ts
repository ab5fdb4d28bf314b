import type { LeaseWatch } from '../ports.ts';
import type { Copy } from './copies.ts';

/** Follows the generations that run now of the given services. */
export function watchLease(copies: readonly Copy[]): LeaseWatch {
  const held = copies.flatMap(({ unit }) => {
    const lease = unit.lease();
    return lease === null ? [] : [{ unit, lease }];
  });
  return {
    lost: AbortSignal.any(held.map(({ lease }) => lease.lost)),
    failure: () =>
      held.map(({ unit, lease }) => unit.deathOf(lease.generation)).find((death) => death !== null) ?? null,
    check: async (signal) => {
      await Promise.all(
        held
          .filter(({ unit, lease }) => unit.lease()?.generation === lease.generation)
          .map(({ unit }) => unit.check(signal)),
      );
    },
  };
}
