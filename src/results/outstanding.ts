import { guardSuite, tellsOfGuard } from '../base/guard-names.ts';
import type { RerunLink } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { TestId, TestResult } from '../model/test.ts';
import { scopeOf, wholeScope } from './ledger.ts';
import { testKey } from './test-records.ts';

/** What a rerun owed when it began and has not been seen to pass or to fail since. */
export interface Unseen {
  /** The run that it was a rerun of. */
  readonly runId: string;
  readonly tests: number;
  /** Files, or suites that are not made of files, of which it is not known what they owe. */
  readonly files: number;
  /** Some of them, for people. */
  readonly examples: readonly UnseenExample[];
}

export interface UnseenExample {
  readonly suite: string;
  readonly file: string;
  /** `null` = all of the file. */
  readonly test: TestId | null;
}

/** Follows what becomes of that. */
export interface OutstandingRecord {
  addTest(task: Task, test: TestResult): void;
  endTask(task: Task, outcome: Outcome): void;
  left(): Unseen;
}

const maxExamples = 20;

/** Begins with all that was outstanding when the run began. */
export function createOutstandingRecord(link: RerunLink, extraArgs: readonly string[]): OutstandingRecord {
  const tests = new Map<string, UnseenExample>();
  /** By suite and file, the selections under which it is owed. */
  const files = new Map<string, Set<string>>();
  for (const { suite, file, tests: owed, scope = wholeScope } of link.outstanding) {
    if (owed === null) files.set(keyOf(suite, file), (files.get(keyOf(suite, file)) ?? new Set()).add(scope));
    for (const id of owed ?? []) tests.set(keyOf(suite, testKey(id)), { suite, file, test: id });
  }
  const guards: TestResult[] = [];
  const endFile = (key: string, scope: string): void => {
    const scopes = files.get(key);
    scopes?.delete(scope);
    if (scopes?.size === 0 || scope === wholeScope) files.delete(key);
  };
  return {
    addTest({ suite, framework }, test) {
      if (framework === guardSuite && !test.synthetic) guards.push(test);
      const isSeen = test.status !== 'skipped' || test.quarantined !== undefined;
      if (isSeen && !test.synthetic) tests.delete(keyOf(suite, testKey(test.id)));
    },
    endTask(task, outcome) {
      if (outcome.kind !== 'passed' && outcome.kind !== 'tests-failed') return;
      if (task.framework === guardSuite)
        for (const [key, { suite, test }] of tests)
          if (suite === task.suite && test !== null && tellsOfGuard(guards, test)) tests.delete(key);
      if (files.size === 0) return;
      for (const file of task.files.length === 0 ? [''] : task.files) {
        endFile(keyOf(task.suite, file), scopeOf({ ...task, names: task.tests[file] ?? [], extraArgs }));
      }
    },
    left: () => ({ runId: link.runId, tests: tests.size, files: files.size, examples: examplesOf(files, tests) }),
  };
}

function examplesOf(
  files: ReadonlyMap<string, unknown>,
  tests: ReadonlyMap<string, UnseenExample>,
): readonly UnseenExample[] {
  const examples: UnseenExample[] = [];
  for (const key of files.keys()) {
    if (examples.length >= maxExamples) return examples;
    const [suite = '', file = ''] = key.split('\0');
    examples.push({ suite, file, test: null });
  }
  for (const example of tests.values()) {
    if (examples.length >= maxExamples) return examples;
    examples.push(example);
  }
  return examples;
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('\0');
}
