import type { RunEvent } from '../model/event.ts';
import type { Verdict } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { ReportCase } from '../model/report.ts';
import type { TestId, TestResult, TestStatus } from '../model/test.ts';
import type { Ledger } from './ledger.ts';
import { testKey } from './test-records.ts';

/** How each test of a run ended, to be held against those of another run. */
export interface RunResults {
  /** By suite and identity; where only a JUnit file is known, by class and name. */
  readonly tests: ReadonlyMap<string, ComparedTest>;
  /** Why tests may be absent that should be there; `null` = it is whole. */
  readonly incomplete: string | null;
}

export interface ComparedTest {
  readonly suite: string;
  readonly id: TestId;
  readonly status: 'passed' | 'failed' | 'skipped' | 'not-run';
  /** `null` = not known of this run. */
  readonly durationMs: number | null;
  /** Of a failure. */
  readonly message: string;
}

/** Collects the results of one run from its events (of all its shards) or its JUnit files. */
export interface ResultsCollector {
  event(event: RunEvent): void;
  reported(reported: ReportCase): void;
  /** What passed in the runs that this one was a rerun of. */
  earlier(ledger: Ledger): void;
  damage(problem: string): void;
  results(): RunResults;
}

/** Holds the identity of each test. */
export function createResultsCollector(): ResultsCollector {
  const tests = new Map<string, Entry>();
  const tasks = new Map<string, Task>();
  const counts = new Map<string, number>();
  let [problem, isLog]: [string | null, boolean] = [null, false];
  let verdict: Verdict | null = null;

  const add = (key: string, entry: Entry): void => {
    const known = tests.get(key);
    // Within a task the last result counts; of two tasks that ran a test, the worse.
    if (known === undefined || known.task === entry.task || isWorse(entry, known)) tests.set(key, entry);
  };
  return {
    event(event) {
      isLog = true;
      if (event.type === 'run-started') for (const task of event.plan.tasks) tasks.set(task.id, task);
      if (event.type === 'task-claimed') tasks.set(event.task, event.planned);
      if (event.type === 'run-finished') verdict = event.verdict;
      if (event.type !== 'test-finished') return;
      const { test } = event;
      // What runner made up in place of a skipped task is no test, nor is a crash that a retry got over; in place of a failure, it is one.
      if (test.synthetic && (test.status === 'skipped' || test.status === 'passed')) return;
      const suite = test.synthetic ? '' : (tasks.get(event.task)?.suite ?? '');
      add(`${suite}\0${testKey(test.id)}`, { ...comparedTest(suite, test), task: event.task });
    },
    reported({ className, name, file, status, durationMs, problems, suites }) {
      const key = `${className ?? suites.join('.')}\0${name}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      const id = { file, className: className ?? suites.join('.'), name };
      const entry = { suite: '', id, durationMs, message: problems[0]?.message ?? '', task: '' };
      add(`${key}\0${count}`, { ...entry, status: statusOf(status) });
    },
    earlier(ledger) {
      for (const [suite, files] of ledger.suites)
        for (const known of files.values())
          for (const [key, { id, standing }] of known.tests) {
            if (standing !== 'passing' || tests.has(`${suite}\0${key}`)) continue;
            tests.set(`${suite}\0${key}`, { suite, id, status: 'passed', durationMs: null, message: '', task: '' });
          }
    },
    damage(text) {
      problem ??= text;
    },
    results: () => ({ tests, incomplete: problem ?? (isLog ? incompleteBy(verdict) : null) }),
  };
}

/** The tests of a log under the names that its JUnit file gives them. */
export function asReported({ tests, incomplete }: RunResults): RunResults {
  const renamed = new Map<string, ComparedTest>();
  const counts = new Map<string, number>();
  for (const test of tests.values()) {
    const className = [test.suite, test.id.className].filter((part) => part !== '').join('.');
    const key = `${className}\0${test.id.name}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    renamed.set(`${key}\0${count}`, { ...test, suite: '', id: { ...test.id, className } });
  }
  return { tests: renamed, incomplete };
}

interface Entry extends ComparedTest {
  readonly task: string;
}

function comparedTest(suite: string, { id, status, notRun, durationMs, problems }: TestResult): ComparedTest {
  const compared = notRun === true ? 'not-run' : statusOf(status);
  return { suite, id, status: compared, durationMs, message: problems[0]?.message ?? '' };
}

function statusOf(status: TestStatus): ComparedTest['status'] {
  return status === 'error' ? 'failed' : status;
}

const fromWorst: readonly ComparedTest['status'][] = ['failed', 'not-run', 'passed', 'skipped'];

function isWorse(one: Entry, other: Entry): boolean {
  return fromWorst.indexOf(one.status) < fromWorst.indexOf(other.status);
}

function incompleteBy(verdict: Verdict | null): string | null {
  if (verdict === null) return 'it did not finish';
  return verdict === 'passed' || verdict === 'failed' ? null : `it ended as ${verdict}`;
}
