import { formatDuration } from '../base/duration.ts';
import { groupDigits, labelled, oneLine, plural } from '../base/text.ts';
import { assertNever } from '../errors.ts';
import type { CancelReason, Exit, Outcome, SkipReason } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { TestId, Totals } from '../model/test.ts';
import { isNarrowed } from '../results/verdict.ts';

/** The word that stands for an outcome in status lines, at most twelve characters. */
export function outcomeWord(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'passed':
      return 'PASS';
    case 'tests-failed':
      return 'FAIL';
    case 'no-tests':
      return 'NO TESTS';
    case 'timed-out':
      return 'TIMEOUT';
    case 'crashed':
      return outcome.exit.kind === 'signal' ? oneLine(outcome.exit.signal).slice(0, 12) : 'CRASH';
    case 'report-unusable':
      return 'NO REPORT';
    case 'spawn-failed':
      return 'NO START';
    case 'service-failed':
      return 'SERVICE FAIL';
    case 'cancelled':
      return 'CANCELLED';
    case 'skipped':
      return outcome.because.kind === 'blocked' ? 'BLOCKED' : 'SKIP';
    default:
      return assertNever(outcome);
  }
}

/** Why a task is not simply passed or failed, on one line; empty where the word and the counts say it all. */
export function outcomeReason(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'passed':
    case 'tests-failed':
      return '';
    case 'no-tests':
      return 'no test ran';
    case 'timed-out':
      return `did not end within ${formatDuration(outcome.afterMs)}`;
    case 'crashed':
      return exitText(outcome.exit);
    case 'report-unusable':
      return outcome.problem.includes(outcome.path)
        ? oneLine(outcome.problem)
        : `${oneLine(outcome.path)}: ${oneLine(outcome.problem)}`;
    case 'spawn-failed':
      return oneLine(outcome.problem);
    case 'service-failed':
      return `service ${labelled(oneLine(outcome.service), oneLine(outcome.problem))}`;
    case 'cancelled':
      return cancelText(outcome.reason);
    case 'skipped':
      return skipText(outcome.because);
    default:
      return assertNever(outcome);
  }
}

/** A filter left nothing of a task to run: nothing is wrong with the task. */
export function isEmptyByFilter(task: Task, outcome: Outcome): boolean {
  return outcome.kind === 'no-tests' && isNarrowed(task);
}

/** How a process that should have reported a failure ended instead. */
export function exitText(exit: Exit): string {
  return exit.kind === 'signal'
    ? `killed by ${oneLine(exit.signal)}`
    : `exit code ${exit.code} without a failed test to explain it`;
}

/** Why tests were not run: `blocked by build`, `docker is not running`. */
export function skipText(because: SkipReason): string {
  switch (because.kind) {
    case 'blocked': {
      if (because.stage === undefined) return `blocked by ${oneLine(because.by)}`;
      const { number, total, categories } = because.stage;
      return `stopped at stage ${number} of ${total} (${categories.map(oneLine).join(', ')})`;
    }
    case 'environment':
      return `not allowed in environment ${oneLine(because.environment)} (only in ${because.allowed.map(oneLine).join(', ') || 'none'})`;
    case 'service-unavailable':
      return `service ${labelled(oneLine(because.service), oneLine(because.problem))}`;
    default:
      return assertNever(because);
  }
}

/** What to do so that skipped tests run, or `null` when nothing is needed but to mend what is reported elsewhere. */
export function skipRemedy(because: SkipReason): string | null {
  switch (because.kind) {
    case 'blocked':
      return null;
    case 'environment':
      return because.allowed[0] === undefined ? null : `run with --env ${oneLine(because.allowed[0])}`;
    case 'service-unavailable':
      return oneLine(because.remedy);
    default:
      return assertNever(because);
  }
}

/** Why a run ends before its plan does. */
export function cancelText(reason: CancelReason): string {
  switch (reason.kind) {
    case 'signal':
      return `${reason.signal === 'SIGINT' ? 'interrupted' : 'terminated'} by ${reason.signal}`;
    case 'fail-fast':
      return `stopped by --fail-fast: ${oneLine(reason.cause)}`;
    case 'max-failures':
      return `stopped by --maxfail after ${plural(reason.failures, 'failure')}`;
    case 'deadline':
      if (reason.layer !== undefined)
        return `the budget of ${formatDuration(reason.afterMs)} of layer ${oneLine(reason.layer)} was used up`;
      if (reason.limitMs === undefined) return `the deadline of ${formatDuration(reason.afterMs)} was reached`;
      return `the deadline of ${formatDuration(reason.limitMs)} was near: tests had ${formatDuration(reason.afterMs)}, teardown has the rest`;
    case 'internal-error':
      return `internal error: ${oneLine(reason.message)}`;
    case 'lease-lost':
      return 'another machine has taken it over';
    case 'queue-lost':
      return `the queue was lost: ${oneLine(reason.message)}`;
    case 'broken-worker':
      return `${plural(reason.tasks, 'task')} in a row failed for what looks like a fault of this machine, which leaves the build`;
    default:
      return assertNever(reason);
  }
}

/** `34 tests: 31 passed, 1 failed, 2 skipped`; kinds that did not occur are left out, and flaky ones are among the passed: `31 passed (1 flaky)`. */
export function totalsText(totals: Totals): string {
  const counts = countsText(totals);
  return counts === '' ? plural(totals.tests, 'test') : `${plural(totals.tests, 'test')}: ${counts}`;
}

/** `31 passed, 1 failed, 2 skipped`. */
export function countsText(totals: Totals): string {
  return [
    withFlaky(count(totals.passed, 'passed'), totals),
    count(totals.failed, 'failed'),
    count(totals.errors, totals.errors === 1 ? 'error' : 'errors'),
    withQuarantined(count(totals.skipped, 'skipped'), totals),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function withFlaky(passed: string, { flaky = 0 }: Totals): string {
  return flaky === 0 ? passed : `${passed} (${groupDigits(flaky)} flaky)`;
}

function withQuarantined(skipped: string, { quarantined = 0 }: Totals): string {
  return quarantined === 0 ? skipped : `${skipped} (${quarantined.toLocaleString('en-US')} quarantined)`;
}

/** A test as people look for it: its file with the line where known, then its name. What runner itself made is its name. */
export function testLabel(test: {
  readonly id: TestId;
  readonly line: number | null;
  readonly synthetic: boolean;
}): string {
  const { id, line, synthetic } = test;
  const place = id.file === null ? oneLine(id.className) : `${oneLine(id.file)}${line === null ? '' : `:${line}`}`;
  // What failed outside its tests goes by the name of its file.
  const isFile = id.name === id.className && id.file?.endsWith(id.name) === true;
  if (synthetic || place === '') return oneLine(id.name);
  return isFile ? place : `${place}  ${oneLine(id.name)}`;
}

function count(value: number, word: string): string {
  return value === 0 ? '' : `${groupDigits(value)} ${word}`;
}
