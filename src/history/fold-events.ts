import type { RunEvent } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { TestResult } from '../model/test.ts';
import { bounded } from './bounded.ts';
import { fileUse, seenBits, testStatuses } from './run-data.ts';
import type { FileUse, ProcessData } from './run-data.ts';
import type { Stage } from './stage.ts';

/** Brings the tests and files of a run's events onto a stage. */
export interface EventFold {
  apply(event: RunEvent): void;
  /** Tells the stage how each file ended; what its tasks cost. */
  finish(): readonly ProcessData[];
}

/** Failures in an attempt that ended so are no failures of the tests. */
const infrastructure: ReadonlySet<Outcome['kind']> = new Set([
  'crashed',
  'service-failed',
  'cancelled',
  'spawn-failed',
  'report-unusable',
]);

interface OpenTask {
  readonly task: Task;
  /** Numbers of its files on the stage, and those that only its tests name, until it ends. */
  files: Set<number> | null;
  attempt: number;
  turn: number;
  attempts: number;
  attemptMs: number;
  failures: boolean;
}

/** What is known of a file so far, over the tasks that had a part of it; `null` = none of them has ended. */
interface OpenFile {
  readonly path: string;
  use: FileUse | null;
  attempts: number;
  outcome: Outcome | null;
}

/** Starts with an empty stage; `describe` says why a task did not run to its end. Holds tasks and files in memory, no tests. */
export function createEventFold(stage: Stage, describe: (outcome: Outcome) => string): EventFold {
  const planned = new Map<string, Task>();
  /** Those of which something was told. */
  const tasks = new Map<string, OpenTask>();
  const files = createFileTable(stage, describe);
  const processes: ProcessData[] = [];
  let turns = 0;

  const find = (id: string): OpenTask | undefined => {
    const task = planned.get(id);
    if (task === undefined) return tasks.get(id);
    planned.delete(id);
    const open = openTask(task);
    tasks.set(id, open);
    return open;
  };
  const begin = (open: OpenTask, attempt: number): void => {
    if (attempt === open.attempt) return;
    open.attempt = attempt;
    open.attempts += 1;
    open.failures = false;
    open.turn = turns += 1;
  };
  const addTest = (open: OpenTask, attempt: number, test: TestResult): void => {
    begin(open, attempt);
    const [only = ''] = open.task.files.length === 1 ? open.task.files : [];
    // What fails in quarantine is told as skipped, and would else seem never to run.
    const excused = test.quarantined !== undefined && test.status === 'skipped';
    const failed = test.status === 'failed' || test.status === 'error' || excused;
    open.failures ||= failed;
    stage.test({
      file: files.add(open, test.id.file ?? only),
      className: bounded(test.id.className),
      name: bounded(test.id.name),
      turn: open.turn,
      status: testStatuses.indexOf(test.notRun === true ? 'not-run' : excused ? 'failed' : test.status),
      ms: test.durationMs,
      seen: failed ? seenBits.failed : test.status === 'passed' ? seenBits.passed : 0,
    });
  };
  const endAttempt = (open: OpenTask, event: Extract<RunEvent, { type: 'attempt-finished' }>): void => {
    begin(open, event.attempt);
    open.attemptMs = event.durationMs;
    if (open.failures && infrastructure.has(event.outcome.kind)) stage.excuse(open.turn);
  };
  const endTask = (open: OpenTask, outcome: Outcome, testsMs: number): void => {
    const { task, attempts, attemptMs } = open;
    files.end(open, outcome);
    if (!isWhole(outcome) || attempts !== 1) return;
    const ms = task.files.length === 0 ? attemptMs : Math.max(0, attemptMs - testsMs / task.slots);
    processes.push({ suite: task.suite, files: task.files.length / task.slots, ms });
  };
  return {
    apply(event) {
      if (event.type === 'run-started') {
        // What was settled before the run belongs to no suite.
        for (const task of event.plan.tasks) if (task.suite !== '') planned.set(task.id, task);
        return;
      }
      if (event.type === 'task-claimed') {
        if (event.planned.suite === '') return;
        planned.delete(event.task);
        tasks.set(event.task, openTask(event.planned));
        return;
      }
      const open = 'task' in event ? find(event.task) : undefined;
      if (open === undefined) return;
      if (event.type === 'attempt-started') begin(open, event.attempt);
      else if (event.type === 'test-finished' && !event.test.synthetic) addTest(open, event.attempt, event.test);
      else if (event.type === 'attempt-finished') endAttempt(open, event);
      else if (event.type === 'task-finished') endTask(open, event.outcome, event.totals.durationMs);
    },
    finish() {
      files.settle();
      return processes;
    },
  };
}

function openTask(task: Task): OpenTask {
  return { task, files: null, attempt: 0, turn: 0, attempts: 0, attemptMs: 0, failures: false };
}

interface FileTable {
  /** The number of a task's file on the stage. */
  add(open: OpenTask, path: string): number;
  /** The task has come to an end, and its part in each of its files. */
  end(open: OpenTask, outcome: Outcome): void;
  settle(): void;
}

function createFileTable(stage: Stage, describe: (outcome: Outcome) => string): FileTable {
  const files = new Map<number, OpenFile>();
  const add = (open: OpenTask, path: string): number => {
    const { task } = open;
    const id = stage.file(task.suite, task.framework, path);
    if (!files.has(id)) files.set(id, { path, use: null, attempts: 0, outcome: null });
    open.files ??= new Set();
    open.files.add(id);
    return id;
  };
  return {
    add,
    end(open, outcome) {
      const { task, attempts } = open;
      for (const path of task.files.length === 0 ? [''] : task.files) add(open, path);
      for (const id of open.files ?? []) {
        const file = files.get(id);
        if (file === undefined) continue;
        const use = isWhole(outcome) ? useOf(task, file.path) : fileUse.none;
        file.use = file.use === null || use < file.use ? use : file.use;
        file.attempts = Math.max(file.attempts, attempts);
        if (!isWhole(outcome)) file.outcome = outcome;
      }
      open.files = null;
    },
    settle() {
      for (const [id, { use, attempts, outcome }] of files) {
        const detail = outcome === null ? null : describe(outcome);
        // A task without an end is one that a killed run left.
        const kind = outcome?.kind ?? (use === null ? 'cancelled' : 'passed');
        stage.settle(id, { use: use ?? fileUse.none, attempts, outcome: kind, detail });
      }
    },
  };
}

/** Every test of it was reported. */
function isWhole({ kind }: Outcome): boolean {
  return kind === 'passed' || kind === 'tests-failed';
}

/** An expression or test ids leave a part of a file. */
function useOf(task: Task, path: string): FileUse {
  const isPart = task.keyword !== null || task.markers !== null || task.tests[path] !== undefined;
  return isPart ? fileUse.part : fileUse.whole;
}
