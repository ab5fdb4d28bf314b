import type { EventBody, RunEvent, Shard } from '../../src/model/event.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Plan, Task } from '../../src/model/plan.ts';
import type { TestResult } from '../../src/model/test.ts';
import { addTest, emptyTotals } from '../../src/results/totals.ts';

/** A task that needs nothing; `id` is `category/suite`. */
export function createTask(id: string, changes: Partial<Task> = {}): Task {
  const [category = id, suite = ''] = id.split('/');
  return {
    id,
    category,
    alsoIn: [],
    suite,
    framework: 'pytest',
    role: 'chosen',
    files: [],
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
    slowAfterMs: 30_000,
    missingService: 'skip',
    retries: 0,
    flaky: 'pass',
    expectedMs: null,
    settled: null,
    ...changes,
  };
}

export function createPlan(tasks: readonly Task[], id = 'plan-1'): Plan {
  const categories = [...new Set(tasks.map((task) => task.category))].map((name) => ({
    name,
    role: 'chosen' as const,
    priority: 'normal' as const,
    because: '--category',
    dependsOn: [],
    files: 1,
    tasks: 1,
    skip: null,
    empty: false,
    allowEmpty: false,
  }));
  const excluded = { pattern: 0, files: 0, suite: 0, category: 0, uncategorised: 0 };
  return { id, project: 'shop', environment: 'local', slots: 2, tasks, categories, excluded, selection: [] };
}

export function createTest(name: string, changes: Partial<TestResult> = {}): TestResult {
  const failed = changes.status === 'failed' || changes.status === 'error';
  return {
    id: { file: 'tests/test_a.py', className: 'tests.test_a', name },
    status: 'passed',
    synthetic: false,
    durationMs: 12.5,
    line: 7,
    problems: failed
      ? [{ kind: changes.status === 'failed' ? 'failure' : 'error', type: 'E', message: 'boom', details: 'at line 7' }]
      : [],
    skipReason: changes.status === 'skipped' ? 'not today' : null,
    stdout: null,
    stderr: null,
    ...changes,
  };
}

/** The events of one task that runs once. */
export function taskEvents(task: string, tests: readonly TestResult[], outcome: Outcome): readonly EventBody[] {
  const totals = tests.reduce(addTest, emptyTotals);
  const log = { path: `logs/${task}/1.log`, bytes: 10, truncated: false, tail: 'last line' };
  return [
    { type: 'task-started', task, slot: 1 },
    { type: 'attempt-started', task, attempt: 1, command: ['python3'], cwd: '.' },
    ...tests.map((test): EventBody => ({ type: 'test-finished', task, attempt: 1, test })),
    { type: 'attempt-finished', task, attempt: 1, cause: 'first', outcome, durationMs: 40, log, leaked: [] },
    { type: 'task-finished', task, outcome, totals, durationMs: 50 },
  ];
}

export function startEvent(plan: Plan, shard: Shard | null = null, runId = 'run-1'): EventBody {
  return { type: 'run-started', format: 1, runId, planId: plan.id, plan, shard };
}

export function finishEvent(verdict: Extract<EventBody, { type: 'run-finished' }>['verdict']): EventBody {
  return { type: 'run-finished', verdict, totals: emptyTotals, durationMs: 1234 };
}

/** Events one millisecond apart, from a fixed moment. */
export function timed(bodies: readonly EventBody[]): readonly RunEvent[] {
  return bodies.map((body, index) => ({ ...body, at: Date.UTC(2026, 7, 20, 10, 11, 12, 345) + index }));
}

/** Runs a text through a reader of bytes, in chunks of the given size. */
export async function* bytesOf(text: string | Uint8Array, chunkBytes = 1 << 16): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    yield await Promise.resolve(bytes.subarray(start, start + chunkBytes));
  }
}

/** Everything that a stream yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
