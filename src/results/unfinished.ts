import type { TestResult } from '../model/test.ts';
import type { RunState, TaskRecord } from './run-state.ts';
import { testKey } from './test-records.ts';

/** What stands in every report for a task that has no outcome, because its run was killed or never came to it. */
export interface UnfinishedTest {
  readonly task: string;
  readonly attempt: number;
  readonly test: TestResult;
}

/** One error for each task without an outcome, those that were told already left out. */
export function unfinishedTests(state: RunState): readonly UnfinishedTest[] {
  return [...state.tasks.values()].flatMap((record) => {
    if (record.outcome !== null) return [];
    const test = describe(record);
    return record.failures.has(testKey(test.id)) ? [] : [{ task: record.task.id, attempt: record.attempt, test }];
  });
}

function describe({ task, startedAt, running }: TaskRecord): TestResult {
  if (startedAt === null) return runnerError(`${task.id}: was not run`, 'The run ended before this task. Run it again');
  const where = running === null ? 'in the middle of this task' : `while ${running.name} ran`;
  const why = `The run ended ${where}; the tests of this task up to then are listed. Run it again`;
  return runnerError(`${task.id}: did not finish`, why);
}

function runnerError(name: string, message: string): TestResult {
  return {
    id: { file: null, className: '[runner]', name },
    status: 'error',
    synthetic: true,
    durationMs: 0,
    line: null,
    problems: [{ kind: 'error', type: 'runner', message, details: '' }],
    skipReason: null,
    stdout: null,
    stderr: null,
  };
}
