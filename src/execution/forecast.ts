import type { Plan, Task } from '../model/plan.ts';
import { createScheduleState, markEnded, markStarted } from './schedule-state.ts';
import { nextMove } from './schedule.ts';

/**
 * The time from the first start to the last end, in milliseconds, if every task takes as long as `durationOf` says and passes; the order is
 * that of a run, its gates, locks and slots included. `null` when a task's duration is not known.
 */
export function forecast(
  plan: Pick<Plan, 'tasks' | 'slots' | 'layers'>,
  durationOf: (task: Task) => number | null = ({ expectedMs }) => expectedMs,
): number | null {
  const state = createScheduleState(plan);
  const running: { readonly task: Task; readonly endsAt: number }[] = [];
  for (let now = 0; ;) {
    const move = nextMove(state);
    switch (move.kind) {
      case 'done':
        return now;
      case 'settle':
        markEnded(state, move.task, move.outcome);
        break;
      case 'start': {
        const ms = durationOf(move.task);
        if (ms === null) return null;
        markStarted(state, move.task);
        running.push({ task: move.task, endsAt: now + ms });
        break;
      }
      case 'wait': {
        running.sort((a, b) => b.endsAt - a.endsAt);
        const next = running.pop();
        if (next === undefined) return now;
        now = next.endsAt;
        markEnded(state, next.task, { kind: 'passed' });
      }
    }
  }
}
