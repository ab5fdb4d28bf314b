import type { EventBody } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { ClaimedTask, Reporter, TaskSource } from '../ports.ts';
import { oneLine } from '../base/text.ts';
import { satisfies } from '../results/verdict.ts';
import type { AcceptedResult, QueueClaim } from './task-claim.ts';
import { createEventPacker, unpackEvents } from './event-packer.ts';
import { createReadyTasks } from './ready-tasks.ts';
import { beat } from './pool-heart.ts';
import { breakOff, createTrouble, longestPollMs, pause, shortestPollMs } from './pool-state.ts';
import type { Held, PoolState, TaskPoolOptions } from './pool-state.ts';

type TaskFinished = Extract<EventBody, { type: 'task-finished' }>;
type ExportedEvent = Extract<EventBody, { type: 'elsewhere' | 'warning' }>;

/** The part of one machine in a build. */
export interface TaskPool extends TaskSource {
  /** Sees the events of the run, so that they can be handed to the queue with the result they belong to. */
  readonly reporter: Reporter;
  /** Aborts when the queue cannot be reached any more; its reason is a `CancelReason`. */
  readonly broken: AbortSignal;
  /** Takes the end of a task, and tells it when the queue has accepted the result or refused it. Never rejects. */
  finish(ended: TaskFinished): void;
  /** Hands back what is still held, and says good-bye. Resolves when every end of a task was told. */
  leave(why: string): Promise<void>;
  /** What other machines have published, event by event, and a warning for each result that is gone or damaged. Rejects when the connection breaks for good. */
  others(): AsyncGenerator<ExportedEvent>;
  /** Tasks with results of this machine that the queue has accepted. */
  acceptedHere(): number;
  /** Of what is not done; `null` = all is, or nothing is known. */
  outstanding(): string | null;
}

/** Failures in a row that say more of a machine than of its tests. */
const brokenAfter = 5;
const longestName = 200;
/** Joins a build whose plan is known. Its timers run until `leave`. */
export function createTaskPool(options: TaskPoolOptions): TaskPool {
  const { queue, tasks, worker } = options;
  const broken = new AbortController();
  const state: PoolState = {
    ...{ options, broken, held: new Map(), known: new Map(), ready: createReadyTasks(tasks, options.awaited) },
    ...{
      publishing: new Set(),
      accepted: new Set(),
      failed: 0,
      failuresInRow: 0,
      done: 0,
      told: '0',
      toldAt: -Infinity,
      idleSince: null,
    },
  };
  queue.lost.addEventListener('abort', () => breakOff(state, String(queue.lost.reason)), { once: true });
  const beating = createTrouble(state);
  const heart = setInterval(
    () => void beat(state, { trouble: beating, left: null }),
    Math.max(50, options.leaseMs / 4),
  );
  void beat(state, { trouble: beating, left: null });
  let left = false;
  return {
    broken: broken.signal,
    next: (signal) => nextTask(state, signal),
    reporter: {
      onEvent(event) {
        const held = 'task' in event ? state.held.get(event.task) : undefined;
        if (event.type === 'attempt-started') held?.claim.begin();
        held?.packer.add(event);
      },
    },
    finish(ended) {
      const work = finishTask(state, ended).finally(() => state.publishing.delete(work));
      state.publishing.add(work);
    },
    async leave(why) {
      if (left) return;
      left = true;
      await Promise.all(state.publishing);
      for (const held of state.held.values()) await giveBack(state, held);
      clearInterval(heart);
      await beat(state, {
        trouble: beating,
        left: state.failuresInRow >= brokenAfter ? 'too many failures in a row' : why,
      });
    },
    async *others() {
      await learn(state);
      for (const result of state.known.values()) {
        if (result.worker === worker && state.accepted.has(result.lease)) continue;
        yield* eventsOf(state, result);
      }
    },
    acceptedHere: () => state.accepted.size,
    outstanding() {
      const open = tasks.length - Math.max(state.done, state.known.size);
      if (open <= 0) return null;
      const here = [...state.held.keys()].slice(0, 3).join(', ');
      return `${open} of ${tasks.length} tasks of the build have no result that is known of${here === '' ? '' : `, here ${here}`}`;
    },
  };
}

/** Never rejects. */
async function nextTask(state: PoolState, signal: AbortSignal): Promise<ClaimedTask | null> {
  let pauseMs = shortestPollMs;
  const trouble = createTrouble(state);
  const isStopped = (): boolean => signal.aborted || state.broken.signal.aborted || state.failuresInRow >= brokenAfter;
  while (!isStopped()) {
    try {
      const claim = await state.options.queue.claim(state.options.worker);
      trouble.over();
      if (claim !== null) {
        const claimed = isStopped() ? null : accept(state, claim);
        if (claimed !== null) return claimed;
        if (state.options.tasks[claim.index] === undefined) await claim.discard();
        // It is still being ended here, after its lease was lost.
        else await claim.giveBack();
      } else if (await isDrained(state)) return null;
    } catch (error) {
      // A connection that breaks is made anew; that this takes too long is told by the connection.
      await trouble.note(error);
    }
    await pause(pauseMs, signal, state.broken.signal);
    pauseMs = Math.min(longestPollMs, pauseMs * 1.5);
  }
  return null;
}

