import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEventsReporter } from '../../../src/reporters/events.ts';
import { readEvents } from '../../../src/reporters/read-events.ts';
import type { SkippedLine } from '../../../src/reporters/read-events.ts';
import {
  collect,
  createPlan,
  createTask,
  createTest,
  finishEvent,
  startEvent,
  taskEvents,
  timed,
} from '../../support/run-events.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-events-'));
  path = join(folder, 'deep/events.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const task = createTask('unit/backend');
const odd = createTest('line\u2028separator \n "quoted" \uD800');
const events = timed([
  startEvent(createPlan([task])),
  ...taskEvents(task.id, [odd], { kind: 'passed' }),
  finishEvent('passed'),
]);

async function read(): Promise<{ readonly types: readonly string[]; readonly skipped: readonly SkippedLine[] }> {
  const skipped: SkippedLine[] = [];
  const found = await collect(readEvents(path, (line) => skipped.push(line)));
  return { types: found.map((event) => event.type), skipped };
}

test('what is written is read back', async () => {
  const reporter = createEventsReporter({ path });
  for (const event of events) reporter.onEvent(event);
  await reporter.close?.();
  expect(await collect(readEvents(path))).toEqual(events);
});

test('an event is on disk shortly after it happened, without being closed', async () => {
  const reporter = createEventsReporter({ path });
  reporter.onEvent({ type: 'warning', message: 'soon', at: 1 });
  await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain('soon'));
  reporter.onEvent({ type: 'task-started', task: 'a', slot: 1, at: 2 });
  expect(readFileSync(path, 'utf8')).toContain('task-started');
  await reporter.close?.();
});

test('a log of an earlier run is not continued', async () => {
  for (const message of ['old', 'new']) {
    const reporter = createEventsReporter({ path });
    reporter.onEvent({ type: 'warning', message, at: 1 });
    await reporter.close?.();
  }
  expect(readFileSync(path, 'utf8')).not.toContain('old');
});

test('a torn last line is skipped as expected, garbage in the middle as damage', async () => {
  const reporter = createEventsReporter({ path });
  for (const event of events.slice(0, 3)) reporter.onEvent(event);
  await reporter.close?.();
  appendFileSync(path, 'garbage\n{"type":"unknown","at":1}\n{"type":"task-started","at":1}\n\n{"type":"warning","mess');
  const { types, skipped } = await read();
  expect(types).toEqual(['run-started', 'task-started', 'attempt-started']);
  expect(skipped).toEqual([
    { line: 4, torn: false },
    { line: 5, torn: false },
    { line: 6, torn: false },
    { line: 8, torn: true },
  ]);
});

test('a last line without its end that is whole is an event', async () => {
  createEventsReporter({ path });
  writeFileSync(path, '{"type":"warning","message":"w","at":1}');
  expect(await read()).toEqual({ types: ['warning'], skipped: [] });
});

test('a log of a later format is refused, and says so', async () => {
  createEventsReporter({ path });
  writeFileSync(path, `${JSON.stringify({ ...events[0], format: 2 })}\n`);
  await expect(read()).rejects.toThrow(/format 2; this version reads up to format 1/);
});

test('a log that cannot be created is told at once', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => createEventsReporter({ path: join(folder, 'file/events.jsonl') })).toThrow();
});
