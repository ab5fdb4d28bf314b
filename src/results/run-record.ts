import type { RunEvent } from '../model/event.ts';
import type { Task } from '../model/plan.ts';
import type { TestId, TestResult } from '../model/test.ts';
import { emptyState } from './run-state.ts';
import type { AttemptRecord, FailedTest, RunState, ServiceRecord, TaskRecord } from './run-state.ts';
import { addTest, emptyTotals } from './totals.ts';

/** Follows a run event by event. */
export interface RunRecord {
  /** Changes with each event. */
  readonly state: RunState;
  apply(event: RunEvent): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface OpenTask extends Omit<Mutable<TaskRecord>, 'failures' | 'attempts'> {
  readonly failures: Map<string, FailedTest>;
  readonly attempts: AttemptRecord[];
}

const maxFailures = 1000;
const maxWarnings = 1000;
const maxDetails = 8 * 1024;
const maxMessage = 4 * 1024;

/** The record of a run that has not started. Events of tasks that the plan does not know are kept out. */
export function createRunRecord(): RunRecord {
  const tasks = new Map<string, OpenTask>();
  const services = new Map<string, ServiceRecord>();
  const warnings: string[] = [];
  const state: Mutable<RunState> = { ...emptyState, tasks, services, warnings };
  let failuresKept = 0;

  const applyTest = (task: OpenTask, attempt: number, test: TestResult): void => {
    const key = testKey(test.id);
    task.totals = addTest(task.totals, test);
    task.ran += test.synthetic || test.status === 'skipped' ? 0 : 1;
    if (test.status === 'passed' || test.status === 'skipped') {
      if (!task.failures.delete(key)) return;
      failuresKept -= 1;
      task.testsFailed = task.failuresOmitted > 0 || [...task.failures.values()].some((failure) => !failure.synthetic);
      return;
    }
    task.testsFailed ||= !test.synthetic;
    if (!task.failures.has(key)) {
      if (failuresKept >= maxFailures) {
        task.failuresOmitted += 1;
        return;
      }
      failuresKept += 1;
    }
    task.failures.set(key, failedTest(test, attempt));
  };
  const apply = (event: RunEvent): void => {
    state.lastAt = event.at;
    switch (event.type) {
      case 'run-started':
        state.runId = event.runId;
        state.planId = event.planId;
        state.plan = event.plan;
        state.shard = event.shard;
        state.startedAt = event.at;
        for (const task of event.plan.tasks) tasks.set(task.id, openTask(task));
        return;
      case 'service-changed':
        services.set(event.service, { change: event.change, generation: event.generation, at: event.at });
        return;
      case 'warning':
        state.warningCount += 1;
        if (warnings.length < maxWarnings) warnings.push(event.message);
        return;
      case 'run-cancelling':
        state.cancelled ??= event.reason;
        return;
      case 'run-finished':
        state.verdict = event.verdict;
        state.endedAt = event.at;
        state.durationMs = event.durationMs;
        return;
      case 'test-finished': {
        const task = tasks.get(event.task);
        if (task !== undefined) applyTest(task, event.attempt, event.test);
        return;
      }
      case 'task-started':
      case 'task-slow':
      case 'attempt-started':
      case 'attempt-finished':
      case 'task-finished':
      case 'test-started': {
        const task = tasks.get(event.task);
        if (task !== undefined) applyToTask(task, event);
      }
    }
  };
  return { state, apply };
}

/** Names one test within its task. */
export function testKey(id: TestId): string {
  return `${id.file ?? ''}\0${id.className}\0${id.name}`;
}

function openTask(task: Task): OpenTask {
  return {
    task,
    state: 'waiting',
    slot: null,
    startedAt: null,
    endedAt: null,
    slow: false,
    outcome: null,
    totals: emptyTotals,
    ran: 0,
    failures: new Map(),
    failuresOmitted: 0,
    testsFailed: false,
    attempts: [],
    log: null,
    durationMs: null,
  };
}

function applyToTask(
  record: OpenTask,
  event: Extract<
    RunEvent,
    { type: 'task-started' | 'task-slow' | 'attempt-started' | 'attempt-finished' | 'task-finished' | 'test-started' }
  >,
): void {
  switch (event.type) {
    case 'task-started':
      record.state = 'running';
      record.slot = event.slot;
      record.startedAt = event.at;
      return;
    case 'task-slow':
      record.slow = true;
      return;
    case 'attempt-finished': {
      const { attempt, cause, outcome, durationMs, log, leaked } = event;
      record.attempts.push({ attempt, cause, outcome, durationMs, log, leaked });
      record.log = log ?? record.log;
      return;
    }
    case 'task-finished':
      record.state = 'finished';
      record.outcome = event.outcome;
      record.totals = event.totals;
      record.durationMs = event.durationMs;
      record.endedAt = event.at;
      return;
    case 'attempt-started':
    case 'test-started':
  }
}

function failedTest(test: TestResult, attempt: number): FailedTest {
  const problems = test.problems.map((problem) => ({
    ...problem,
    message: cut(problem.message, maxMessage),
    details: cut(problem.details, maxDetails),
  }));
  const { id, status, synthetic, line, durationMs } = test;
  return { id, status, synthetic, line, attempt, durationMs, problems };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)} ...[cut]`;
}
