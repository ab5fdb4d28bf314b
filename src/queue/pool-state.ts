import type { EventBody } from '../model/event.ts';
import type { CancelReason, Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { BuildQueue } from './build-queue.ts';
import type { AcceptedResult, QueueClaim } from './task-claim.ts';
import type { EventPacker } from './event-packer.ts';
import type { Awaited, ReadyTasks } from './ready-tasks.ts';

/** What a machine joins a build with. */
export interface TaskPoolOptions {
  readonly queue: BuildQueue;
  /** Names this machine in the build. */
  readonly worker: string;
  /** All tasks of the build, the same on all machines. */
  readonly tasks: readonly Task[];
  readonly awaited: ReadonlyMap<string, Awaited>;
  readonly slots: number;
  readonly leaseMs: number;
  /** How a task ends that is not run because a category did not pass. */
  readonly blocked: (task: Task, by: string) => Outcome;
  readonly emit: (body: EventBody) => void;
}

/** A task that this machine has claimed. */
export interface Held {
  readonly claim: QueueClaim;
  readonly task: Task;
  readonly lost: AbortController;
  readonly packer: EventPacker;
}

/** What a machine knows of its build, and what it holds. */
export interface PoolState {
  readonly options: TaskPoolOptions;
  readonly broken: AbortController;
  readonly held: Map<string, Held>;
  /** Results that the queue is known to have, by index of the task. */
  readonly known: Map<number, AcceptedResult>;
  readonly ready: ReadyTasks;
  /** Ends of tasks that are being told. */
  readonly publishing: Set<Promise<void>>;
  /** Leases of this machine's results. */
  readonly accepted: Set<string>;
  /** Of those results, the number that did not pass. */
  failed: number;
  failuresInRow: number;
  /** Tasks that have ended, as the queue last said. */
  done: number;
  told: string;
  toldAt: number;
  /** Since when nothing waits or runs although not all is done, milliseconds since the epoch. */
  idleSince: number | null;
}

/** Between two looks at a queue that has nothing, in milliseconds: at first, and at last. */
export const shortestPollMs = 20;
export const longestPollMs = 500;

/** Nothing can be claimed or published any more. */
export function breakOff({ broken, options }: PoolState, message: string): void {
  if (broken.signal.aborted) return;
  const reason: CancelReason = { kind: 'queue-lost', message };
  broken.abort(reason);
  options.emit({ type: 'warning', message: `the queue was lost: ${message}` });
}

/** What to do about a server that was asked in vain. */
export interface Trouble {
  /** Tells it once, waits a moment, and after three leases without an answer in between gives the queue up. Never rejects. */
  note(error: unknown): Promise<void>;
  /** It has answered. */
  over(): void;
}

/** For one of the loops that ask the server. That there is no connection is told by the connection itself. */
export function createTrouble(state: PoolState): Trouble {
  let since: number | null = null;
  let told = '';
  return {
    async note(error) {
      if (state.broken.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      const isConnection = /connection is closed|ECONN|EPIPE|LOADING|READONLY|Stream isn't writeable|max retries/i.test(
        message,
      );
      since ??= performance.now();
      if (performance.now() - since >= 3 * state.options.leaseMs) breakOff(state, message);
      if (!isConnection && told !== message) state.options.emit({ type: 'warning', message: `the queue: ${message}` });
      if (!isConnection) told = message;
      await pause(shortestPollMs, state.broken.signal);
    },
    over: () => (since = null),
  };
}

/** Resolves after the time, or when one of the signals aborts. */
export function pause(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (): void => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    for (const signal of signals) {
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true, signal: over.signal });
    }
  });
}
