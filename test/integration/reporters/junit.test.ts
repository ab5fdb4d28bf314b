import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBody, Shard } from '../../../src/model/event.ts';
import { createJsonReporter } from '../../../src/reporters/json.ts';
import { createJunitReporter } from '../../../src/reporters/junit.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { createRunRecord } from '../../../src/results/run-record.ts';
import { unfinishedTests } from '../../../src/results/unfinished.ts';
import { emptyTotals } from '../../../src/results/totals.ts';
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

const schema = join(import.meta.dirname, '../../../docs/junit.xsd');
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-junit-'));
  path = join(folder, 'junit.xml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function write(bodies: readonly EventBody[]): Promise<string> {
  const reporter = createJunitReporter({ path, spoolDir: join(folder, 'spool') });
  for (const event of timed(bodies)) reporter.onEvent(event);
  await reporter.close?.();
  return readFileSync(path, 'utf8');
}

/** As a run's log is replayed that was killed after these events. */
function writeKilled(bodies: readonly EventBody[]): Promise<string> {
  const record = createRunRecord();
  for (const event of timed(bodies)) record.apply(event);
  const unfinished = unfinishedTests(record.state).map((one): EventBody => ({ type: 'test-finished', ...one }));
  return write([...bodies, ...unfinished]);
}

async function names(): Promise<readonly string[]> {
  const items = await collect(readJunit(createReadStream(path)));
  return items.map((item) =>
    item.kind === 'case' ? `${item.case.status} ${item.case.className ?? ''}::${item.case.name}` : item.kind,
  );
}

function expectValid(): void {
  if (!hasXmllint) return;
  const checked = spawnSync('xmllint', ['--noout', '--schema', schema, path], { encoding: 'utf8' });
  expect(checked.stderr).toBe(`${path} validates\n`);
}

test.skipIf(!hasXmllint)('xmllint (libxml2-utils) is there to check every report below against docs/junit.xsd', () => {
  expect(hasXmllint).toBe(true);
});

const [backend, web, e2e] = [
  createTask('unit/backend'),
  createTask('unit/web'),
  createTask('e2e/browser', { alsoIn: ['smoke'] }),
];
const plan = createPlan([backend, web, e2e]);
const crashed = { kind: 'crashed', exit: { kind: 'code', code: 3 } } as const;
const synthetic = createTest('browser: crashed with exit code 3', {
  id: { file: null, className: '[runner]', name: 'browser: crashed with exit code 3' },
  status: 'error',
  synthetic: true,
  line: null,
  durationMs: 0,
  problems: [{ kind: 'error', type: 'crashed', message: 'exit 3', details: 'tail ]]> \u001B[31mred\u0007\nlines' }],
});
const run: readonly EventBody[] = [
  startEvent(plan),
  ...taskEvents(web.id, [createTest('w')], { kind: 'passed' }),
  ...taskEvents(e2e.id, [synthetic], crashed),
  ...taskEvents(
    backend.id,
    [
      createTest('ok'),
      createTest('bad', { status: 'failed', stdout: 'o\u0000', stderr: '\uD800' }),
      createTest('later', { status: 'skipped' }),
      createTest('same', { id: { file: 'a.py', className: 'm', name: 'same' } }),
      createTest('same', { id: { file: 'b.py', className: 'm', name: 'same' } }),
    ],
    { kind: 'tests-failed' },
  ),
  finishEvent('failed'),
];

