import type { Outcome } from '../model/outcome.ts';
import type { LeaseResult, LeaseWatch, ServiceFailure } from '../ports.ts';
import { cancelReasonOf, whenAborted } from './cancel-reason.ts';
import { firstAttempt, nextAttempt, outcomeOf } from './next-attempt.ts';
import type { Attempt } from './next-attempt.ts';
import { runAttempt, tellUnstarted } from './run-attempt.ts';
import type { AttemptEnd } from './run-attempt.ts';
import type { TaskContext } from './task-context.ts';
import { createTaskHistory } from './task-history.ts';
import type { TaskHistory } from './task-history.ts';

/** Gets the services of a task, runs it as often as it takes, and tells how it ended. Rejects only for a defect of runner, before `task-finished`. */
export async function runTask(context: TaskContext): Promise<AttemptEnd> {
  const { task, slot, tools } = context;
  const startedAt = tools.io.now();
  tools.emit({ type: 'task-started', task: task.id, slot });
  const history = createTaskHistory(task);
  const last = await runAttempts(context, history);
  const end = { outcome: outcomeOf(last, history), totals: history.totals() };
  return tellFinished(end, tools.io.now() - startedAt, context);
}

/** Ends a task that never started. */
export function settleTask(outcome: Outcome, context: Pick<TaskContext, 'task' | 'tools'>): AttemptEnd {
  const history = createTaskHistory(context.task);
  tellUnstarted(outcome, context, { attempt: 1, history });
  return tellFinished({ outcome, totals: history.totals() }, 0, context);
}

async function runAttempts(context: TaskContext, history: TaskHistory): Promise<Outcome> {
  const { task, tools } = context;
  let outcome: Outcome | null = null;
  for (let attempt: Attempt | null = firstAttempt(task); attempt !== null;) {
    const lease = await acquire(context);
    if (lease.kind !== 'ready') return withoutServices(lease, { before: outcome, attempt, context, history });
    const watch = watchOf(context);
    const ended = await runAttempt(attempt, { ...context, services: lease.services, watch, history });
    ({ outcome } = ended);
    const framework = tools.frameworks.get(task.framework);
    if (framework === undefined || context.stop.aborted) break;
    attempt = nextAttempt(attempt, ended, { task, framework, history });
  }
  return outcome ?? { kind: 'cancelled', reason: cancelReasonOf(context.stop) };
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
    over.abort();
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

/** What has run before the services were lost stays as it is, unless it was to be repeated for want of them. */
function withoutServices(
  lease: Exclude<LeaseResult, { kind: 'ready' }>,
  {
    before,
    attempt,
    context,
    history,
  }: {
    readonly before: Outcome | null;
    readonly attempt: Attempt;
    readonly context: TaskContext;
    readonly history: TaskHistory;
  },
): Outcome {
  const outcome = refusalOf(lease, context, before);
  if (before === null) tellUnstarted(outcome, context, { attempt: attempt.number, history });
  return before === null || attempt.cause === 'service-restart' ? outcome : before;
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

function tellFinished(
  end: AttemptEnd,
  durationMs: number,
  { task, tools }: Pick<TaskContext, 'task' | 'tools'>,
): AttemptEnd {
  tools.emit({ type: 'task-finished', task: task.id, outcome: end.outcome, totals: end.totals, durationMs });
  return end;
}
