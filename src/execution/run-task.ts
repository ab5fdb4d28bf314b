import type { Outcome } from '../model/outcome.ts';
import type { LeaseResult, LeaseWatch, ServiceFailure } from '../ports.ts';
import { cancelReasonOf, whenAborted } from './cancel-reason.ts';
import { firstAttempt, isComplete, nextAttempt, outcomeOf, worseOutcome } from './next-attempt.ts';
import type { Attempt } from './next-attempt.ts';
import { runAttempt, tellUnstarted } from './run-attempt.ts';
import type { AttemptEnd } from './run-attempt.ts';
import type { TaskContext } from './task-context.ts';
import { backoffMs, createRetryRule } from './retry-rule.ts';
import type { RetryRule } from './retry-rule.ts';
import { endsRepetition } from './stop-rules.ts';
import { createTaskHistory } from './task-history.ts';
import type { TaskHistory } from './task-history.ts';

/** How a task left its slot: it has ended, or is to be started again after others. */
export type TaskExit = ({ readonly kind: 'ended' } & AttemptEnd) | ({ readonly kind: 'postponed' } & PostponedTask);

/** A task that has run and failed, and has an attempt left for the end of the run. */
export interface PostponedTask {
  readonly until: 'end' | 'alone';
  /** Goes on with it; the slot may be another. Rejects as `runTask` does. */
  resume(context: TaskContext): Promise<TaskExit>;
  /** Ends it as it stands, because it will not be started again. */
  finish(): AttemptEnd;
}

/**
 * Gets the services of a task, runs it as often as it takes, and tells how it ended, or that it goes on later. Rejects only for a defect of
 * runner, before `task-finished`.
 */
export async function runTask(context: TaskContext): Promise<TaskExit> {
  const { task, tools } = context;
  const rule = createRetryRule(task, (message) => tools.emit({ type: 'warning', message }));
  const history = createTaskHistory(task, {
    matches: (test) => rule.matches(test),
    apply: (test) => context.quarantine.apply(task, test),
  });
  const start = { attempt: firstAttempt(task), notBefore: 0, outcome: null, durationMs: 0, made: 0, isWhole: false };
  return goOn({ ...start, rule, history }, context);
}

/** Ends a task that never started. */
export function settleTask(outcome: Outcome, context: Pick<TaskContext, 'task' | 'tools' | 'coverage'>): AttemptEnd {
  const history = createTaskHistory(context.task);
  tellUnstarted(outcome, context, { attempt: 1, history });
  return tellFinished({ outcome, durationMs: 0, attempt: 1, history }, context);
}

/** Where a task is between two attempts. */
interface Progress {
  readonly attempt: Attempt;
  /** When that may begin, milliseconds since the epoch. */
  readonly notBefore: number;
  /** Of the attempt before; `null` = there was none. */
  readonly outcome: Outcome | null;
  /** In slots so far. */
  readonly durationMs: number;
  /** Number of the last attempt that was made, 0 before the first. */
  readonly made: number;
  /** An attempt has told of all its tests. */
  readonly isWhole: boolean;
  readonly rule: RetryRule;
  readonly history: TaskHistory;
}

async function goOn(progress: Progress, context: TaskContext): Promise<TaskExit> {
  const { task, slot, tools } = context;
  const { history, rule } = progress;
  const startedAt = tools.io.now();
  tools.emit({ type: 'task-started', task: task.id, slot });
  const next = await runAttempts(progress, context);
  const durationMs = progress.durationMs + tools.io.now() - startedAt;
  const outcome = next.outcome ?? { kind: 'cancelled', reason: cancelReasonOf(context.stop) };
  const finish = (): AttemptEnd => {
    const ended = tellQuarantine(outcomeOf(outcome, history), { progress: next, history, context });
    return tellFinished({ outcome: ended, durationMs, attempt: Math.max(1, next.made), history }, context);
  };
  if (next.attempt === null || rule.retryWhen === 'immediately') return { kind: 'ended', ...finish() };
  const later = { ...next, attempt: next.attempt, durationMs, rule, history };
  tools.emit({ type: 'task-postponed', task: task.id, until: rule.retryWhen });
  return { kind: 'postponed', until: rule.retryWhen, resume: (again) => goOn(later, again), finish };
}

