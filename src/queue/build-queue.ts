import { Queue, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import { buildName } from './build-name.ts';
import { connect } from './connect.ts';
import type { Connection } from './connect.ts';
import { parseJson } from './parse-json.ts';
import type { QueueAddress } from './queue-url.ts';
import { workerNotes } from './worker-notes.ts';
import type { WorkerNotes } from './worker-notes.ts';

export interface BuildQueueOptions {
  readonly address: QueueAddress;
  readonly build: string;
  /** Time without a sign of life after which a claim is given to another worker, in milliseconds. */
  readonly leaseMs: number;
  /** Only looks: nothing is handed out, and nothing taken from silent workers. */
  readonly watch?: true;
  /** Time that keys outlive their last use by, in milliseconds; a day unless given. */
  readonly ttlMs?: number;
}

/** What is to be done once by one of many workers. */
export interface QueuedTask {
  /** Place of the task in the plan. */
  readonly index: number;
  /** The category whose failure keeps it from running; `null` = it is to run. */
  readonly blockedBy: string | null;
}

/** A task that is this worker's as long as it renews it. */
export interface QueueClaim extends QueuedTask {
  /** Different for each time that any task is claimed. */
  readonly lease: string;
  /** It was claimed and lost so often that it must not be run again. */
  readonly isPoison: boolean;
  /** `false` = it is this worker's no longer. */
  renew(): Promise<boolean>;
  /** Stores the result and ends the task in one step, if it is still this worker's; `false` = it is not. */
  finish(result: ClaimResult, events: readonly Buffer[]): Promise<boolean>;
  /** Lets another worker have it at once. */
  giveBack(): Promise<void>;
}

/** What everybody has to know of a result. */
export interface ClaimResult {
  readonly worker: string;
  /** Tasks that depend on its category may run. */
  readonly satisfies: boolean;
}

/** A result that the queue has accepted. */
export interface AcceptedResult extends ClaimResult {
  readonly index: number;
  readonly lease: string;
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
/** A batch that took three workers with it is not given to a fourth. */
const maxLost = 2;
const chunkSize = 500;

/**
 * Opens the queue of a build; nothing is written by that.
 * @throws UsageError when the server refuses the user, InfrastructureError when it cannot be reached for three leases
 */
export async function openBuildQueue(options: BuildQueueOptions): Promise<BuildQueue> {
  const { address, leaseMs, ttlMs = dayMs } = options;
  const connection = await connect(address, 3 * leaseMs);
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
    maxStalledCount: maxLost,
    skipLockRenewal: true,
  });
  // Whoever waits for a command is told; a server that comes back makes good for the rest.
  queue.on('error', () => undefined);
  worker.on('error', () => undefined);
  if (options.watch !== true) await worker.startStalledCheckTimer();
  const parts: Parts = { connection, queue, worker, leaseMs, ttlMs, base: `${address.prefix}:${name}` };
  return {
    lost: connection.lost,
    ...documents(parts),
    ...tasksOf(parts),
    ...results(parts),
    ...workerNotes({ redis: connection.redis, base: parts.base, ttlMs }),
    reconnect: () => connection.redis.disconnect(true),
    async close() {
      // A server that is away must not keep the process alive.
      const force = setTimeout(() => connection.close(), 2000);
      await Promise.allSettled([worker.close(true), queue.close()]);
      clearTimeout(force);
      connection.close();
    },
  };
}

interface Parts {
  readonly connection: Connection;
  readonly queue: Queue;
  readonly worker: Worker;
  readonly leaseMs: number;
  readonly ttlMs: number;
  readonly base: string;
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
      const [, policy = 'noeviction'] = /maxmemory_policy:(\S+)/.exec(await redis.info('memory')) ?? [];
      const [, limit = '0'] = /maxmemory:(\d+)/.exec(await redis.info('memory')) ?? [];
      return policy === 'noeviction' || policy.startsWith('volatile-ttl') || limit === '0' ? null : policy;
    },
  };
}

function tasksOf(parts: Parts): Pick<BuildQueue, 'add' | 'claim' | 'counts' | 'touch'> {
  const { queue, worker, connection, ttlMs, base } = parts;
  const { redis } = connection;
  let claims = 0;
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
      const job = (await worker.getNextJob(lease, { block: false })) as Job<string | null> | undefined;
      return job === undefined ? null : claimOf(job, lease, parts);
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

function idOf(index: number): string {
  return `t${index}`;
}

function claimOf(job: Job<string | null>, lease: string, parts: Parts): QueueClaim {
  const { connection, queue, leaseMs, ttlMs, base } = parts;
  const { redis } = connection;
  const index = Number((job.id ?? '').slice(1));
  const blob = `${base}:events:${lease}`;
  const isOurs = async (): Promise<boolean> => {
    const stored = await redis.hget(queue.toKey(idOf(index)), 'returnvalue');
    return stored !== null && readResult(index, stored)?.lease === lease;
  };
  return {
    index,
    lease,
    blockedBy: job.data,
    isPoison: Boolean(job.deferredFailure),
    async renew() {
      return (await job.extendLock(lease, leaseMs)) === 1;
    },
    async finish({ worker, satisfies }, events) {
      await redis.set(blob, Buffer.concat(events), 'PX', ttlMs);
      try {
        await job.moveToCompleted({ lease, worker, satisfies }, lease, false);
        return true;
      } catch (error) {
        if (connection.lost.aborted) throw error;
        // Asked again after a broken connection, the queue refuses what it has accepted before.
        if (await isOurs()) return true;
        if (!isRefusal(error)) throw error;
        await redis.del(blob);
        return false;
      }
    },
    async giveBack() {
      await job.moveToWait(lease);
    },
  };
}

/** Of BullMQ: the task is locked by another token, by none, is not being worked on, or is gone. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && /lock|not in the active state|Missing key/i.test(error.message);
}

function readResult(index: number, text: string): AcceptedResult | null {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return null;
  const [lease, worker, satisfies] = ['lease', 'worker', 'satisfies'].map((key): unknown => Reflect.get(value, key));
  if (typeof lease !== 'string' || typeof worker !== 'string' || typeof satisfies !== 'boolean') return null;
  return { index, lease, worker, satisfies };
}

function results({ connection: { redis }, queue, base }: Parts): Pick<BuildQueue, 'accepted' | 'eventsOf'> {
  return {
    async accepted(known) {
      const ids = await redis.zrange(queue.toKey('completed'), '0', '-1');
      const fresh = ids.map((id) => Number(id.slice(1))).filter((index) => !known.has(index));
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
    eventsOf: ({ lease }) => redis.getBuffer(`${base}:events:${lease}`),
  };
}
