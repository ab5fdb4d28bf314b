import { finalReport } from '../../../src/reporters/final-report.ts';
import { createTestHighlights } from '../../../src/reporters/test-highlights.ts';
import { createRunRecord } from '../../../src/results/run-record.ts';
import type { RerunContext } from '../../../src/reporters/rerun-command.ts';
import type { EventBody, RunEvent } from '../../../src/model/event.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { Plan, Task } from '../../../src/model/plan.ts';
import type { TestResult, Totals } from '../../../src/model/test.ts';

/** 2026-01-31 12:00:00 UTC. */
export const startedAt = 1_769_860_800_000;

/** A task `category/suite/…` that is like any other. */
export function task(id: string, change: Partial<Task> = {}): Task {
  const [category = '', suite = ''] = id.split('/');
  return {
    id,
    category,
    alsoIn: [],
    suite,
    framework: 'node',
    role: 'chosen',
    files: [`tests/${id}.test.js`],
    tests: {},
    keyword: null,
    markers: null,
    priority: 'normal',
    dependsOn: [],
    after: [],
    conflicts: [],
    needs: [],
    locks: [],
    slots: 1,
    exclusive: false,
    timeoutMs: 60_000,
    slowAfterMs: 60_000,
    missingService: 'fail',
    retries: 0,
    flaky: 'pass',
    expectedMs: null,
    settled: null,
    ...change,
  };
}

/** A plan of these tasks, its categories in their order. */
export function planOf(tasks: readonly Task[], change: Partial<Plan> = {}): Plan {
  return {
    id: 'a1b2c3',
    project: 'chat-platform',
    environment: 'local',
    slots: 4,
    tasks,
    categories: [...new Set(tasks.map(({ category }) => category))].map((name) => ({
      name,
      role: 'chosen',
      priority: 'normal',
      because: '--category',
      dependsOn: [],
      files: 1,
      tasks: 1,
      skip: null,
      empty: false,
      allowEmpty: false,
    })),
    excluded: { pattern: 0, files: 0, suite: 0, category: 0, uncategorised: 0 },
    selection: [],
    ...change,
  };
}

/** A passed test, unless said otherwise. */
export function test(name: string, change: Partial<TestResult> = {}): TestResult {
  return {
    id: { file: 'tests/a.test.js', className: 'a', name },
    status: 'passed',
    synthetic: false,
    durationMs: 5,
    line: null,
    problems: [],
    skipReason: null,
    stdout: null,
    stderr: null,
    ...change,
  };
}

/** A test that failed with this message; its stack says where. */
export function failedTest(name: string, change: Partial<TestResult> = {}): TestResult {
  return test(name, {
    status: 'failed',
    line: 12,
    problems: [
      {
        kind: 'failure',
        type: 'AssertionError',
        message: 'expected 1 to be 2',
        details: 'AssertionError: expected 1 to be 2\n    at tests/a.test.js:12:10\n    at node:internal/test:1:1',
      },
    ],
    ...change,
  });
}

export function totals(change: Partial<Totals> = {}): Totals {
  const sum = { passed: 0, failed: 0, errors: 0, skipped: 0, ...change };
  return { durationMs: 0, tests: sum.passed + sum.failed + sum.errors + sum.skipped, ...sum };
}

export function started(plan: Plan): EventBody {
  return { type: 'run-started', format: 1, runId: 'r-1', planId: plan.id, plan, shard: null };
}

/** The events of one whole task: its tests, its only attempt with a log, its end. */
export function taskEvents(id: string, outcome: Outcome, tests: readonly TestResult[] = []): readonly EventBody[] {
  const count = (status: TestResult['status']): number => tests.filter((one) => one.status === status).length;
  return [
    { type: 'task-started', task: id, slot: 0 },
    { type: 'attempt-started', task: id, attempt: 1, command: ['node', '--test'], cwd: '.' },
    ...tests.map((one): EventBody => ({ type: 'test-finished', task: id, attempt: 1, test: one })),
    {
      type: 'attempt-finished',
      task: id,
      attempt: 1,
      cause: 'first',
      outcome,
      durationMs: 512,
      log: { path: `logs/${id}/1.log`, bytes: 10, truncated: false, tail: '' },
      leaked: [],
    },
    {
      type: 'task-finished',
      task: id,
      outcome,
      durationMs: 512,
      totals: totals({
        passed: count('passed'),
        failed: count('failed'),
        errors: count('error'),
        skipped: count('skipped'),
      }),
    },
  ];
}

/** The events one second apart. */
export function timed(bodies: readonly EventBody[]): readonly RunEvent[] {
  return bodies.map((body, index) => ({ ...body, at: startedAt + index * 1000 }));
}

/** As where `runner` is on the PATH and the run was started at the root without further options. */
export const plainRerun: RerunContext = {
  program: ['runner'],
  options: [],
  extraArgs: [],
  pathFor: (file) => file,
  ownersOf: () => [],
};

/** The report at the end of a run of these events. */
export function report(
  bodies: readonly EventBody[],
  change: { readonly width?: number; readonly color?: boolean; readonly cwd?: string } = {},
  slowest = 0,
): string {
  const record = createRunRecord();
  const highlights = createTestHighlights(slowest);
  for (const event of timed(bodies)) {
    record.apply(event);
    highlights.fold(event);
  }
  const options = {
    color: false,
    width: 80,
    reportsDir: 'reports',
    reports: ['reports/junit.xml', 'reports/summary.json'],
    rerun: plainRerun,
  };
  return finalReport(record.state, highlights, { ...options, ...change });
}
