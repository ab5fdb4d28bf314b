import type { AttemptCause, ToldTest } from '../model/event.ts';
import type { Problem, TestId, TestResult, Totals } from '../model/test.ts';
import type { FailedTest, TaskRecord } from './run-state.ts';
import { addTest, emptyTotals, subtractTest } from './totals.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A task's record while it changes. Its maps are replaced, not changed: of thousands of tasks nearly all share the empty one. So is the list of
 * attempts, since one that is added to keeps room for sixteen more.
 */
export interface OpenTask extends Mutable<TaskRecord> {
  /** What the attempts before the one that is under way came to. */
  before: Totals;
}

/** Enters tests into the records of their tasks, with limits that hold for the whole run. */
export interface TestRecords {
  beginAttempt(task: OpenTask, attempt: number, cause: AttemptCause): void;
  /** `replaces`: as the test was told before in this attempt. */
  add(task: OpenTask, attempt: number, test: TestResult, replaces?: ToldTest): void;
}

/** What the maps of a task are until something is put into them. */
export const noEntries: ReadonlyMap<string, never> = new Map<string, never>();

const maxFailures = 1000;
const maxFlaky = 200;
const maxQuarantined = 200;
const maxReasons = 20;
const maxDetails = 8 * 1024;
const maxMessage = 4 * 1024;

/** Starts with room for 1000 failures, 200 flaky tests and 200 in quarantine. */
export function createTestRecords(): TestRecords {
  let [failuresKept, flakyKept, quarantinedKept] = [0, 0, 0];

  const forget = (task: OpenTask, keys: readonly string[]): void => {
    const gone = new Set(keys);
    const left = [...task.failures].filter(([key]) => !gone.has(key));
    failuresKept -= task.failures.size - left.length;
    if (gone.size > 0) task.failures = new Map(left);
    task.testsFailed = task.failuresOmitted > 0 || [...task.failures.values()].some(isOfTest);
  };
  const beginAttempt = (task: OpenTask, attempt: number, cause: AttemptCause): void => {
    if (attempt <= task.attempt) return;
    const isRepeated = cause === 'service-restart';
    // Superseded is what runner made up about the attempt before, and all of one whose service died; but nothing by a further repetition.
    forget(
      task,
      [...task.failures].flatMap(([key, failure]) =>
        (failure.synthetic && task.task.repeat === undefined) || (isRepeated && failure.attempt === task.attempt)
          ? [key]
          : [],
      ),
    );
    if (!isRepeated) task.before = totalsBefore(task, cause);
    task.totals = task.before;
    task.notRun = noEntries;
    task.running = null;
    task.attempt = attempt;
  };
  const keepQuarantined = (task: OpenTask, key: string, test: TestResult): void => {
    if (test.quarantined === undefined) return;
    if (!task.quarantined.has(key)) {
      if (quarantinedKept >= maxQuarantined) return;
      quarantinedKept += 1;
    }
    const { id, line, status, quarantined } = test;
    const kept = { id, line, passed: status === 'passed', ...quarantined, problems: cutProblems(test) };
    task.quarantined = new Map(task.quarantined).set(key, kept);
  };
  const add: TestRecords['add'] = (task, attempt, test, replaces) => {
    const key = testKey(test.id);
    const known = task.failures.get(key);
    if (task.running !== null && testKey(task.running) === key) task.running = null;
    beginAttempt(task, attempt, 'retry');
    const told = replaces ?? (known !== undefined && known.attempt < attempt ? known : undefined);
    task.totals = addTest(told === undefined ? task.totals : subtractTest(task.totals, told), test);
    task.ran += test.synthetic || (test.status === 'skipped' && test.quarantined === undefined) ? 0 : 1;
    keepQuarantined(task, key, test);
    if (test.notRun === true && test.status === 'skipped') task.notRun = withReason(task.notRun, test.skipReason ?? '');
    if (test.flaky === true && flakyKept < maxFlaky && !task.flaky.has(key)) {
      flakyKept += 1;
      task.flaky = new Map(task.flaky).set(key, {
        ...{ id: test.id, line: test.line, attempt },
        problems: known?.problems ?? [],
      });
    }
    if (test.status === 'passed' || test.status === 'skipped') {
      if (known !== undefined) forget(task, [key]);
      return;
    }
    task.testsFailed ||= isOfTest(test);
    if (!task.failures.has(key)) {
      if (failuresKept >= maxFailures) {
        if (replaces?.status !== 'failed' && replaces?.status !== 'error') task.failuresOmitted += 1;
        return;
      }
      failuresKept += 1;
    }
    task.failures = new Map(task.failures).set(key, failedTest(test, attempt));
  };
  return { beginAttempt, add };
}

/** Names one test within its task. */
export function testKey(id: TestId): string {
  return `${id.file ?? ''}\0${id.className}\0${id.name}`;
}

/** What an attempt leaves to the next: all of it when its report was whole, or else, and where all runs again, its failures. */
function totalsBefore({ attempts, totals, failures }: OpenTask, cause: AttemptCause): Totals {
  if (attempts.at(-1)?.outcome.kind === 'tests-failed' && cause !== 'repeat') return totals;
  return [...failures.values()].reduce((sum, failure) => addTest(sum, failure), emptyTotals);
}

/** It says something of the code: runner did not make it up, and the test ran to its end. */
export function isOfTest({ synthetic, cutOff }: Pick<TestResult, 'synthetic' | 'cutOff'>): boolean {
  return !synthetic && cutOff !== true;
}

function withReason(counts: ReadonlyMap<string, number>, reason: string): ReadonlyMap<string, number> {
  const known = counts.has(reason) || counts.size < maxReasons ? reason : 'other reasons';
  return new Map(counts).set(known, (counts.get(known) ?? 0) + 1);
}

function failedTest(test: TestResult, attempt: number): FailedTest {
  const problems = cutProblems(test);
  const { id, status, synthetic, line, durationMs, cutOff, failedRepetitions } = test;
  return {
    ...{ id, status, synthetic, line, attempt, durationMs, problems },
    ...(cutOff === undefined ? {} : { cutOff }),
    ...(failedRepetitions === undefined ? {} : { failedRepetitions }),
  };
}

function cutProblems({ problems }: TestResult): readonly Problem[] {
  return problems.map((problem) => ({
    ...problem,
    message: cut(problem.message, maxMessage),
    details: cut(problem.details, maxDetails),
  }));
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)} ...[cut]`;
}
