import { UnrecoverableError } from 'bullmq';
import type { Job, Queue } from 'bullmq';
import type { Connection } from './connect.ts';
import { parseJson } from './parse-json.ts';
import type { TaskLosses } from './task-losses.ts';

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
  /** Why it must not be run again; `null` = it may. */
  readonly givenUp: string | null;
  /** Says that it is being run from now on; should this machine be lost, it was lost with it. Never rejects. */
  begin(): void;
  /** `false` = it is this worker's no longer. */
  renew(): Promise<boolean>;
  /** Stores the result and ends the task in one step, if it is still this worker's; `false` = it is not. */
  finish(result: ClaimResult, events: readonly Buffer[]): Promise<boolean>;
  /** Lets another worker have it at once. */
  giveBack(): Promise<void>;
  /** Takes it out of the queue: the build has no such task. */
  discard(): Promise<void>;
  /** Says that this machine is still there, although the task is not its own any more. */
  survive(): Promise<void>;
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

/** Where claims are kept. */
export interface ClaimPlace {
  readonly connection: Connection;
  readonly queue: Queue;
  readonly losses: TaskLosses;
  readonly leaseMs: number;
  readonly ttlMs: number;
  readonly base: string;
}

/** The id of a task's job. */
export function idOf(index: number): string {
  return `t${index}`;
}

/** The index of the task that a job is of; `null` = the id is of something else. */
export function indexOf(id: string): number | null {
  return /^t\d{1,9}$/.test(id) ? Number(id.slice(1)) : null;
}

/** Where the events of a result are. */
export function eventsKey(base: string, lease: string): string {
  return `${base}:events:${lease}`;
}

/** Makes a claim of a job that BullMQ has just given to `lease`. Rejects when the connection breaks. */
export async function claimTask(job: Job<unknown>, lease: string, place: ClaimPlace): Promise<QueueClaim> {
  const { connection, queue, losses, leaseMs, ttlMs, base } = place;
  const { redis } = connection;
  const index = indexOf(job.id ?? '') ?? -1;
  const blob = eventsKey(base, lease);
  const isOurs = async (): Promise<boolean> => {
    const stored = await redis.hget(queue.toKey(idOf(index)), 'returnvalue');
    return stored !== null && readResult(index, stored)?.lease === lease;
  };
  let hasBegun = false;
  const survive = async (): Promise<void> => {
    if (hasBegun) await losses.takeBack(index, lease);
  };
  return {
    index,
    lease,
    blockedBy: typeof job.data === 'string' ? job.data : null,
    givenUp: job.stalledCounter === 0 ? null : await losses.verdict(index, Boolean(job.deferredFailure)),
    survive,
    begin() {
      if (hasBegun) return;
      hasBegun = true;
      losses.begin(index, lease).catch(() => undefined);
    },
    async renew() {
      return (await job.extendLock(lease, leaseMs)) === 1;
    },
    async finish({ worker, satisfies }, events) {
      await redis.set(blob, Buffer.concat(events), 'PX', ttlMs);
      try {
        await job.moveToCompleted({ lease, worker, satisfies }, lease, false);
      } catch (error) {
        if (connection.lost.aborted) throw error;
        // Asked again after a broken connection, the queue refuses what it has accepted before.
        if (!(await isOurs())) {
          if (!isRefusal(error)) throw error;
          await Promise.all([redis.del(blob), survive()]);
          return false;
        }
      }
      if (hasBegun || job.stalledCounter > 0) losses.forget(index).catch(() => undefined);
      return true;
    },
    async giveBack() {
      await survive();
      await job.moveToWait(lease);
    },
    async discard() {
      await job.moveToFailed(new UnrecoverableError('no task of the build'), lease);
    },
  };
}

/** Of BullMQ: the task is locked by another token, by none, is not being worked on, or is gone. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && /lock|not in the active state|Missing key/i.test(error.message);
}

/** What a job holds as its result; `null` = something that no worker writes. */
export function readResult(index: number, text: string): AcceptedResult | null {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return null;
  const [lease, worker, satisfies] = ['lease', 'worker', 'satisfies'].map((key): unknown => Reflect.get(value, key));
  if (typeof lease !== 'string' || typeof worker !== 'string' || typeof satisfies !== 'boolean') return null;
  return { index, lease, worker, satisfies };
}
