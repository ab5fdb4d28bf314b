import { bracketSeconds, oneLine } from '../base/text.ts';
import type { RunEvent } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { TestResult } from '../model/test.ts';
import type { TaskRecord } from '../results/run-state.ts';
import { isOfTest } from '../results/test-records.ts';
import { countsText, isEmptyByFilter, outcomeReason } from './describe.ts';
import type { LiveState } from './live-state.ts';

type TaskFinished = Extract<RunEvent, { type: 'task-finished' }>;

/** How a task ended, on one line: duration, how many tasks have ended, counts, and why where that is not plain. */
export function taskText(event: TaskFinished, state: LiveState): string {
  const total = String(state.run.tasks.size);
  const counter = `(${String(state.finished).padStart(total.length)}/${total})`;
  const record = state.run.tasks.get(event.task);
  const reason = shortReason(event.outcome, record, state);
  // What stands for a task that did not run is no test to count.
  const counts = event.totals.tests === 0 || event.outcome.kind === 'skipped' ? '' : `  ${countsText(event.totals)}`;
  return `${bracketSeconds(event.durationMs)} ${counter} ${oneLine(event.task)}${counts}${reason === '' ? '' : `  ${reason}`}`;
}

/** What stands above already, said by the service or by the error that runner made of the outcome, is not said again. */
function shortReason(outcome: Outcome, record: TaskRecord | undefined, state: LiveState): string {
  if (record !== undefined && isEmptyByFilter(record.task, outcome)) return 'none of its tests matches';
  if (outcome.kind === 'service-failed' && isDown(outcome.service, state)) {
    return `service ${oneLine(outcome.service)} failed`;
  }
  const told = [...(record?.failures.values() ?? [])].some((failure) => !isOfTest(failure));
  return told && outcome.kind !== 'cancelled' && outcome.kind !== 'service-failed' ? '' : outcomeReason(outcome);
}

/** An error that the failing service has told already, once for all tasks that need it. */
export function isToldByService(test: TestResult, record: TaskRecord | undefined, state: LiveState): boolean {
  if (test.problems[0]?.type !== 'service-failed') return false;
  return record?.task.needs.some((service) => isDown(service, state)) === true;
}

function isDown(service: string, state: LiveState): boolean {
  const change = state.run.services.get(service)?.change;
  return change?.kind === 'failed' || change?.kind === 'unavailable';
}
