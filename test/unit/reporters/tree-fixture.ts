import type { EventBody } from '../../../src/model/event.ts';
import type { Reporter } from '../../../src/ports.ts';
import { createTreeReporter } from '../../../src/reporters/terminal.ts';
import { createFakeTerminal } from './fake-terminal.ts';
import type { FakeTerminal } from './fake-terminal.ts';
import { failedTest, planOf, started, task, taskEvents, test, timed } from './run-fixture.ts';

/** Three categories, of which one was never measured. */
export const plan = planOf([
  task('unit/node/1', { expectedMs: 4000 }),
  task('unit/vitest', { expectedMs: 6000 }),
  task('integration/node', { expectedMs: 30_000 }),
  task('e2e/pytest'),
]);

/** One task of it has failed and two are running. */
export const halfway: readonly EventBody[] = [
  started(plan),
  ...taskEvents('unit/node/1', { kind: 'tests-failed' }, [test('adds'), failedTest('divides')]),
  { type: 'task-started', task: 'unit/vitest', slot: 0 },
  { type: 'task-started', task: 'integration/node', slot: 1 },
  { type: 'test-started', task: 'integration/node', attempt: 1, test: test('stores a message').id },
];

export interface OpenTree {
  readonly terminal: FakeTerminal;
  readonly reporter: Reporter;
  readonly emit: (bodies: readonly EventBody[]) => void;
}

/** The tree on a terminal in memory. */
export function openTree(
  columns: number,
  rows: number,
  change: { readonly quiet?: boolean; readonly color?: boolean } = {},
): OpenTree {
  const terminal = createFakeTerminal(columns, rows);
  const reporter = createTreeReporter({
    stream: terminal.stream,
    color: false,
    verbose: false,
    quiet: false,
    reportsDir: 'reports',
    ...change,
  });
  const emit = (bodies: readonly EventBody[]): void => {
    for (const event of timed(bodies)) reporter.onEvent(event);
  };
  return { terminal, reporter, emit };
}