function accept(state: PoolState, claim: QueueClaim): ClaimedTask | null {
  const { options } = state;
  const planned = options.tasks[claim.index];
  if (planned === undefined || state.held.has(planned.id)) return null;
  const { givenUp } = claim;
  const settled: Outcome | null =
    givenUp !== null
      ? { kind: 'spawn-failed', problem: givenUp }
      : claim.blockedBy === null
        ? planned.settled
        : options.blocked(planned, claim.blockedBy);
  const task = { ...planned, settled };
  const lost = new AbortController();
  state.idleSince = null;
  state.held.set(task.id, { claim, task, lost, packer: createEventPacker() });
  return { task, lease: claim.lease, lost: lost.signal };
}

/** Nothing is left to be claimed, now or later. */
async function isDrained(state: PoolState): Promise<boolean> {
  const { queue, tasks } = state.options;
  const counts = await queue.counts();
  const isNews = counts.done !== state.done;
  state.done = counts.done;
  if (counts.done >= tasks.length) return true;
  if (state.ready.hasGates && (isNews || state.known.size < counts.done)) await hand(state);
  if (counts.waiting + counts.running > 0) state.idleSince = null;
  else await repair(state);
  return false;
}

/** Puts what has become ready into the queue. */
async function hand(state: PoolState): Promise<void> {
  await learn(state);
  const fresh = state.ready.after(state.known);
  if (fresh.length > 0) await state.options.queue.add(fresh, { ordered: true });
}

async function learn(state: PoolState): Promise<void> {
  for (const result of await state.options.queue.accepted(state.known)) state.known.set(result.index, result);
}

/** A server that was started without its data, or threw some of it away, has lost tasks: they are added again. */
async function repair(state: PoolState): Promise<void> {
  const { queue, tasks, awaited, leaseMs } = state.options;
  state.idleSince ??= performance.now();
  if (performance.now() - state.idleSince < 2 * leaseMs) return;
  if ((await queue.document()) === null) {
    breakOff(state, 'the server does not have the data of the build any more');
    return;
  }
  state.known.clear();
  await learn(state);
  const ready = createReadyTasks(tasks, awaited);
  const open = ready.after(state.known).filter(({ index }) => !state.known.has(index));
  await queue.add(open, { ordered: ready.hasGates });
  state.idleSince = null;
}

async function finishTask(state: PoolState, ended: TaskFinished): Promise<void> {
  const { emit, worker } = state.options;
  const held = state.held.get(ended.task);
  if (held === undefined) {
    emit(ended);
    return;
  }
  const { outcome } = ended;
  if (outcome.kind === 'cancelled') {
    if (outcome.reason.kind === 'lease-lost') {
      state.held.delete(ended.task);
      held.claim.survive().catch(() => undefined);
    } else await giveBack(state, held);
    emit(ended);
    return;
  }
  // What was settled before it came here says nothing of this machine.
  if (held.task.settled === null) countFailure(state, outcome);
  const { lease } = held.claim;
  held.packer.add({ ...ended, at: Date.now(), lease });
  const result = { worker, satisfies: satisfies(held.task, outcome) };
  const accepted = await published(state, () => held.claim.finish(result, held.packer.close()));
  state.held.delete(ended.task);
  if (accepted === true) {
    state.accepted.add(lease);
    if (!result.satisfies) state.failed += 1;
  }
  if (accepted === true) emit({ ...ended, lease });
  else if (accepted === false) emit({ ...ended, outcome: { kind: 'cancelled', reason: { kind: 'lease-lost' } } });
  // What nobody could be told of stands as it is; a merge counts it when no other machine has a result.
  else emit(ended);
}

/** `null` = the connection is lost for good. */
async function published(state: PoolState, attempt: () => Promise<boolean>): Promise<boolean | null> {
  const trouble = createTrouble(state);
  while (!state.broken.signal.aborted) {
    try {
      return await attempt();
    } catch (error) {
      await trouble.note(error);
      await pause(longestPollMs, state.broken.signal);
    }
  }
  return null;
}

async function giveBack(state: PoolState, { claim, task }: Held): Promise<void> {
  state.held.delete(task.id);
  // Refused, it is another machine's already; without a server, it becomes that when its lease ends.
  if (!state.broken.signal.aborted) await claim.giveBack().catch(() => undefined);
}

/** A machine on which nothing works must not take one task after the other. */
function countFailure(state: PoolState, outcome: Outcome): void {
  const isFault = ['crashed', 'report-unusable', 'spawn-failed', 'service-failed'].includes(outcome.kind);
  if (state.failuresInRow >= brokenAfter) return;
  state.failuresInRow = isFault ? state.failuresInRow + 1 : 0;
  if (state.failuresInRow < brokenAfter) return;
  state.options.emit({ type: 'run-cancelling', reason: { kind: 'broken-worker', tasks: brokenAfter } });
}

async function* eventsOf(state: PoolState, result: AcceptedResult): AsyncGenerator<ExportedEvent> {
  const { worker, lease } = result;
  const packed = await state.options.queue.eventsOf(result);
  try {
    if (packed === null) throw new Error('the server does not have it any more');
    for await (const event of unpackEvents(packed)) yield { type: 'elsewhere', worker, lease, event };
  } catch (error) {
    // Those behind it can be read all the same.
    const reason = error instanceof Error ? error.message : String(error);
    const task = state.options.tasks[result.index]?.id ?? `task ${result.index}`;
    const message = `the result of ${task} from ${oneLine(worker).slice(0, longestName)} is not whole in this event log: ${reason}`;
    yield { type: 'warning', message };
  }
}
