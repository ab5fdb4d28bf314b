import type { CategoryCoverage } from '../model/coverage.ts';
import type { RunEvent } from '../model/event.ts';
import type { Task } from '../model/plan.ts';
import { createOutstandingRecord } from './outstanding.ts';
import type { OutstandingRecord } from './outstanding.ts';
import { emptyState } from './run-state.ts';
import type { RunState, ServiceRecord } from './run-state.ts';
import { createTestRecords, noEntries } from './test-records.ts';
import type { Mutable, OpenTask } from './test-records.ts';
import { emptyTotals } from './totals.ts';

/** Follows a run event by event. */
export interface RunRecord {
  /** Changes with each event. */
  readonly state: RunState;
  apply(event: RunEvent): void;
}

const maxWarnings = 1000;

/** The record of a run that has not started. Events of tasks that the plan does not know are kept out. */
export function createRunRecord(): RunRecord {
  const tasks = new Map<string, OpenTask>();
  const services = new Map<string, ServiceRecord>();
  const coverage = new Map<string, CategoryCoverage>();
  const warnings: string[] = [];
  let outstanding: OutstandingRecord | null = null;
  const state: Mutable<RunState> = {
    ...{ ...emptyState, tasks, services, coverage, warnings },
    get unseen() {
      return outstanding?.left() ?? null;
    },
  };
  const tests = createTestRecords();

  const apply = (event: RunEvent): void => {
    state.lastAt = event.at;
    switch (event.type) {
      case 'run-started':
        state.runId = event.runId;
        state.planId = event.planId;
        state.plan = event.plan;
        state.shard = event.shard;
        state.queue = event.queue ?? null;
        if (event.rerunOf !== undefined) {
          outstanding = createOutstandingRecord(event.rerunOf, event.given?.extraArgs ?? []);
        }
        state.startedAt = event.at;
        for (const task of event.plan.tasks) tasks.set(task.id, openTask(task));
        return;
      case 'task-claimed':
        tasks.set(event.task, openTask(event.planned));
        return;
      case 'queue-progress':
        state.queueProgress = event;
        return;
      case 'elsewhere':
        return;
      case 'service-changed':
        services.set(event.service, serviceRecord(services.get(event.service), event));
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
        if (task === undefined) return;
        tests.add(task, event.attempt, event.test, event.replaces);
        outstanding?.addTest(task.task, event.test);
        return;
      }
      case 'attempt-started': {
        const task = tasks.get(event.task);
        if (task !== undefined) tests.beginAttempt(task, event.attempt, event.cause ?? 'first');
        return;
      }
      case 'task-started':
      case 'task-postponed':
      case 'task-slow':
      case 'attempt-finished':
      case 'task-finished':
      case 'test-started': {
        const task = tasks.get(event.task);
        if (task === undefined) return;
        applyToTask(task, event);
        if (event.type === 'task-finished') outstanding?.endTask(task.task, event.outcome);
        if (event.type === 'task-finished' && event.coverage !== undefined)
          coverage.set(task.task.category, event.coverage);
      }
    }
  };
  return { state, apply };
}

/**
 * The record for those who are told of each event after whoever keeps it. What a run holds in memory is copied at each start of a process,
 * so that reporters do not keep a record each.
 */
export function sharedRecord({ state }: RunRecord): RunRecord {
  return { state, apply: () => undefined };
}

function openTask(task: Task): OpenTask {
  return {
    task,
    state: 'waiting',
    slot: null,
    startedAt: null,
    endedAt: null,
    slow: false,
    postponed: false,
    outcome: null,
    totals: emptyTotals,
    ran: 0,
    failures: noEntries,
    flaky: noEntries,
    quarantined: noEntries,
    failuresOmitted: 0,
    testsFailed: false,
    notRun: noEntries,
    running: null,
    attempts: [],
    attempt: 1,
    before: emptyTotals,
    log: null,
    durationMs: null,
  };
}

function applyToTask(
  record: OpenTask,
  event: Extract<
    RunEvent,
    { type: 'task-started' | 'task-postponed' | 'task-slow' | 'attempt-finished' | 'task-finished' | 'test-started' }
  >,
): void {
  switch (event.type) {
    case 'task-started':
      record.state = 'running';
      record.slot = event.slot;
      record.startedAt ??= event.at;
      record.postponed = false;
      return;
    case 'task-postponed':
      record.postponed = true;
      return;
    case 'task-slow':
      record.slow = true;
      return;
    case 'attempt-finished': {
      const { attempt, cause, outcome, durationMs, log, leaked } = event;
      record.attempts = [...record.attempts, { attempt, cause, outcome, durationMs, log, leaked }];
      record.log = log ?? record.log;
      return;
    }
    case 'task-finished':
      record.state = 'finished';
      record.postponed = false;
      record.outcome = event.outcome;
      record.totals = event.totals;
      record.durationMs = event.durationMs;
      record.endedAt = event.at;
      return;
    case 'test-started':
      record.running = event.test;
  }
}

function serviceRecord(
  known: ServiceRecord | undefined,
  { change, generation, at }: Extract<RunEvent, { type: 'service-changed' }>,
): ServiceRecord {
  const lastFailure = change.kind === 'failed' ? change.problem : known?.lastFailure;
  return { change, generation, at, ...(lastFailure === undefined ? {} : { lastFailure }) };
}
