import type { Outcome } from '../model/outcome.ts';
import type { LeaseResult } from '../ports.ts';
import { cancelReasonOf, whenAborted } from './cancel-reason.ts';
import { runAttempt, tellUnstarted } from './run-attempt.ts';
import type { AttemptEnd } from './run-attempt.ts';
import type { TaskContext } from './task-context.ts';

/** Gets the services of a task, runs it, and tells how it ended. Rejects only for a defect of runner, before `task-finished`. */
export async function runTask(context: TaskContext): Promise<AttemptEnd> {
  const { task, slot, tools } = context;
  const startedAt = tools.io.now();
  tools.emit({ type: 'task-started', task: task.id, slot });
  const lease = await acquire(context);
  const end =
    lease.kind === 'ready'
      ? await runAttempt(1, lease.services, context)
      : tellUnstarted(withoutServices(lease, context), context);
  return tellFinished(end, tools.io.now() - startedAt, context);
}

/** Ends a task that never started. */
export function settleTask(outcome: Outcome, context: Pick<TaskContext, 'task' | 'tools'>): AttemptEnd {
  return tellFinished(tellUnstarted(outcome, context), 0, context);
}

/** Services see to it that waiting for them ends; after a kill nobody waits for that either. */
async function acquire({ task, tools, stop }: TaskContext): Promise<LeaseResult> {
  const over = new AbortController();
  try {
    return await Promise.race([
      tools.leases.acquire(task, stop),
      whenAborted(tools.signals.kill, over.signal).then((): LeaseResult => ({ kind: 'cancelled' })),
    ]);
  } finally {
    over.abort();
  }
}

function withoutServices(lease: Exclude<LeaseResult, { kind: 'ready' }>, { task, stop }: TaskContext): Outcome {
  switch (lease.kind) {
    case 'cancelled':
      return { kind: 'cancelled', reason: cancelReasonOf(stop) };
    case 'failed':
      return { kind: 'service-failed', service: lease.service, problem: lease.problem };
    case 'unavailable': {
      const { service, problem, remedy } = lease;
      if (task.missingService === 'fail') return { kind: 'service-failed', service, problem: `${problem}. ${remedy}` };
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
