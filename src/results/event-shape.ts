import { byWord, fields, flag, listOf, nullable, number, oneOf, tableOf, text, wordOf } from '../base/shape.ts';
import type { Shape } from '../base/shape.ts';
import type { AttemptCause, RunEvent, ServiceChange } from '../model/event.ts';
import type { Verdict } from '../model/outcome.ts';
import type { TestStatus } from '../model/test.ts';
import { cancelShape, outcomeShape, planShape, taskShape } from './plan-shape.ts';

const texts = listOf(text);
const id = fields({ file: nullable(text), className: text, name: text });
const status = wordOf<TestStatus>({ passed: true, failed: true, error: true, skipped: true });
const quarantined = fields({ owner: text, until: text, reason: text });

const test = fields(
  {
    ...{ id, status, synthetic: flag, durationMs: number, line: nullable(number), skipReason: nullable(text) },
    ...{ stdout: nullable(text), stderr: nullable(text) },
    problems: listOf(fields({ kind: oneOf('failure', 'error'), type: text, message: text, details: text })),
  },
  { flaky: flag, failedRepetitions: number, quarantined, notRun: flag, cutOff: flag },
);

const told = fields({ status, durationMs: number }, { flaky: flag, quarantined, skipReason: nullable(text) });

const totals = fields(
  { tests: number, passed: number, failed: number, errors: number, skipped: number, durationMs: number },
  { flaky: number, quarantined: number },
);

const verdict = wordOf<Verdict>({
  ...{ passed: true, failed: true, infrastructure: true, incomplete: true },
  ...{ 'nothing-ran': true, interrupted: true, terminated: true },
});
const cause = wordOf<AttemptCause>({ first: true, retry: true, repeat: true, 'service-restart': true });

const log = fields({ path: text, bytes: number, truncated: flag, tail: text });

const change = byWord('kind', {
  starting: fields({ provider: text }),
  ready: fields({ provider: text, url: nullable(text), afterMs: number }, { savedMs: number, stays: flag }),
  failed: fields({ problem: text }),
  unavailable: fields({ problem: text, remedy: text }),
  stopping: fields({}),
  stopped: fields({ afterMs: number, leaked: texts }),
} satisfies Readonly<Record<ServiceChange['kind'], Shape>>);

const machine = fields({ platform: text, arch: text, cpus: number, node: text });
const outstanding = fields({ suite: text, file: text, tests: nullable(listOf(id)) }, { scope: text });

const runStarted = fields(
  {
    ...{ format: number, runId: text, planId: text, plan: planShape },
    shard: nullable(fields({ index: number, total: number })),
  },
  {
    origin: fields({ commit: nullable(text), branch: nullable(text), clean: flag, machine }),
    digests: tableOf(text),
    given: fields({ options: texts, extraArgs: texts }),
    rerunOf: fields({ runId: text, outstanding: listOf(outstanding) }),
    rerunWith: fields({ program: texts, options: texts, cwd: text, root: text, owners: tableOf(tableOf(texts)) }),
    queue: fields({ build: text, worker: text }),
  },
);

const attemptFinished = fields(
  {
    ...{
      task: text,
      attempt: number,
      cause,
      outcome: outcomeShape,
      durationMs: number,
      log: nullable(log),
      leaked: texts,
    },
  },
  { toldAll: flag, coverage: fields({ path: nullable(text) }) },
);

const coverage = fields({ lines: number, covered: number, processes: number, lost: number }, { minimum: number });

/** What each event has to be; what later versions add to one does not matter. */
const shapes: Readonly<Record<RunEvent['type'], Shape>> = {
  'run-started': runStarted,
  'task-claimed': fields({ task: text, planned: taskShape, lease: text }),
  // What another machine told, itself and not what it was told.
  elsewhere: fields({ worker: text, lease: text, event: (value) => isEvent(value) && value.type !== 'elsewhere' }),
  'queue-progress': fields({ total: number, done: number, running: number, workers: number }),
  'service-changed': fields({ service: text, change, generation: number }),
  'task-started': fields({ task: text, slot: number }),
  'attempt-started': fields(
    { task: text, attempt: number, command: texts, cwd: text },
    { cause, narrowed: flag, log: text },
  ),
  'task-postponed': fields({ task: text, until: oneOf('end', 'alone') }),
  'task-slow': fields({ task: text, elapsedMs: number }),
  'test-started': fields({ task: text, attempt: number, test: id }, { collected: number }),
  'test-finished': fields({ task: text, attempt: number, test }, { replaces: told }),
  'attempt-finished': attemptFinished,
  'task-finished': fields({ task: text, outcome: outcomeShape, totals, durationMs: number }, { coverage, lease: text }),
  warning: fields({ message: text }),
  'run-cancelling': fields({ reason: cancelShape }),
  'run-finished': fields({ verdict, totals, durationMs: number }),
};

const timed = fields({ at: number });
const typed = byWord('type', shapes);

/** Whether a value is an event, with all that its type promises. */
export function isEvent(value: unknown): value is RunEvent {
  return timed(value) && typed(value);
}
