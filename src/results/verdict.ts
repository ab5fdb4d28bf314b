import { assertNever } from '../errors.ts';
import type { CancelReason, Outcome, Verdict } from '../model/outcome.ts';
import type { RunState, TaskRecord } from './run-state.ts';

/** What one task means for the run; ordered by `precedence`. */
type Weight = Exclude<Verdict, 'interrupted' | 'terminated'> | 'neutral';

const precedence: readonly Weight[] = ['failed', 'infrastructure', 'incomplete', 'nothing-ran'];

/**
 * What a run amounts to by its tasks: interrupted or terminated, then failed, infrastructure, incomplete, nothing-ran, passed.
 * A task that has no outcome makes the run incomplete. So does what a rerun owes still.
 */
export function verdictOf(state: RunState): Verdict {
  const stopped = stopVerdict(state.cancelled);
  if (stopped !== null) return stopped;
  const tasks = [...state.tasks.values()];
  const anyRan = tasks.some((record) => record.ran > 0);
  const weights = new Set(tasks.map((record) => weigh(record, anyRan)));
  if (state.cancelled !== null) weights.add(weightOfCancel(state.cancelled));
  if (state.shard === null && state.unseen !== null && state.unseen.tests + state.unseen.files > 0)
    weights.add('incomplete');
  const worst = precedence.find((weight) => weights.has(weight));
  if (worst !== undefined && worst !== 'neutral') return worst;
  // A machine that others leave nothing of a queue, or nothing that runs, has done its part.
  if (anyRan || state.queue !== null) return 'passed';
  // A shard that the plan leaves empty has nothing to do.
  return state.shard !== null && tasks.length === 0 ? 'passed' : 'nothing-ran';
}

const fromWorst: readonly Verdict[] = [
  'interrupted',
  'terminated',
  'failed',
  'infrastructure',
  'incomplete',
  'nothing-ran',
  'passed',
];

/** The verdict of two that takes precedence. */
export function worseVerdict(one: Verdict, other: Verdict): Verdict {
  return fromWorst.indexOf(one) <= fromWorst.indexOf(other) ? one : other;
}

/** Whether a task was narrowed by an expression or by test ids, so that finding no test in it may be right. */
export function isNarrowed(task: {
  readonly keyword: string | null;
  readonly markers: string | null;
  readonly tests: object;
}): boolean {
  return task.keyword !== null || task.markers !== null || Object.keys(task.tests).length > 0;
}

/** Whether what depends on the category of a task may run, as far as this task is concerned. */
export function satisfies(task: Parameters<typeof isNarrowed>[0], outcome: Outcome): boolean {
  return outcome.kind === 'passed' || (outcome.kind === 'no-tests' && isNarrowed(task));
}

function stopVerdict(reason: CancelReason | null): Verdict | null {
  if (reason?.kind !== 'signal') return null;
  return reason.signal === 'SIGINT' ? 'interrupted' : 'terminated';
}

function weigh(record: TaskRecord, anyRan: boolean): Weight {
  // Tests that failed because their service died are errors, and the service's failure is what must be acted on.
  const blamesService = record.outcome?.kind === 'service-failed';
  // Its result is that of the machine that has it now.
  if (record.outcome?.kind === 'cancelled' && record.outcome.reason.kind === 'lease-lost') return 'neutral';
  if (record.totals.failed > 0 || (record.testsFailed && !blamesService)) return 'failed';
  if (record.outcome === null) return 'incomplete';
  return weightOf(record.outcome, anyRan && isNarrowed(record.task));
}

function weightOf(outcome: Outcome, mayBeEmpty: boolean): Weight {
  switch (outcome.kind) {
    case 'passed':
    case 'skipped':
      return 'neutral';
    case 'tests-failed':
    case 'timed-out':
      return 'failed';
    case 'no-tests':
      return mayBeEmpty ? 'neutral' : 'nothing-ran';
    case 'crashed':
    case 'report-unusable':
    case 'spawn-failed':
    case 'service-failed':
      return 'infrastructure';
    case 'cancelled':
      return weightOfCancel(outcome.reason);
    default:
      return assertNever(outcome);
  }
}

// What was cut off by a failure or by the deadline did not pass; a failure that stopped it weighs at least as much.
function weightOfCancel(reason: CancelReason): Weight {
  switch (reason.kind) {
    case 'deadline':
    case 'max-failures':
      return 'failed';
    case 'internal-error':
    case 'queue-lost':
    case 'broken-worker':
      return 'infrastructure';
    case 'lease-lost':
      return 'neutral';
    case 'fail-fast':
    case 'signal':
      return 'incomplete';
    default:
      return assertNever(reason);
  }
}
