import { Queue, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import { buildName } from './build-name.ts';
import { connect } from './connect.ts';
import type { QueueAddress } from './queue-url.ts';
import { renewTasks } from './renew-tasks.ts';
import { claimTask, eventsKey, idOf, indexOf, readResult } from './task-claim.ts';
import type { AcceptedResult, ClaimPlace, QueueClaim, QueuedTask } from './task-claim.ts';
import { mostClaims, taskLosses } from './task-losses.ts';
import { workerNotes } from './worker-notes.ts';
import type { WorkerNotes } from './worker-notes.ts';

export interface BuildQueueOptions {
  readonly address: QueueAddress;
  readonly build: string;
  /** Time without a sign of life after which a claim is given to another worker, in milliseconds. */
  readonly leaseMs: number;
  /** Only looks: nothing is handed out, and nothing taken from silent workers. */
  readonly watch?: true;
  /** How long the server is waited for, in milliseconds; three leases unless given. */
  readonly patienceMs?: number;
  /** Time that keys outlive their last use by, in milliseconds; a day unless given. */
  readonly ttlMs?: number;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
}

/** The tasks of one build in Redis. All of it rejects once the connection is lost. */
export interface BuildQueue extends WorkerNotes {
  readonly lost: AbortSignal;
  /** Offers what the build is to be, and resolves to what it is: that of the first who offered. */
  offer(document: string): Promise<string>;
  /** What the build is; `null` = nobody has said so yet. */
  document(): Promise<string | null>;
  /** Adds tasks, in this order, those left out that were added before. */
  add(tasks: readonly QueuedTask[], options: { readonly ordered: boolean }): Promise<void>;
  /** Says that all tasks were added that can be from the start; `isFilled` is whether somebody has. */
  markFilled(): Promise<void>;
  isFilled(): Promise<boolean>;
  claim(worker: string): Promise<QueueClaim | null>;
  counts(): Promise<QueueCounts>;
  /** Those that are not known yet. */
  accepted(known: ReadonlyMap<number, unknown>): Promise<readonly AcceptedResult[]>;
  /** The events of a result, as they were given to `finish`; `null` = they are gone. */
  eventsOf(result: AcceptedResult): Promise<Buffer | null>;
  /** Keeps all keys from expiring. */
  touch(): Promise<void>;
  /** Whether the server may throw keys away for want of memory. */
  evicts(): Promise<string | null>;
  /** Makes a connection that hangs begin anew. */
  reconnect(): void;
  close(): Promise<void>;
}

const dayMs = 24 * 3600 * 1000;
const chunkSize = 500;

/**
 * Opens the queue of a build; nothing is written by that.
 * @throws UsageError when the server refuses the user, InfrastructureError when it cannot be used or reached
 */
export async function openBuildQueue(options: BuildQueueOptions): Promise<BuildQueue> {
  const { address, leaseMs, ttlMs = dayMs, patienceMs = 3 * leaseMs } = options;
  const connection = await connect(address, patienceMs);
  const name = buildName(options.build);
  const shared = { connection: connection.redis, prefix: address.prefix, skipVersionCheck: true };
  const queue = new Queue(name, {
    ...shared,
    streams: { events: { maxLen: 100 } },
    skipMetasUpdate: options.watch === true,
  });
  const worker = new Worker(name, null, {
    ...shared,
    autorun: false,
    lockDuration: leaseMs,
    stalledInterval: Math.max(100, Math.floor(leaseMs / 4)),
    maxStalledCount: mostClaims - 1,
    skipLockRenewal: true,
  });
  // Whoever waits for a command is told; a server that comes back makes good for the rest.
  queue.on('error', () => undefined);
  worker.on('error', () => undefined);
  if (options.watch !== true) await worker.startStalledCheckTimer();
  const base = `${address.prefix}:${name}`;
  const place = { redis: connection.redis, base, ttlMs };
  const parts: Parts = { connection, queue, worker, leaseMs, ttlMs, base, losses: taskLosses(place) };
  // BullMQ has written what it is, of a build that nobody begins too. What the server refuses is told by what it is asked next.
  const tasks = tasksOf(parts);
  const touch = async (): Promise<void> => {
    if (options.watch !== true) await tasks.touch().catch(() => undefined);
  };
  await queue.getVersion().then(touch, () => undefined);
  return {
    lost: connection.lost,
    ...documents(parts),
    ...tasks,
    ...results(parts),
    ...workerNotes(place),
    reconnect: () => connection.redis.disconnect(true),
    async close() {
      // A server that is away must not keep the process alive.
      const force = setTimeout(() => connection.close(), 2000);
      await Promise.allSettled([worker.close(true)]);
      // The last look for silent machines may have made a key without an end.
      await touch();
      await Promise.allSettled([queue.close()]);
      clearTimeout(force);
      connection.close();
    },
  };
}

interface Parts extends ClaimPlace {
  readonly worker: Worker;
}

function documents({
  connection: { redis },
  base,
  ttlMs,
}: Parts): Pick<BuildQueue, 'offer' | 'document' | 'markFilled' | 'isFilled' | 'evicts'> {
  const [plan, filled] = [`${base}:plan`, `${base}:filled`];
  return {
    async offer(document) {
      await redis.set(plan, document, 'PX', ttlMs, 'NX');
      const there = await redis.get(plan);
      if (there === null) throw new Error('the server does not keep what it is given');
      return there;
    },
    document: () => redis.get(plan),
    async markFilled() {
      await redis.set(filled, '1', 'PX', ttlMs);
    },
    isFilled: async () => (await redis.exists(filled)) === 1,
    async evicts() {
      // A user need not be allowed to ask.
      const memory = await redis.info('memory').catch(() => '');
      const [, policy = 'noeviction'] = /maxmemory_policy:(\S+)/.exec(memory) ?? [];
      const [, limit = '0'] = /maxmemory:(\d+)/.exec(memory) ?? [];
      return policy === 'noeviction' || limit === '0' ? null : policy;
    },
  };
}

function tasksOf(parts: Parts): Pick<BuildQueue, 'add' | 'claim' | 'counts' | 'touch'> {
  const { queue, worker, connection, ttlMs, base } = parts;
  const { redis } = connection;
  let claims = 0;
  // Its types do not say that there may be none.
  const nextJob = (lease: string): Promise<Job<unknown> | undefined> => worker.getNextJob(lease, { block: false });
  const touch = async (): Promise<void> => {
    // Of its own, the mark that stalled tasks were looked for lately lives for as long as that counts.
    const types = Object.keys(queue.keys).filter((type) => type !== '' && type !== 'stalled-check');
    const keys = [
      ...types.map((type) => queue.toKey(type)),
      ...['plan', 'filled', 'workers'].map((own) => `${base}:${own}`),
    ];
    const batch = redis.pipeline();
    for (const key of keys) batch.pexpire(key, ttlMs);
    await batch.exec();
    await renewTasks({ redis, queue, base, ttlMs, accepted: () => results(parts).accepted(new Map()) });
  };
  return {
    touch,
    async add(tasks, { ordered }) {
      for (let from = 0; from < tasks.length; from += chunkSize) {
        const chunk = tasks.slice(from, from + chunkSize);
        await queue.addBulk(
          chunk.map(({ index, blockedBy }) => ({
            name: 't',
            data: blockedBy,
            opts: { jobId: idOf(index), attempts: 1, ...(ordered ? { priority: index + 1 } : {}) },
          })),
        );
        const batch = redis.pipeline();
        for (const { index } of chunk) batch.pexpire(queue.toKey(idOf(index)), ttlMs);
        await batch.exec();
      }
      await touch();
    },
    async claim(name) {
      claims += 1;
      const lease = `${name}/${claims}`;
      const job = await nextJob(lease);
      return job === undefined ? null : claimTask(job, lease, parts);
    },
    async counts() {
      const counts = await queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'completed');
      const of = (kind: string): number => counts[kind] ?? 0;
      return {
        waiting: of('waiting') + of('prioritized') + of('delayed'),
        running: of('active'),
        done: of('completed'),
      };
    },
  };
}

function results({ connection: { redis }, queue, base }: Parts): Pick<BuildQueue, 'accepted' | 'eventsOf'> {
  return {
    async accepted(known) {
      const ids = await redis.zrange(queue.toKey('completed'), '0', '-1');
      const fresh = ids.map(indexOf).filter((index): index is number => index !== null && !known.has(index));
      const found: AcceptedResult[] = [];
      for (let from = 0; from < fresh.length; from += chunkSize) {
        const chunk = fresh.slice(from, from + chunkSize);
        const batch = redis.pipeline();
        for (const index of chunk) batch.hget(queue.toKey(idOf(index)), 'returnvalue');
        const answers = (await batch.exec()) ?? [];
        for (const [at, index] of chunk.entries()) {
          const text = answers[at]?.[1];
          const result = typeof text === 'string' ? readResult(index, text) : null;
          if (result !== null) found.push(result);
        }
      }
      return found;
    },
    eventsOf: ({ lease }) => redis.getBuffer(eventsKey(base, lease)),
  };
}