/** Where a task is when it leaves its slot. */
interface Stay extends Pick<Progress, 'outcome' | 'notBefore' | 'made' | 'isWhole'> {
  /** The next; `null` when there is none to come. */
  readonly attempt: Attempt | null;
}

/** What the quarantine has to say of a task that ran makes it fail, unless it has failed already. */
function tellQuarantine(
  outcome: Outcome,
  {
    progress,
    history,
    context: { task, tools, quarantine },
  }: { readonly progress: Stay; readonly history: TaskHistory; readonly context: TaskContext },
): Outcome {
  if (outcome.kind === 'skipped' || outcome.kind === 'cancelled') return outcome;
  // Arguments for the framework may leave out tests.
  const problems = quarantine.endOf(task, { isWhole: progress.isWhole && tools.extraArgs.length === 0 });
  for (const test of problems)
    tools.emit({ type: 'test-finished', task: task.id, attempt: Math.max(1, progress.made), test: history.add(test) });
  return failedIf(problems.length > 0, outcome);
}

/** Where it is when it has to leave its slot; without an attempt when there is none to come. */
async function runAttempts(progress: Progress, context: TaskContext): Promise<Stay> {
  const { task, tools, stop, limits } = context;
  const { history, rule } = progress;
  let { attempt, notBefore, outcome, made, isWhole } = progress;
  for (;;) {
    if (attempt.cause === 'retry') {
      await tools.io.sleep(Math.max(0, notBefore - tools.io.now()), stop);
      if (stop.aborted || limits.isReached(task.category)) break;
    }
    const lease = await acquire(context);
    if (lease.kind !== 'ready') {
      outcome = withoutServices(lease, { before: outcome, attempt, context, history });
      break;
    }
    const watch = watchOf(context);
    const ended = await runAttempt(attempt, { ...context, services: lease.services, watch, history });
    made = attempt.number;
    isWhole ||= attempt.isWhole && isComplete(ended);
    if (attempt.retried === 0 && ended.outcome.kind !== 'service-failed') limits.note(task, history.totals());
    const framework = tools.frameworks.get(task.framework);
    const next = framework === undefined ? null : nextAttempt(attempt, ended, { task, framework, history, rule });
    if (task.repeat === undefined) outcome = ended.outcome;
    else if (next?.cause !== 'service-restart') outcome = worseOutcome(outcome, ended.outcome);
    if (next === null) break;
    attempt = next;
    if (stop.aborted) {
      if (task.repeat !== undefined) outcome = withoutRest(outcome, { attempt, context, history });
      break;
    }
    if (next.cause === 'repeat' && endsRepetition(tools.failFast, task, ended.outcome)) break;
    if (next.cause !== 'retry') continue;
    if (limits.isReached(task.category)) break;
    notBefore = tools.io.now() + backoffMs(next.retried, rule.backoff, Math.random());
    if (rule.retryWhen !== 'immediately') return { attempt, notBefore, outcome, made, isWhole };
  }
  return { attempt: null, notBefore, outcome, made, isWhole };
}

/** Services see to it that waiting for them ends; after a kill nobody waits for that either. */
async function acquire({ task, slot, tools, stop }: TaskContext): Promise<LeaseResult> {
  const over = new AbortController();
  try {
    return await Promise.race([
      tools.leases.acquire(task, stop, { slot }),
      whenAborted(tools.signals.kill, over.signal).then((): LeaseResult => ({ kind: 'cancelled' })),
    ]);
  } finally {
    // Without a reason an exception is made for each, with its stack.
    over.abort(null);
  }
}

