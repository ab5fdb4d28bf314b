import type { CancelReason, Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { AttemptEnd } from './run-attempt.ts';
import type { RunTools } from './run-tools.ts';

/** What `--fail-fast` and `--maxfail` can stop. */
export interface Stops {
  readonly all: (reason: CancelReason) => void;
  readonly category: (name: string, reason: CancelReason) => void;
}

/** Watches ended tasks and stops what `--fail-fast` and `--maxfail` say. */
export function createStopRules(
  rules: Pick<RunTools, 'failFast' | 'maxFailures'>,
  stops: Stops,
): (task: Task, end: AttemptEnd) => void {
  let failures = 0;
  return (task, { outcome, totals }) => {
    if (!isFailure(outcome)) return;
    failures += totals.failed + totals.errors;
    const reason: CancelReason = { kind: 'fail-fast', cause: task.id };
    const { failFast, maxFailures } = rules;
    if (failFast === 'first' || (failFast === 'critical' && task.priority === 'critical')) stops.all(reason);
    if (failFast === 'category') stops.category(task.category, reason);
    if (maxFailures !== null && failures >= maxFailures) stops.all({ kind: 'max-failures', failures });
  };
}

/** Whether what was to stop at a failure has one: a task that is repeated goes no further then. */
export function endsRepetition(failFast: RunTools['failFast'], task: Task, outcome: Outcome): boolean {
  const isMeant = failFast === 'critical' ? task.priority === 'critical' : failFast !== 'never';
  return isMeant && isFailure(outcome);
}

function isFailure(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'tests-failed':
    case 'timed-out':
    case 'crashed':
    case 'report-unusable':
    case 'spawn-failed':
    case 'service-failed':
      return true;
    case 'passed':
    case 'no-tests':
    case 'cancelled':
    case 'skipped':
      return false;
  }
}
