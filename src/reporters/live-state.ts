import { oneLine, plural } from '../base/text.ts';
import type { RunEvent } from '../model/event.ts';
import { createRunRecord } from '../results/run-record.ts';
import type { RunState, TaskRecord } from '../results/run-state.ts';

/** What is going on at this moment, for reporters that show a run while it runs. */
export interface LiveState {
  readonly run: RunState;
  /** Tasks that have ended. */
  readonly finished: number;
  /** The test that each running task started last and has not finished, by its name, where the framework tells. */
  readonly tests: ReadonlyMap<string, string>;
  /** How far each running task is, where the framework tells how many tests it has. */
  readonly progress: ReadonlyMap<string, TestProgress>;
  /** The attempt that each running task is at. */
  readonly attempts: ReadonlyMap<string, LiveAttempt>;
  /** Milliseconds since the epoch by the clock of the events, whatever becomes of that of the machine; of a run that goes on. */
  now(): number;
  fold(event: RunEvent): void;
}

export interface LiveAttempt {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Relative to the reports directory; `null` where that is not told. */
  readonly log: string | null;
}

/** Tests of one attempt. */
export interface TestProgress {
  readonly done: number;
  readonly of: number;
}

/** The state before a run; `fold` it over the events in their order. */
export function createLiveState(): LiveState {
  const record = createRunRecord();
  const tests = new Map<string, string>();
  const progress = new Map<string, TestProgress>();
  const done = new Map<string, number>();
  const attempts = new Map<string, LiveAttempt>();
  let finished = 0;
  let last: { readonly at: number; readonly seenAt: number } | null = null;

  const show = (task: string, of: number | undefined): void => {
    if (of !== undefined) progress.set(task, { done: Math.min(of, done.get(task) ?? 0), of });
  };
  const forget = (task: string): void => {
    for (const known of [tests, progress, done, attempts]) known.delete(task);
  };
  return {
    run: record.state,
    get finished() {
      return finished;
    },
    tests,
    progress,
    attempts,
    now: () => (last === null ? Date.now() : Math.round(last.at + performance.now() - last.seenAt)),
    fold(event) {
      last = { at: event.at, seenAt: performance.now() };
      if (event.type === 'task-finished' && record.state.tasks.get(event.task)?.state !== 'finished') finished += 1;
      record.apply(event);
      if (event.type === 'test-started') {
        tests.set(event.task, event.test.name);
        show(event.task, event.collected);
      } else if (event.type === 'test-finished') {
        if (tests.get(event.task) === event.test.id.name) tests.delete(event.task);
        if (event.replaces === undefined) done.set(event.task, (done.get(event.task) ?? 0) + 1);
        show(event.task, progress.get(event.task)?.of);
      } else if (event.type === 'attempt-started') {
        forget(event.task);
        attempts.set(event.task, { startedAt: event.at, log: event.log ?? null });
      } else if (event.type === 'task-finished') forget(event.task);
    },
  };
}

/** `34/100 tests, test_login`: how far a running task is and what it runs, as far as is known; empty where nothing is. */
export function progressText({ tests, progress }: LiveState, task: string): string {
  const far = progress.get(task);
  const test = tests.get(task);
  return [far === undefined ? '' : `${far.done}/${plural(far.of, 'test')}`, test === undefined ? '' : oneLine(test)]
    .filter((part) => part !== '')
    .join(', ');
}

/** Tasks that are running, in the plan's order. */
export function runningTasks(run: RunState): readonly TaskRecord[] {
  return [...run.tasks.values()].filter(isRunning);
}

/** In a slot at this moment, rather than waiting to be run again. */
export function isRunning({ state, postponed }: Pick<TaskRecord, 'state' | 'postponed'>): boolean {
  return state === 'running' && !postponed;
}

/** Names of services between their start and their readiness. */
export function startingServices(run: RunState): readonly string[] {
  return [...run.services].filter(([, { change }]) => change.kind === 'starting').map(([name]) => name);
}

/** Milliseconds until the run is expected to end, or `null` while too few of its tasks were ever measured. */
export function expectedRemainingMs(run: RunState, now: number): number | null {
  if (run.plan === null) return null;
  const open = [...run.tasks.values()].filter(({ state, task }) => state !== 'finished' && task.settled === null);
  const known = open.flatMap(({ task }) => (task.expectedMs === null ? [] : [task.expectedMs])).sort((a, b) => a - b);
  if (known.length === 0 || known.length * 2 < open.length) return null;
  const median = known[Math.floor(known.length / 2)] ?? 0;
  let longest = 0;
  let work = 0;
  for (const { task, startedAt } of open) {
    const left = Math.max(0, (task.expectedMs ?? median) - (startedAt === null ? 0 : now - startedAt));
    longest = Math.max(longest, left);
    work += left * Math.min(task.slots, run.plan.slots);
  }
  return Math.max(longest, work / Math.max(1, run.plan.slots));
}