function watchOf({ task, slot, tools: { leases } }: TaskContext): LeaseWatch {
  return leases.watch?.(task, { slot }) ?? watchFailures(() => leases.failureOf(task.needs));
}

/** Without the moment of a death, only what failed can be blamed on it. */
function watchFailures(failureOf: () => ServiceFailure | null): LeaseWatch {
  let isAsked = false;
  return {
    lost: new AbortController().signal,
    failure: () => (isAsked ? failureOf() : null),
    check: () => {
      isAsked = true;
      return Promise.resolve();
    },
  };
}

interface Stopped {
  readonly attempt: Attempt;
  readonly context: TaskContext;
  readonly history: TaskHistory;
}

/**
 * What has run before the services were lost stays as it is, unless it was to be repeated, for want of them or to see how often it fails. A
 * repetition that never began is told of in the one before, of which whoever reads the log would else take everything for superseded.
 */
function withoutServices(
  lease: Exclude<LeaseResult, { kind: 'ready' }>,
  { before, attempt, context, history }: Stopped & { readonly before: Outcome | null },
): Outcome {
  const outcome = refusalOf(lease, context, before);
  if (before === null) tellUnstarted(outcome, context, { attempt: attempt.number, history });
  else if (attempt.cause === 'repeat') tellUnstarted(outcome, context, { attempt: attempt.number - 1, history });
  if (before !== null && attempt.cause === 'repeat') return worseOutcome(before, outcome);
  return before === null || attempt.cause === 'service-restart' ? outcome : before;
}

/** A run that is stopped between two repetitions: those that passed so far are not all that were asked for. */
function withoutRest(before: Outcome | null, { attempt, context, history }: Stopped): Outcome {
  const outcome: Outcome = { kind: 'cancelled', reason: cancelReasonOf(context.stop) };
  if (before !== null && worseOutcome(before, outcome) === before) return before;
  tellUnstarted(outcome, context, { attempt: attempt.number - 1, history });
  return outcome;
}

function refusalOf(
  lease: Exclude<LeaseResult, { kind: 'ready' }>,
  { task, stop }: TaskContext,
  before: Outcome | null,
): Outcome {
  switch (lease.kind) {
    case 'cancelled':
      return { kind: 'cancelled', reason: cancelReasonOf(stop) };
    case 'failed':
      return { kind: 'service-failed', service: lease.service, problem: lease.problem };
    case 'unavailable': {
      const { service, problem, remedy } = lease;
      if (task.missingService === 'fail' || before !== null)
        return { kind: 'service-failed', service, problem: `${problem}. ${remedy}` };
      return { kind: 'skipped', because: { kind: 'service-unavailable', service, problem, remedy } };
    }
  }
}

/** With what is to be said of the coverage of its category, which makes it fail unless it has failed already. */
function tellFinished(
  ended: {
    readonly outcome: Outcome;
    readonly durationMs: number;
    readonly attempt: number;
    readonly history: TaskHistory;
  },
  { task, tools, coverage: ofRun }: Pick<TaskContext, 'task' | 'tools' | 'coverage'>,
): AttemptEnd {
  const { durationMs, attempt, history } = ended;
  const { coverage, failures } = ofRun.endOf(task, ended.outcome);
  for (const test of failures) tools.emit({ type: 'test-finished', task: task.id, attempt, test: history.add(test) });
  const outcome = failedIf(failures.length > 0, ended.outcome);
  const totals = history.totals();
  tools.emit({
    ...{ type: 'task-finished', task: task.id, outcome, totals, durationMs },
    ...(coverage === null ? {} : { coverage }),
  });
  return { outcome, totals };
}

/** What runner itself has to object to makes a task fail that would do no harm. */
function failedIf(isFailed: boolean, outcome: Outcome): Outcome {
  const isHarmless = outcome.kind === 'passed' || outcome.kind === 'no-tests' || outcome.kind === 'skipped';
  return isFailed && isHarmless ? { kind: 'tests-failed' } : outcome;
}
