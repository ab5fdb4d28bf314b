import { expect, it } from 'vitest';
import { asciiSigns } from '../../../src/base/ascii.ts';
import { createStyle } from '../../../src/base/style.ts';
import type { EventBody } from '../../../src/model/event.ts';
import { createLiveState } from '../../../src/reporters/live-state.ts';
import { slotStatusLines } from '../../../src/reporters/slot-status.ts';
import { planOf, started, startedAt, task, taskEvents, test, timed } from './run-fixture.ts';

const plan = planOf([
  task('unit/node', { expectedMs: 2000 }),
  task('unit/vitest', { expectedMs: 40_000 }),
  task('e2e/pytest', { expectedMs: 20_000 }),
]);
const events: readonly EventBody[] = [
  started(plan),
  ...taskEvents('unit/node', { kind: 'passed' }, [test('adds')]),
  { type: 'task-started', task: 'unit/vitest', slot: 1 },
  { type: 'attempt-started', task: 'unit/vitest', attempt: 2, command: [], cwd: '.', log: 'logs/unit/vitest/2.log' },
  { type: 'test-started', task: 'unit/vitest', attempt: 2, test: test('renders').id, collected: 9 },
  { type: 'task-started', task: 'e2e/pytest', slot: 0 },
  { type: 'service-changed', service: 'db', generation: 1, change: { kind: 'starting', provider: 'process' } },
];

function statusOf(width: number): string {
  const state = createLiveState();
  for (const event of timed(events)) state.fold(event);
  const lastLines = new Map([['unit/vitest', '\u001b[31m✓ src/a.test.ts\u001b[0m (1 test) 5ms']]);
  return slotStatusLines(state, { style: createStyle(false), width, now: startedAt + 21_000, lastLines }).join('\n');
}

it('says of each slot what it runs, since when, how far that is and what it printed last', () => {
  expect(statusOf(80)).toMatchInlineSnapshot(`
    "      STATUS 1/3 tasks done after 21.0s, about 25.0s left, 2 of 4 slots busy
          slot 0 e2e/pytest  for 12.0s
                 it has printed nothing yet
          slot 1 unit/vitest  for 14.0s, attempt 2, 0/9 tests, renders
                 > ✓ src/a.test.ts (1 test) 5ms
         SERVICE db is starting"
  `);
  expect(statusOf(200)).toBe(statusOf(80));
});

it('keeps to a narrow terminal', () => {
  expect(statusOf(40)).toMatchInlineSnapshot(`
    "      STATUS 1/3 tasks done after 21.0s…
          slot 0 e2e/pytest  for 12.0s
                 it has printed nothing yet
          slot 1 unit/vitest  for 14.0s, at…
                 > ✓ src/a.test.ts (1 test)…
         SERVICE db is starting"
  `);
});

it('writes its own signs in ASCII and leaves those of tests alone', () => {
  expect(asciiSigns('✔ unit  1 passed  · tést …')).toBe('+ unit  1 passed  - tést ...');
});