describe('a finished run', () => {
  test('is one valid file with a suite per task, in the order of the plan', async () => {
    const xml = await write(run);
    expectValid();
    expect([...xml.matchAll(/<testsuite name="([^"]*)"/g)].map((match) => match[1])).toEqual([
      'unit/backend',
      'unit/web',
      'e2e/browser',
    ]);
    expect(xml).toContain('<testsuites name="shop" tests="7" failures="1" errors="1" skipped="1" time="1.234"');
    expect(xml).toContain('timestamp="2026-08-20T10:11:12.345+00:00"');
    expect(xml).toContain('<property name="alsoIn" value="smoke"/>');
    expect(xml).toContain('<property name="outcome" value="crashed"/>');
    expect(await names()).toEqual([
      'passed backend.tests.test_a::ok',
      'failed backend.tests.test_a::bad',
      'skipped backend.tests.test_a::later',
      'passed backend.m::same',
      'passed backend.m::same [2]',
      'passed web.tests.test_a::w',
      'error browser.[runner]::browser: crashed with exit code 3',
    ]);
    expect(readdirSync(folder)).toEqual(['junit.xml']);
  });

  test('counts the last result of a test in an attempt, and shows what earlier attempts did', async () => {
    const again = (attempt: number, status: 'failed' | 'passed' | 'error'): readonly EventBody[] => [
      { type: 'attempt-started', task: web.id, attempt, command: [], cwd: '.' },
      { type: 'test-finished', task: web.id, attempt, test: createTest('flaky', { status }) },
      { type: 'test-finished', task: web.id, attempt, test: createTest('stays', { status: 'failed' }) },
    ];
    const xml = await write([
      startEvent(createPlan([web])),
      { type: 'task-started', task: web.id, slot: 1 },
      ...again(1, 'passed'),
      ...again(1, 'error'),
      {
        type: 'test-finished',
        task: web.id,
        attempt: 1,
        test: { ...synthetic, id: { ...synthetic.id, name: 'gone' } },
      },
      ...again(2, 'passed'),
      { type: 'task-finished', task: web.id, outcome: { kind: 'tests-failed' }, totals: emptyTotals, durationMs: 1 },
    ]);
    expectValid();
    expect(await names()).toEqual(['passed web.tests.test_a::flaky', 'failed web.tests.test_a::stays']);
    expect(xml).toContain('<flakyError message="boom" type="E"><stackTrace>at line 7</stackTrace></flakyError>');
    expect(xml).toContain('<rerunFailure message="boom" type="E"><stackTrace>at line 7</stackTrace></rerunFailure>');
    expect(xml).toContain('<property name="attempts" value="2"/>');
  });
});

describe('a run that does not finish', () => {
  test('leaves a valid file that says so', async () => {
    createJunitReporter({ path, spoolDir: join(folder, 'spool') });
    expectValid();
    expect(await names()).toEqual(['error [runner]::run did not finish']);
  });

  test('shows, when it is replayed, what finished and what did not', async () => {
    await writeKilled([
      ...run.slice(0, 6),
      { type: 'task-started', task: e2e.id, slot: 1 },
      { type: 'test-finished', task: e2e.id, attempt: 1, test: createTest('half') },
    ]);
    expectValid();
    expect(await names()).toEqual([
      'error backend.[runner]::unit/backend: was not run',
      'passed web.tests.test_a::w',
      'passed browser.tests.test_a::half',
      'error browser.[runner]::e2e/browser: did not finish',
    ]);
  });

  test('of one shard says which shard it was', async () => {
    const shard: Shard = { index: 2, total: 3 };
    const xml = await write([startEvent(createPlan([web]), shard), ...run.slice(1, 6)]);
    expectValid();
    expect(await names()).toEqual(['passed web.tests.test_a::w']);
    expect(xml).toContain('<property name="shard" value="2/3"/>');
  });
});

test('10,000 tests of one task are one valid file, and equal names stay unique', async () => {
  const tests = Array.from({ length: 10_000 }, (_, index) =>
    createTest(`t${index % 5000}`, { id: { file: `${index}.py`, className: 'm', name: `t${index % 5000}` } }),
  );
  await write([startEvent(createPlan([web])), ...taskEvents(web.id, tests, { kind: 'passed' }), finishEvent('passed')]);
  expectValid();
  expect(new Set(await names()).size).toBe(10_000);
});

test('600 crashed tasks are one valid file', async () => {
  const tasks = Array.from({ length: 600 }, (_, index) => createTask(`unit/s${index}`));
  await write([startEvent(createPlan(tasks)), ...tasks.flatMap((task) => taskEvents(task.id, [synthetic], crashed))]);
  expectValid();
  expect(await names()).toHaveLength(600);
});

test('summary.json says what the run came to', async () => {
  const file = join(folder, 'summary.json');
  const reporter = createJsonReporter({ path: file, reports: () => ({}) });
  for (const event of timed(run)) reporter.onEvent(event);
  expect(existsSync(file)).toBe(false);
  await reporter.close?.();
  const summary: unknown = JSON.parse(readFileSync(file, 'utf8'));
  expect(summary).toMatchObject({
    schemaVersion: 1,
    runId: 'run-1',
    planId: 'plan-1',
    project: 'shop',
    verdict: 'failed',
    exitCode: 1,
    startedAt: '2026-08-20T10:11:12.345+00:00',
    totals: { tests: 7, passed: 4, failed: 1, errors: 1, skipped: 1 },
    categories: [
      { name: 'unit', tasks: 2, outcomes: { 'tests-failed': 1, passed: 1 } },
      { name: 'e2e', tasks: 1, outcomes: { crashed: 1 } },
    ],
    failures: [
      { task: 'unit/backend', name: 'bad', line: 7 },
      { task: 'e2e/browser', synthetic: true },
    ],
    failuresOmitted: 0,
  });
});
