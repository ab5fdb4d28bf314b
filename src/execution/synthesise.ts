import { writeDuration } from '../base/duration.ts';
import { labelled } from '../base/text.ts';
import type { LogFacts } from '../model/event.ts';
import type { CancelReason, Exit, Outcome, SkipReason } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { Problem, TestId, TestResult } from '../model/test.ts';
import { isNarrowed } from '../results/verdict.ts';
import type { OpenTest } from './live-tests.ts';

/** What is known of a task that did not simply pass. */
export interface SynthesisContext {
  readonly task: Task;
  /** It was running when it ended, rather than never started. */
  readonly ran: boolean;
  readonly log: LogFacts | null;
  readonly durationMs: number;
}

/**
 * The test that stands in every report for an outcome no framework reported: an error, or for a skipped task a skip. `null` where the
 * reported tests tell it already (passed, failed tests) or a filter left nothing to run.
 */
export function synthesise(outcome: Outcome, context: SynthesisContext): TestResult | null {
  const { task } = context;
  switch (outcome.kind) {
    case 'passed':
    case 'tests-failed':
      return null;
    case 'no-tests':
      return isNarrowed(task)
        ? null
        : asError(context, { kind: outcome.kind, what: 'no tests', ...describeNoTests(context) });
    case 'skipped':
      return asSkip(context, outcome.because);
    case 'cancelled':
      return asError(context, { kind: outcome.kind, ...describeCancelled(outcome.reason, context.ran) });
    case 'timed-out': {
      const after = writeDuration(Math.round(outcome.afterMs));
      const message = `did not end within its timeout of ${after} and was ended. Find what it waits for in the log, or raise the timeout of its category`;
      return asError(context, { kind: outcome.kind, what: `timed out after ${after}`, message });
    }
    case 'crashed':
      return asError(context, { kind: outcome.kind, ...describeCrash(outcome.exit) });
    case 'report-unusable':
      return asError(context, { kind: outcome.kind, what: 'report unusable', message: outcome.problem });
    case 'spawn-failed':
      return asError(context, { kind: outcome.kind, what: 'could not be started', message: outcome.problem });
    case 'service-failed':
      return asError(context, {
        kind: outcome.kind,
        what: `service ${outcome.service} failed`,
        message: `service ${labelled(outcome.service, outcome.problem)}`,
      });
  }
}

/** The one test of a suite that is judged by its exit code alone; its log is the failure's details. */
export function exitCodeResult(
  exit: Exit,
  context: SynthesisContext & { readonly problem: string | null },
): TestResult {
  const { task, durationMs } = context;
  const ok = exit.kind === 'code' && exit.code === 0 && context.problem === null;
  const failed = exit.kind === 'code' && exit.code !== 0;
  const message = failed ? `exit code ${exit.code}` : (context.problem ?? describeExit(exit));
  const kind = failed ? 'failure' : 'error';
  return {
    id: { file: null, className: task.category, name: task.suite },
    status: ok ? 'passed' : failed ? 'failed' : 'error',
    synthetic: false,
    durationMs,
    line: null,
    problems: ok
      ? []
      : [{ kind, type: failed ? 'ExitCode' : 'Crash', message, details: details(message, context.log) }],
    skipReason: null,
    stdout: null,
    stderr: null,
  };
}

/** The test that stands for a failure a report counts outside its tests. */
export function suiteError(task: string, found: { readonly suite: string; readonly problem: string }): TestResult {
  const message = `${found.suite === '' ? 'a suite' : found.suite} failed outside its tests: ${found.problem}`;
  const id = {
    file: null,
    className: '[runner]',
    name: `${task}: ${found.suite === '' ? 'a suite' : found.suite} failed outside its tests`,
  };
  return made(id, [{ kind: 'error', type: 'suite-error', message, details: message }], {
    durationMs: 0,
    skipReason: null,
  });
}

