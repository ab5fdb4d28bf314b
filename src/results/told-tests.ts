import { plural } from '../base/text.ts';
import type { RunEvent } from '../model/event.ts';
import type { TestResult, Totals } from '../model/test.ts';
import { createTaskCases } from './task-cases.ts';
import type { TaskCases } from './task-cases.ts';

/** Holds what a log tells of the tests of each task against what the end of the task says. */
export interface ToldTests {
  /** What shows that lines of the log are lost, or do not belong to it; `null` = nothing. */
  apply(event: RunEvent): string | null;
}

/** Starts with nothing. Holds the tests of tasks that have not ended, without their texts. */
export function createToldTests(): ToldTests {
  const open = new Map<string, TaskCases>();
  const ended = new Set<string>();
  return {
    apply(told) {
      const [event, where] = told.type === 'elsewhere' ? [told.event, `${told.lease} `] : [told, ''];
      if (event.type === 'run-started') {
        // What is told before belongs to no run.
        open.clear();
        ended.clear();
      }
      if (!('task' in event)) return null;
      const key = where + event.task;
      if (event.type === 'task-claimed') {
        open.delete(key);
        ended.delete(key);
        return null;
      }
      if (event.type === 'task-finished') {
        const cases = open.get(key);
        open.delete(key);
        ended.add(key);
        return mismatch(event.task, event.totals, countsOf(cases));
      }
      if (event.type === 'test-finished' && ended.has(key)) return `${event.task} has a test after its end`;
      if (event.type !== 'attempt-started' && event.type !== 'test-finished') return null;
      const cases = open.get(key) ?? createTaskCases();
      open.set(key, cases);
      if (event.type === 'attempt-started') cases.startAttempt(event.attempt, event.cause ?? 'retry');
      else cases.add(event.attempt, withoutTexts(event.test));
      return null;
    },
  };
}

/** What decides how a test counts. */
function withoutTexts(test: TestResult): TestResult {
  if (test.problems.length === 0 && test.stdout === null && test.stderr === null) return test;
  const problems = test.problems.map(({ kind, type }) => ({ kind, type, message: '', details: '' }));
  return { ...test, problems, skipReason: null, stdout: null, stderr: null };
}

type Counts = Pick<Totals, 'tests' | 'passed' | 'failed' | 'errors' | 'skipped'>;

/** Counted in place, since a log may have millions. */
function countsOf(cases: TaskCases | undefined): Counts {
  const results = cases?.results() ?? [];
  const counts = { passed: 0, failed: 0, error: 0, skipped: 0 };
  for (const { result } of results) counts[result.status] += 1;
  const { error: errors, ...others } = counts;
  return { tests: results.length, ...others, errors };
}

const counted = ['passed', 'failed', 'errors', 'skipped'] as const;

function mismatch(task: string, said: Counts, told: Counts): string | null {
  if (said.tests !== told.tests) return `${task} ended with ${plural(said.tests, 'test')}, and ${told.tests} are in it`;
  const wrong = counted.find((name) => said[name] !== told[name]);
  return wrong === undefined ? null : `${task} ended with ${said[wrong]} ${wrong}, and ${told[wrong]} are in it`;
}
