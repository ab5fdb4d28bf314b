import type { Redis } from 'ioredis';
import { oneLine } from '../base/text.ts';

/**
 * Which machines were lost while they ran a task: each says that it begins, and takes that back when it is still there although the task is not
 * its own any more. What is left is of machines that are gone.
 */
export interface TaskLosses {
  begin(index: number, lease: string): Promise<void>;
  takeBack(index: number, lease: string): Promise<void>;
  forget(index: number): Promise<void>;
  /** Why the task must not be run again; `null` = it may. `isTooOften`: it was handed out `mostClaims` times. */
  verdict(index: number, isTooOften: boolean): Promise<string | null>;
}

/** A task that took three machines with it is not given to a fourth. */
const enough = 3;
/** Whatever becomes of the machines that have it, a task is not handed out for ever. */
export const mostClaims = 10;

/** Where it is noted which machines have begun a task. */
export function begunKey(base: string, index: number): string {
  return `${base}:begun:${index}`;
}

/** `base` is what the keys of the build begin with. */
export function taskLosses({
  redis,
  base,
  ttlMs,
}: {
  readonly redis: Redis;
  readonly base: string;
  readonly ttlMs: number;
}): TaskLosses {
  const keyOf = (index: number): string => begunKey(base, index);
  return {
    async begin(index, lease) {
      await redis.multi().hset(keyOf(index), lease, '1').pexpire(keyOf(index), ttlMs).exec();
    },
    async takeBack(index, lease) {
      await redis.hdel(keyOf(index), lease);
    },
    async forget(index) {
      await redis.unlink(keyOf(index));
    },
    async verdict(index, isTooOften) {
      const lost = await redis.hkeys(keyOf(index));
      if (lost.length >= enough) {
        const names = lost.slice(0, enough).map((lease) => oneLine(lease.replace(/\/\d+$/, '')).slice(0, 100));
        return `three machines were lost while they ran it (${names.join(', ')}), so it is not run on a fourth`;
      }
      if (!isTooOften) return null;
      return `it was handed out ${mostClaims} times, and each time the machine that had it was not heard of any more: it is not run again`;
    },
  };
}
