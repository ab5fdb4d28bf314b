import type { EventBody } from '../model/event.ts';
import type { CancelReason } from '../model/outcome.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { ClaimedTask, TaskSource } from '../ports.ts';
import { createAttemptFolders } from './attempt-paths.ts';
import type { AttemptFolders } from './attempt-paths.ts';
import { cancelReasonOf } from './cancel-reason.ts';
import { createRunCoverage } from './coverage.ts';
import type { RunCoverage } from './coverage.ts';
import { createLayerBudgets } from './layer-budgets.ts';
import { brokenBy } from './run-attempt.ts';
import type { AttemptEnd } from './run-attempt.ts';
import { createQuarantine } from './quarantine.ts';
import type { Quarantine } from './quarantine.ts';
import { createRetryLimits } from './retry-limits.ts';
import type { RetryLimits } from './retry-limits.ts';
import { runTask, settleTask } from './run-task.ts';
import type { PostponedTask, TaskExit } from './run-task.ts';
import type { RunTools } from './run-tools.ts';
import {
  addTask,
  createScheduleState,
  halt,
  haltTask,
  hasRoom,
  markEnded,
  markPostponed,
  markStarted,
} from './schedule-state.ts';
import type { ScheduleState } from './schedule-state.ts';
import { nextMove } from './schedule.ts';
import { createStopRules } from './stop-rules.ts';

/**
 * Runs every task of a plan, or those of them that a source hands out, and tells what happened, each task ending with exactly one `task-finished`. The services are the caller's to
 * stop afterwards, and the run's first and last event the caller's to tell.
 *
 * @throws the first defect of runner itself, when all tasks have ended; never for what a test, a service or a signal did
 */
export async function runTasks(plan: Plan, tools: RunTools, source: TaskSource | null = null): Promise<void> {
  const run = createRun(plan, tools, source);
  const over = new AbortController();
  watchStops(run, over.signal);
  try {
    await followMoves(run, over.signal);
  } catch (error) {
    run.bug(error);
    stopRun(run, { kind: 'internal-error', message: error instanceof Error ? error.message : String(error) });
    await Promise.all([...run.running.values()].map(({ ended }) => ended));
  } finally {
    over.abort();
    run.folders.close();
  }
  const [first] = run.bugs;
  if (first !== undefined) throw first;
}

interface Run {
  readonly plan: Plan;
  /** Where tasks come from that the plan does not give to this run; `null` = there are none. */
  readonly feed: Feed | null;
  readonly tools: RunTools;
  readonly folders: AttemptFolders;
  readonly state: ScheduleState;
  readonly running: Map<string, RunningTask>;
  readonly postponed: Map<string, PostponedTask>;
  readonly limits: RetryLimits;
  readonly quarantine: Quarantine;
  readonly coverage: RunCoverage;
  readonly bugs: Error[];
  readonly bug: (error: unknown) => void;
  readonly afterEnd: (task: Task, end: AttemptEnd) => void;
  /** Makes the loop look again. */
  wake: () => void;
  stopping: boolean;
  /** The bookkeeping itself is broken: nothing can be scheduled any more. */
  fatal: Error | null;
}

interface Feed {
  readonly source: TaskSource;
  readonly stop: AbortController;
  state: 'open' | 'asking' | 'closed';
}

