import type { Task } from '../../model/plan.ts';
import type { RunEvent, Shard } from '../../model/event.ts';
import type { TestResult } from '../../model/test.ts';
import { createTestLanes } from './test-lanes.ts';
import type { Placed, TestLanes, ToldTest } from './test-lanes.ts';
import type { Place, TraceWriter } from './trace-writer.ts';

/** Slots with the tasks, attempts and tests in them. */
export interface TraceTasks {
  onEvent(event: RunEvent): void;
  /** Ends what has no end, and names the slots. */
  finish(at: number): void;
}

interface TracedTest extends ToldTest {
  readonly name: string;
  readonly status: TestResult['status'];
  readonly flaky: boolean;
  readonly file: string | null;
}

interface OpenTask {
  readonly id: string;
  readonly process: number;
  readonly slot: number;
  readonly at: number;
  attempt: {
    readonly number: number;
    readonly at: number;
    readonly cause: string;
    readonly lanes: TestLanes<TracedTest>;
  } | null;
  /** The end of the attempt before. */
  last: (Place & { readonly at: number }) | null;
}

/** Of a run that is not cut into shards; each shard has one of its own after it. */
export const slotsProcess = 2;

/** Threads that a slot may have: itself, and one for each test that ran beside another. */
const threadsPerSlot = 64;

/** Follows the tasks of a run; holds what is open. */
export function createTraceTasks(
  trace: TraceWriter,
  shardOf: ((task: string) => Shard | null) | undefined,
): TraceTasks {
  const tasks = new Map<string, OpenTask>();
  const postponed = new Map<string, OpenTask['last']>();
  const processes = new Map<number, string>();
  const threads = new Map<string, Place>();
  const machines = createMachines();

  const placeOf = ({ process, slot }: OpenTask, lane: number): Place => {
    const thread = slot * threadsPerSlot + Math.min(lane, threadsPerSlot - 1) + 1;
    const place = { process, thread };
    threads.set(`${process} ${thread}`, place);
    return place;
  };
  const putTests = (task: OpenTask, placed: readonly Placed<TracedTest>[]): void => {
    for (const { test, from, to, lane } of placed) {
      const { name, status, flaky, file } = test;
      const span = { name, category: `test,${status}`, from, to };
      trace.slice(placeOf(task, lane), span, { task: task.id, file, status, flaky });
    }
  };
  const endAttempt = (task: OpenTask, at: number, outcome: string): void => {
    const { attempt } = task;
    if (attempt === null) return;
    putTests(task, attempt.lanes.end());
    const name = attempt.number === 1 ? 'attempt 1' : `attempt ${attempt.number} (${attempt.cause})`;
    const place = placeOf(task, 0);
    trace.slice(place, { name, category: 'attempt', from: attempt.at, to: at }, { task: task.id, outcome });
    task.attempt = null;
    task.last = { at, ...place };
  };
  const endTask = (task: OpenTask, at: number, outcome: string): void => {
    endAttempt(task, at, outcome);
    trace.slice(placeOf(task, 0), { name: task.id, category: 'task', from: task.at, to: at }, { outcome });
    tasks.delete(task.id);
  };
  const startTask = ({ task: id, slot, at }: Extract<RunEvent, { type: 'task-started' }>): void => {
    const { process, name } = processOf(machines.of(id), shardOf?.(id) ?? null);
    processes.set(process, name);
    tasks.set(id, { id, process, slot, at, attempt: null, last: postponed.get(id) ?? null });
  };
  const startAttempt = (task: OpenTask, event: Extract<RunEvent, { type: 'attempt-started' }>): void => {
    const { at, attempt: number, cause = 'first' } = event;
    if (task.last !== null) trace.arrow(cause, task.last, { at, ...placeOf(task, 0) });
    task.attempt = { number, at, cause, lanes: createTestLanes(at) };
  };
  const addTest = (task: OpenTask, { at, test }: Extract<RunEvent, { type: 'test-finished' }>): void => {
    const { id, durationMs, status, flaky } = test;
    const told = { at, durationMs, name: id.name, status, flaky: flaky === true, file: id.file };
    putTests(task, task.attempt?.lanes.add(told) ?? []);
  };
  return {
    onEvent(event) {
      if (event.type === 'run-started') machines.add(event.plan.tasks);
      if (event.type === 'task-started') startTask(event);
      const task = 'task' in event ? tasks.get(event.task) : undefined;
      if (task === undefined) return;
      if (event.type === 'attempt-started') startAttempt(task, event);
      else if (event.type === 'attempt-finished') endAttempt(task, event.at, event.outcome.kind);
      else if (event.type === 'task-finished') endTask(task, event.at, event.outcome.kind);
      else if (event.type === 'task-postponed') {
        endTask(task, event.at, 'postponed');
        postponed.set(task.id, task.last);
        // What was told while the test ran is told again where the report differs.
      } else if (event.type === 'test-finished' && !event.test.synthetic && event.replaces === undefined) {
        addTest(task, event);
      }
    },
    finish(at) {
      for (const task of [...tasks.values()]) endTask(task, at, 'unfinished');
      for (const [process, name] of processes) trace.name('process_name', { process, thread: 0 }, name);
      for (const place of threads.values()) {
        const [slot, lane] = [Math.floor((place.thread - 1) / threadsPerSlot), (place.thread - 1) % threadsPerSlot];
        trace.name('thread_name', place, lane === 0 ? `slot ${slot}` : `slot ${slot}, beside (${lane})`);
        trace.order(place, place.thread);
      }
    },
  };
}

/** The machines that took the tasks of a merged run from a queue, each with slots of its own. */
function createMachines(): {
  add(tasks: readonly Task[]): void;
  /** Numbers from 1; `null` = there was no queue. */
  of(task: string): { readonly number: number; readonly name: string } | null;
} {
  const byTask = new Map<string, string>();
  const names: string[] = [];
  return {
    add(tasks) {
      for (const { id, worker } of tasks) {
        if (worker === undefined) continue;
        byTask.set(id, worker);
        if (!names.includes(worker)) names.push(worker);
      }
    },
    of(task) {
      const name = byTask.get(task);
      return name === undefined ? null : { number: names.indexOf(name) + 1, name };
    },
  };
}

function processOf(
  machine: { readonly number: number; readonly name: string } | null,
  shard: Shard | null,
): { readonly process: number; readonly name: string } {
  if (machine !== null) return { process: slotsProcess + machine.number, name: `slots of ${machine.name}` };
  if (shard === null) return { process: slotsProcess, name: 'slots' };
  return { process: slotsProcess + shard.index, name: `slots of shard ${shard.index}/${shard.total}` };
}