/** What is put in front of a failure that came while a service of its task was down. */
export function serviceExcuse(failure: { readonly service: string; readonly problem: string }): Problem {
  const message = `service ${failure.service} failed while this test ran, so this says nothing about the code`;
  return { kind: 'error', type: 'service-failed', message, details: `${message}\n${failure.problem}` };
}

/** The end of a process before that of its tests. */
export interface Cut {
  /** Stands behind "when": `pytest was killed by SIGKILL`. */
  readonly how: string;
  /** What more there is to say of it. */
  readonly why: string;
  readonly log: LogFacts | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What stands for a test that was running when its process ended. */
export function cutOffTest({ id, line, startedAt }: OpenTest, { how, why, log, at }: Cut): TestResult {
  const message = `was running when ${how}`;
  const problem: Problem = { kind: 'error', type: 'cut-off', message, details: details(`${message}\n${why}`, log) };
  return {
    ...{ id, status: 'error', synthetic: false, cutOff: true, line, problems: [problem], skipReason: null },
    ...{ durationMs: startedAt === null ? 0 : Math.max(0, at - startedAt), stdout: null, stderr: null },
  };
}

/** What stands for a test whose turn had not come when its process ended. */
export function notRunTest({ id, line }: Pick<OpenTest, 'id' | 'line'>, { how }: Pick<Cut, 'how'>): TestResult {
  return {
    ...{ id, status: 'skipped', synthetic: false, notRun: true, line, problems: [], skipReason: `not run: ${how}` },
    ...{ durationMs: 0, stdout: null, stderr: null },
  };
}

/** How an attempt came to its end before its tests may have; `null` where it did not. */
export function describeCut(outcome: Outcome, framework: string, exit: Exit | null): string | null {
  switch (outcome.kind) {
    case 'crashed':
      return `${framework} ${howEnded(outcome.exit)}`;
    case 'report-unusable':
      return `${framework} ${exit === null ? 'ended' : howEnded(exit)} without a whole report`;
    case 'timed-out':
      return `${framework} timed out after ${writeDuration(Math.round(outcome.afterMs))}`;
    case 'service-failed':
      return `service ${outcome.service} failed`;
    case 'cancelled':
      return `the run was ${describeReason(outcome.reason)}`;
    case 'passed':
    case 'tests-failed':
    case 'no-tests':
    case 'spawn-failed':
    case 'skipped':
      return null;
  }
}

function howEnded(exit: Exit): string {
  return exit.kind === 'signal' ? `was killed by ${exit.signal}` : `ended with exit code ${exit.code}`;
}

/** What stands for a test that ran against a service before that died, and of which the attempt after it did not tell. */
export function notRepeated(test: TestResult): TestResult {
  if (test.notRun === true) return test;
  const message = 'a service failed while it ran, and it was not run to its end again';
  return {
    ...{ id: test.id, status: 'error', synthetic: false, durationMs: 0, line: test.line },
    problems: [{ kind: 'error', type: 'not-repeated', message, details: message }],
    ...{ skipReason: null, stdout: null, stderr: null },
  };
}

/** A stop in the words of a report. */
function describeReason(reason: CancelReason): string {
  switch (reason.kind) {
    case 'signal':
      return reason.signal === 'SIGINT' ? 'interrupted by SIGINT' : `terminated by ${reason.signal}`;
    case 'fail-fast':
      return `stopped by --fail-fast after ${reason.cause} failed`;
    case 'max-failures':
      return `stopped by --maxfail after ${reason.failures} failed tests`;
    case 'deadline':
      if (reason.layer !== undefined)
        return `stopped by the budget of layer ${reason.layer} after ${writeDuration(Math.round(reason.afterMs))}`;
      return `stopped by the deadline of the run${reason.limitMs === undefined ? '' : `, ${writeDuration(reason.limitMs)},`} after ${writeDuration(Math.round(reason.afterMs))}`;
    case 'internal-error':
      return `stopped by an error in runner itself: ${reason.message}`;
    case 'lease-lost':
      return 'stopped because another machine has taken it over';
    case 'queue-lost':
      return `stopped because the queue was lost: ${reason.message}`;
    case 'broken-worker':
      return `stopped because ${reason.tasks} tasks in a row failed for the machine's fault`;
  }
}

interface Description {
  readonly kind: Outcome['kind'];
  /** Goes into the name: the same for the same kind of failure. */
  readonly what: string;
  readonly message: string;
}

function asError(context: SynthesisContext, { kind, what, message }: Description): TestResult {
  const problem: Problem = { kind: 'error', type: kind, message, details: details(message, context.log) };
  const durationMs = context.ran ? context.durationMs : 0;
  return made(idOf(context.task, what), [problem], { durationMs, skipReason: null });
}

function asSkip(context: SynthesisContext, because: SkipReason): TestResult {
  const { what, reason } = describeSkip(because);
  return made(idOf(context.task, `not run: ${what}`), [], { durationMs: 0, skipReason: reason });
}

function made(
  id: TestId,
  problems: readonly Problem[],
  rest: Pick<TestResult, 'durationMs' | 'skipReason'>,
): TestResult {
  const status = problems.length > 0 ? 'error' : 'skipped';
  return { id, status, synthetic: true, line: null, problems, stdout: null, stderr: null, ...rest };
}

function idOf(task: Task, what: string): TestId {
  return { file: null, className: '[runner]', name: `${task.id}: ${what}` };
}

/** Begins with the message, because some readers of JUnit show one of the two only; the terminal shows it once. */
function details(message: string, log: LogFacts | null): string {
  if (log === null) return message;
  if (log.tail.trim() === '') return `${message}\n\n${log.path} is empty: nothing was printed`;
  return `${message}\n\nlast lines of ${log.path}${log.truncated ? ', which is cut' : ''}:\n${log.tail.trimEnd()}`;
}

function describeNoTests({ ran, task }: SynthesisContext): Pick<Description, 'message'> {
  if (ran)
    return {
      message: 'ran, but no test was found in its files. Check the files of the suite, or exclude files without tests',
    };
  return {
    message: `no test file belongs to ${task.category}. Correct the globs of the category, or set allowEmpty if that is meant`,
  };
}

function describeCancelled(reason: CancelReason, ran: boolean): Pick<Description, 'what' | 'message'> {
  const why = describeReason(reason);
  if (!ran) return { what: 'not run', message: `not run: ${why}` };
  return { what: 'not finished', message: `was running when the run was ${why}; the tests that had finished are kept` };
}

function describeCrash(exit: Exit): Pick<Description, 'what' | 'message'> {
  const how = describeExit(exit);
  const meaning =
    exit.kind === 'code'
      ? 'that is no failed test: the framework or the code under test broke down'
      : 'from outside, or for want of memory, or by a fault of its own';
  return {
    what: `crashed with ${how}`,
    message: `crashed with ${how}; ${meaning}. What it printed last is in the log`,
  };
}

function describeExit(exit: Exit): string {
  return exit.kind === 'code' ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}

function describeSkip(because: SkipReason): { readonly what: string; readonly reason: string } {
  switch (because.kind) {
    case 'blocked': {
      if (because.stage !== undefined) {
        const { layer, number, total, categories } = because.stage;
        const where = `stopped at stage ${number} of ${total} (${categories.join(', ')})`;
        return { what: where, reason: `${where} of layer ${layer}: ${because.by} did not pass` };
      }
      const what = `blocked by ${because.by}`;
      return { what, reason: `${what}: it did not pass, and these tests depend on it` };
    }
    case 'environment': {
      const allowed = because.allowed.length === 0 ? 'none' : because.allowed.join(', ');
      const what = `not in environment ${because.environment}`;
      return { what, reason: `${what}: allowed are ${allowed}; choose one with --env` };
    }
    case 'service-unavailable': {
      const what = `service ${because.service} is unavailable`;
      return { what, reason: `${what}: ${because.problem}. ${because.remedy}` };
    }
  }
}