interface RunningTask {
  readonly task: Task;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

function createRun(plan: Plan, given: RunTools, source: TaskSource | null): Run {
  const bugs: Error[] = [];
  const bug = (error: unknown): void => void bugs.push(error instanceof Error ? error : new Error(String(error)));
  // Whoever listens must not break what is told: a task is ended and its processes gone before the error is thrown.
  const emit = (body: EventBody): void => attempted(() => given.emit(body), bug);
  const own = source === null ? plan : { ...plan, tasks: [] };
  const run: Run = {
    plan,
    feed: source === null ? null : { source, stop: new AbortController(), state: 'open' },
    tools: { ...given, emit, lookup: (reference) => given.lookup(reference) },
    folders: createAttemptFolders(given),
    state: createScheduleState(own),
    running: new Map(),
    postponed: new Map(),
    coverage: createRunCoverage(plan, { ...given, emit }),
    quarantine: createQuarantine(plan.quarantine ?? [], given.frameworks),
    limits: createRetryLimits(own, (message) => emit({ type: 'warning', message })),
    bugs,
    bug,
    afterEnd: createStopRules(given, {
      all: (reason) => stopRun(run, reason),
      category: (name, reason) => stopCategory(run, name, reason),
    }),
    wake: () => undefined,
    stopping: false,
    fatal: null,
  };
  return run;
}

async function followMoves(run: Run, over: AbortSignal): Promise<void> {
  const stopOne = (name: string, reason: CancelReason): void => stopCategory(run, name, reason);
  const onStart = createLayerBudgets(run.plan.layers ?? [], { io: run.tools.io, over, stopCategory: stopOne });
  for (;;) {
    if (run.fatal !== null) throw run.fatal;
    const move = nextMove(run.state);
    switch (move.kind) {
      case 'done':
      case 'wait':
        if (move.kind === 'done' && (run.feed === null || run.feed.state === 'closed')) return;
        await new Promise<void>((resolve) => {
          run.wake = resolve;
          askForTask(run);
        });
        break;
      case 'settle': {
        // What has run already ends as it did.
        const postponed = run.postponed.get(move.task.id);
        endTask(run, move.task, postponed?.finish() ?? settleTask(move.outcome, { ...run, task: move.task }));
        break;
      }
      case 'start': {
        markStarted(run.state, move.task);
        onStart(move.task);
        const stop = new AbortController();
        const ended = startTask(run, move.task, { slot: move.slot, stop: stop.signal });
        run.running.set(move.task.id, { task: move.task, stop, ended });
        break;
      }
    }
  }
}

/** Claims one more task where there is a slot for it: nobody else can run what is held here. */
function askForTask(run: Run): void {
  const { feed } = run;
  if (feed?.state !== 'open' || !hasRoom(run.state)) return;
  feed.state = 'asking';
  const settle = (claimed: ClaimedTask | null): void => {
    feed.state = claimed === null || run.stopping ? 'closed' : 'open';
    if (claimed !== null && !run.stopping) acceptTask(run, claimed);
    run.wake();
  };
  feed.source.next(feed.stop.signal).then(settle, (error: unknown) => {
    run.bug(error);
    settle(null);
  });
}

function acceptTask(run: Run, { task, lease, lost }: ClaimedTask): void {
  run.tools.emit({ type: 'task-claimed', task: task.id, planned: task, lease });
  run.postponed.delete(task.id);
  run.limits.add(task);
  addTask(run.state, task);
  const stop = (): void => {
    const reason = cancelReasonOf(lost);
    const running = run.running.get(task.id);
    if (running?.task === task) running.stop.abort(reason);
    else haltTask(run.state, task, reason);
    run.wake();
  };
  if (lost.aborted) stop();
  else lost.addEventListener('abort', stop, { once: true });
}

/** Never rejects. */
async function startTask(
  run: Run,
  task: Task,
  how: { readonly slot: number; readonly stop: AbortSignal },
): Promise<void> {
  const { plan, tools, folders, bug, limits, quarantine, coverage } = run;
  const postponed = run.postponed.get(task.id);
  // The first event of a task comes after its start is recorded.
  await Promise.resolve();
  let exit: TaskExit;
  try {
    const context = { plan, task, tools, folders, bug, limits, quarantine, coverage, ...how };
    exit = await (postponed === undefined ? runTask(context) : postponed.resume(context));
  } catch (error) {
    bug(error);
    exit = { kind: 'ended', ...settleTask(brokenBy(error), { task, tools, coverage }) };
  }
  run.running.delete(task.id);
  try {
    if (exit.kind === 'ended') endTask(run, task, exit);
    else postponeTask(run, task, exit);
  } catch (error) {
    run.fatal = error instanceof Error ? error : new Error(String(error));
  }
  run.wake();
}

function postponeTask(run: Run, task: Task, postponed: PostponedTask): void {
  run.postponed.set(task.id, postponed);
  markPostponed(run.state, task, postponed.until);
}

function endTask(run: Run, task: Task, end: AttemptEnd): void {
  attempted(() => run.tools.leases.release(task), run.bug);
  markEnded(run.state, task, end.outcome);
  run.afterEnd(task, end);
}

function attempted(action: () => void, bug: (error: unknown) => void): void {
  try {
    action();
  } catch (error) {
    bug(error);
  }
}

/** A signal, a kill without one before, and the deadline stop the run. */
function watchStops(run: Run, over: AbortSignal): void {
  const { signals, deadlineMs, settings, io } = run.tools;
  for (const signal of [signals.cancel, signals.kill]) {
    const stop = (): void => stopRun(run, cancelReasonOf(signal));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: over });
  }
  if (deadlineMs === null) return;
  // Of a deadline shorter than teardown, half is left for the tests.
  const afterMs = Math.max(deadlineMs - settings.teardownMs, Math.floor(deadlineMs / 2));
  void io.sleep(afterMs, over).then(() => {
    if (!over.aborted) stopRun(run, { kind: 'deadline', afterMs, limitMs: deadlineMs });
  });
}

function stopRun(run: Run, reason: CancelReason): void {
  if (run.stopping) return;
  run.stopping = true;
  run.tools.emit({ type: 'run-cancelling', reason });
  run.feed?.stop.abort();
  halt(run.state, reason, null);
  for (const { stop } of run.running.values()) stop.abort(reason);
  run.wake();
}

function stopCategory(run: Run, category: string, reason: CancelReason): void {
  halt(run.state, reason, category);
  for (const { task, stop } of run.running.values()) if (task.category === category) stop.abort(reason);
  run.wake();
}
