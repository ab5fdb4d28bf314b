import type { Redis } from 'ioredis';
import type { Queue } from 'bullmq';
import { eventsKey, idOf, indexOf } from './task-claim.ts';
import type { AcceptedResult } from './task-claim.ts';
import { begunKey } from './task-losses.ts';

/** Where the keys of single tasks are. */
interface TaskPlace {
  readonly redis: Redis;
  readonly queue: Queue;
  readonly base: string;
  /** Time that keys outlive their last use by, in milliseconds. */
  readonly ttlMs: number;
  /** All results there are. */
  readonly accepted: () => Promise<readonly AcceptedResult[]>;
}

const states = ['waiting', 'prioritized', 'delayed', 'active', 'completed', 'failed'] as const;
const chunkSize = 500;

/**
 * Keeps from expiring what the server has of each task: a build may go on for longer than its keys live. They may be many, so that of all machines one
 * does it, four times in that time.
 */
export async function renewTasks({ redis, queue, base, ttlMs, accepted }: TaskPlace): Promise<void> {
  const isMine = await redis.set(`${base}:renewed`, '1', 'PX', Math.ceil(ttlMs / 4), 'NX');
  if (isMine === null) return;
  const indices = (await queue.getRanges([...states], 0, -1)).flatMap((id) => indexOf(id) ?? []);
  const keys = [
    ...indices.flatMap((index) => [queue.toKey(idOf(index)), begunKey(base, index)]),
    ...(await accepted()).map(({ lease }) => eventsKey(base, lease)),
  ];
  for (let from = 0; from < keys.length; from += chunkSize) {
    const batch = redis.pipeline();
    for (const key of keys.slice(from, from + chunkSize)) batch.pexpire(key, ttlMs);
    await batch.exec();
  }
}
