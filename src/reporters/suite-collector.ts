import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, Shard } from '../model/event.ts';
import type { Plan, Task } from '../model/plan.ts';
import { createCaseNames } from './case-names.ts';
import type { WrittenSuite } from './junit-suite.ts';
import { createTaskCases } from '../results/task-cases.ts';
import type { TaskCases } from '../results/task-cases.ts';
import { createTextShelf } from './text-shelf.ts';
import type { TextShelf } from './text-shelf.ts';

/** Puts together what each task's tests came to, one suite a task. */
export interface SuiteCollector {
  onEvent(event: RunEvent): void;
  /** Ends the tasks that have no end; a test told before says so. */
  endUnfinished(): void;
  /** `null` before the run has started. */
  run(): CollectedRun | null;
  /** Gives back the disk space; no suite can be loaded any more. */
  close(): void;
}

export interface CollectedRun {
  readonly plan: Plan;
  readonly shard: Shard | null;
  readonly startedAt: number;
  readonly durationMs: number;
}

export interface SuiteCollectorOptions {
  /** A folder of the collector's own; emptied at the start, gone at the end. */
  readonly spoolDir: string;
  /** The shard that a task ran in, where the run as a whole is not one. */
  shardOf?(task: string): Shard | null;
  /** `index` is the task's place in the plan. The suite is good until the collector is closed. */
  onSuite(suite: WrittenSuite, index: number): void;
}

interface OpenTask {
  readonly task: Task;
  readonly index: number;
  readonly cases: TaskCases;
  startedAt: number | null;
}

type TaskEnd = Pick<WrittenSuite, 'outcome' | 'durationMs' | 'coverage'>;

/**
 * Holds tests until their task ends, then hands them on as one suite; long texts are on disk at once.
 * @throws when the folder cannot be made; later failures come from `onEvent`.
 */
export function createSuiteCollector(options: SuiteCollectorOptions): SuiteCollector {
  rmSync(options.spoolDir, { recursive: true, force: true });
  mkdirSync(options.spoolDir, { recursive: true });
  /** Tasks of the plan that nothing was told of yet, with their place in it: most of a large run, for most of the time. */
  const waiting = new Map<string, number>();
  const open = new Map<string, OpenTask>();
  /** Of a queue, in the order in which they were claimed first. */
  const claimed = new Map<string, number>();
  const names = createCaseNames();
  const shelf = createTextShelf(join(options.spoolDir, 'texts'));
  let run: Omit<CollectedRun, 'durationMs'> | null = null;
  let lastAt = 0;
  let durationMs: number | null = null;

  const endTask = (openTask: OpenTask, { outcome, durationMs: taskMs, coverage }: TaskEnd): void => {
    if (run === null) return;
    const { task, index, cases } = openTask;
    open.delete(task.id);
    const suite: WrittenSuite = {
      task,
      plan: run.plan,
      shard: options.shardOf?.(task.id) ?? run.shard,
      startedAt: openTask.startedAt ?? lastAt,
      durationMs: taskMs,
      attempts: cases.attempts(),
      outcome,
      ...(coverage === undefined ? {} : { coverage }),
      cases: names.name(task.suite, cases.results()),
      load: loadFrom(shelf),
    };
    options.onSuite(suite, index);
  };
  const openTask = (task: Task, index: number): OpenTask => {
    waiting.delete(task.id);
    const opened = { task, index, cases: createTaskCases(), startedAt: null };
    open.set(task.id, opened);
    return opened;
  };
  const find = (id: string): OpenTask | undefined => {
    const index = waiting.get(id);
    const task = index === undefined ? undefined : run?.plan.tasks[index];
    return task === undefined || index === undefined ? open.get(id) : openTask(task, index);
  };
  const onTaskEvent = (openTask: OpenTask, event: RunEvent): void => {
    if (event.type === 'task-started') openTask.startedAt ??= event.at;
    else if (event.type === 'attempt-started') openTask.cases.startAttempt(event.attempt, event.cause ?? 'retry');
    else if (event.type === 'test-finished') openTask.cases.add(event.attempt, shelf.put(event.test));
    else if (event.type === 'task-finished') endTask(openTask, event);
  };
  const endUnfinished = (): void => {
    for (const id of [...waiting.keys()]) find(id);
    for (const openTask of [...open.values()].toSorted((a, b) => a.index - b.index)) {
      const { startedAt } = openTask;
      endTask(openTask, { outcome: null, durationMs: startedAt === null ? 0 : lastAt - startedAt });
    }
  };

  return {
    onEvent(event) {
      lastAt = event.at;
      if (event.type === 'run-started') {
        run = { plan: event.plan, shard: event.shard, startedAt: event.at };
        for (const [index, task] of event.plan.tasks.entries()) waiting.set(task.id, index);
      } else if (event.type === 'run-finished') {
        durationMs = event.durationMs;
      } else if (event.type === 'task-claimed') {
        const index = claimed.get(event.task) ?? claimed.size;
        claimed.set(event.task, index);
        // Claimed again, it is the same suite anew.
        openTask(event.planned, index);
      } else if ('task' in event) {
        const found = find(event.task);
        if (found !== undefined) onTaskEvent(found, event);
      }
    },
    endUnfinished,
    run: () => (run === null ? null : { ...run, durationMs: durationMs ?? lastAt - run.startedAt }),
    close() {
      shelf.close();
      rmSync(options.spoolDir, { recursive: true, force: true });
    },
  };
}

function loadFrom(shelf: TextShelf): WrittenSuite['load'] {
  return (written) => ({
    ...written,
    result: shelf.get(written.result),
    earlier: written.earlier.map((attempt) => shelf.get(attempt)),
  });
}
