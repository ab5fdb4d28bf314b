import { join } from 'node:path';
import type { EventBody, RunEvent } from '../../src/model/event.ts';
import { createHistoryReporter } from '../../src/history/reporter.ts';
import { readHistory } from '../../src/history/open.ts';
import type { Database } from '../../src/history/sqlite.ts';
import type { HistoryLimits } from '../../src/model/settings.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Task } from '../../src/model/plan.ts';
import type { TestResult } from '../../src/model/test.ts';
import { createPlan, createTask, createTest, finishEvent, startEvent, taskEvents } from './run-events.ts';

export const manyRuns: HistoryLimits = { runs: 1000, days: 10_000, bytes: 1_000_000_000 };

/** A test of a file that takes so long. */
export function timedTest(
  file: string,
  name: string,
  durationMs: number,
  changes: Partial<TestResult> = {},
): TestResult {
  return createTest(name, { id: { file, className: file.replaceAll('/', '.'), name }, durationMs, ...changes });
}

export interface RunSketch {
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly at?: number;
  readonly tasks: readonly {
    readonly task: Task;
    readonly events: readonly EventBody[];
  }[];
  readonly origin?: Extract<EventBody, { type: 'run-started' }>['origin'];
  readonly between?: readonly EventBody[];
}

/** A task that ran once over its files, with these tests. */
export function ranOnce(
  id: string,
  tests: readonly TestResult[],
  { outcome = { kind: 'passed' }, ...changes }: Partial<Task> & { readonly outcome?: Outcome } = {},
): RunSketch['tasks'][number] {
  const files = [...new Set(tests.flatMap((test) => test.id.file ?? []))];
  return { task: createTask(id, { files, ...changes }), events: taskEvents(id, tests, outcome) };
}

export const start = Date.UTC(2026, 7, 20, 10);

export function eventsOf({ runId, at = start, tasks, origin, between = [] }: RunSketch): readonly RunEvent[] {
  const plan = createPlan(tasks.map(({ task }) => task));
  const started = { ...startEvent(plan, null, runId), ...(origin === undefined ? {} : { origin }) };
  const bodies: readonly EventBody[] = [
    started,
    ...between,
    ...tasks.flatMap(({ events }) => events),
    finishEvent('passed'),
  ];
  return bodies.map((body) => ({ ...body, at }));
}

/** Records the run of these events; resolves to the warnings. */
export async function record(
  path: string,
  events: readonly RunEvent[],
  options: { readonly owned?: boolean; readonly limits?: HistoryLimits; readonly parts?: readonly string[] } = {},
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const reporter = createHistoryReporter({
    place: { path, owned: options.owned ?? true },
    limits: options.limits ?? manyRuns,
    describe: ({ kind }) => `because ${kind}`,
    warn: (message) => warnings.push(message.replaceAll(join(path, '..'), '<folder>')),
    ...(options.parts === undefined ? {} : { parts: options.parts }),
  });
  for (const event of events) reporter.onEvent(event);
  await reporter.close?.();
  return warnings;
}

/** What a history holds; fails when it cannot be read. */
export function look<T>(path: string, use: (db: Database) => T): T {
  const result = readHistory({ path, owned: true }, use);
  if (result.kind !== 'read') throw new Error(JSON.stringify(result));
  return result.value;
}
