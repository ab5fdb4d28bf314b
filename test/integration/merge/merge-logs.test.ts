import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { merge } from '../../../src/commands/merge.ts';
import type { MergeResult } from '../../../src/commands/merge.ts';
import type { EventBody, Shard } from '../../../src/model/event.ts';
import { createEventsReporter } from '../../../src/reporters/events.ts';
import { createFanOut } from '../../../src/reporters/fan-out.ts';
import { createJsonReporter } from '../../../src/reporters/json.ts';
import { createJunitReporter } from '../../../src/reporters/junit.ts';
import {
  createPlan,
  createTask,
  createTest,
  finishEvent,
  startEvent,
  taskEvents,
  timed,
} from '../../support/run-events.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'runner-merge-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** Writes the reports that a run with these events would leave. */
async function run(folder: string, bodies: readonly EventBody[]): Promise<void> {
  const dir = join(cwd, folder);
  const reporters = createFanOut(
    [
      { name: 'events', reporter: createEventsReporter({ path: join(dir, 'events.jsonl') }) },
      { name: 'junit', reporter: createJunitReporter({ path: join(dir, 'junit.xml'), spoolDir: join(dir, 'spool') }) },
      { name: 'json', reporter: createJsonReporter({ path: join(dir, 'summary.json') }) },
    ],
    (_name, error) => {
      throw error;
    },
  );
  for (const event of timed(bodies)) reporters.onEvent(event);
  await reporters.close();
}

function mergeAll(...paths: readonly string[]): Promise<MergeResult> {
  return merge({ paths, cwd, reportsDir: join(cwd, 'merged') });
}

const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
const suites = (): readonly string[] =>
  [...read('merged/junit.xml').matchAll(/<testsuite name="([^"]*)"/g)].map((match) => match[1] ?? '');

const tasks = ['unit/a', 'unit/b', 'e2e/c'].map((id) => createTask(id));
const plan = createPlan(tasks);
const passed = { kind: 'passed' } as const;
const done = (id: string): readonly EventBody[] => taskEvents(id, [createTest(`${id} works`)], passed);
const shardRun = (shard: Shard, ids: readonly string[], by = plan): readonly EventBody[] => [
  startEvent(by, shard, `run-${shard.index}`),
  ...ids.flatMap(done),
  finishEvent('passed'),
];

describe('one event log', () => {
  const failing = taskEvents('e2e/c', [createTest('bad', { status: 'failed' })], { kind: 'tests-failed' });
  const whole = [startEvent(plan), ...done('unit/b'), ...done('unit/a'), ...failing, finishEvent('failed')];

  test('gives the report and the exit code of its run, byte for byte', async () => {
    await run('reports', whole);
    const result = await mergeAll('reports');
    expect(read('merged/junit.xml')).toBe(read('reports/junit.xml'));
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(result.text).toContain('Merged 1 event log: 3 tests: 2 passed, 1 failed (failed)');
    const summary: unknown = JSON.parse(read('merged/summary.json'));
    expect(summary).toMatchObject({
      verdict: 'failed',
      totals: { tests: 3 },
      tasks: [{ log: '../reports/logs/unit/a/1.log' }, {}, {}],
    });
  });

  test('may be merged into the folder it is in', async () => {
    await run('reports', whole);
    const before = read('reports/junit.xml');
    const result = await merge({ paths: ['reports'], cwd, reportsDir: join(cwd, 'reports') });
    expect(result.exitCode).toBe(1);
    expect(read('reports/junit.xml')).toBe(before);
  });

  test('whose run was killed is incomplete, and a torn last line is no damage', async () => {
    await run('reports', [startEvent(plan), ...done('unit/a')]);
    appendFileSync(join(cwd, 'reports/events.jsonl'), '{"type":"task-fin');
    const result = await mergeAll('reports');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toContain('2 of 3 tasks have no result: unit/b, e2e/c');
    expect(JSON.parse(read('merged/summary.json'))).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
  });

  test('whose run was killed after its last task is whole', async () => {
    await run('reports', [startEvent(plan), ...tasks.flatMap(({ id }) => done(id))]);
    expect(await mergeAll('reports')).toMatchObject({ verdict: 'passed', exitCode: 0 });
  });

  test('with garbage in the middle is damaged, and names the line', async () => {
    await run('reports', [startEvent(plan), ...tasks.flatMap(({ id }) => done(id)), finishEvent('passed')]);
    const [first = '', ...others] = read('reports/events.jsonl').split('\n');
    writeFileSync(join(cwd, 'reports/events.jsonl'), [first, 'garbage', ...others].join('\n'));
    const result = await mergeAll('reports');
    expect(result).toMatchObject({ verdict: 'infrastructure', exitCode: 3 });
    expect(result.text).toContain('line 2 is no event');
  });

  test('that is empty is damaged', async () => {
    writeFileSync(join(cwd, 'events.jsonl'), '');
    const result = await mergeAll('events.jsonl');
    expect(result.exitCode).toBe(3);
    expect(result.text).toContain('it holds no run');
  });
});

describe('the logs of several shards', () => {
  test('are one run when every task ran in one of them', async () => {
    await run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    await run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    const result = await mergeAll('two', 'one');
    expect(result).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(suites()).toEqual(['unit/a', 'unit/b', 'e2e/c']);
    expect(read('merged/junit.xml')).toContain('<property name="shard" value="2/2"/>');
  });

  test('give the same whatever the order they are named in', async () => {
    await run('x', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    await run('y', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    await mergeAll('x', 'y');
    const before = read('merged/junit.xml');
    await mergeAll('y', 'x');
    expect(read('merged/junit.xml')).toBe(before);
  });

  test('are incomplete when a shard is missing, and it is named', async () => {
    await run('one', shardRun({ index: 1, total: 3 }, ['unit/a']));
    await run('three', shardRun({ index: 3, total: 3 }, ['unit/b', 'e2e/c']));
    const result = await mergeAll('one', 'three');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toContain('shard 2/3 is missing');
  });

  test('are incomplete when a task ran in none of them', async () => {
    await run('one', shardRun({ index: 1, total: 2 }, ['unit/a']));
    await run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    expect(await mergeAll('one', 'two')).toMatchObject({ exitCode: 5 });
    expect(read('merged/junit.xml')).toContain('unit/b: was not run');
  });

  test('are incomplete when a task was counted twice, and both results are shown', async () => {
    await run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    await run('two', shardRun({ index: 2, total: 2 }, ['unit/b', 'e2e/c']));
    const result = await mergeAll('one', 'two');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toContain('counted twice: unit/b');
    expect(suites()).toEqual(['unit/a', 'unit/b [shard 1/2]', 'unit/b [shard 2/2]', 'e2e/c']);
  });

  test('may share a dependency, which is shown once for each', async () => {
    const shared = createPlan([createTask('unit/a', { role: 'dependency' }), createTask('e2e/b'), createTask('e2e/c')]);
    await run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'e2e/b'], shared));
    await run('two', shardRun({ index: 2, total: 2 }, ['unit/a', 'e2e/c'], shared));
    expect(await mergeAll('one', 'two')).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(suites()).toEqual(['unit/a [shard 1/2]', 'unit/a [shard 2/2]', 'e2e/b', 'e2e/c']);
  });

  test('fail when one failed, however incomplete the rest is', async () => {
    const failing = taskEvents('unit/a', [createTest('bad', { status: 'failed' })], { kind: 'tests-failed' });
    await run('one', [startEvent(plan, { index: 1, total: 3 }), ...failing, finishEvent('failed')]);
    expect(await mergeAll('one')).toMatchObject({ verdict: 'failed', exitCode: 1 });
  });

  test('count a copy of the same run once', async () => {
    await run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    await run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    cpSync(join(cwd, 'one'), join(cwd, 'copy'), { recursive: true });
    const result = await mergeAll('one', 'two', 'copy');
    expect(result.exitCode).toBe(0);
    expect(result.text).toContain('it is the run of');
    expect(suites()).toHaveLength(3);
  });

  test('say when their plans differ, since then only the number of shards can be checked', async () => {
    const [first, second] = [createPlan(tasks.slice(0, 1), 'p1'), createPlan(tasks.slice(1), 'p2')];
    await run('one', shardRun({ index: 1, total: 2 }, ['unit/a'], first));
    await run('two', shardRun({ index: 2, total: 2 }, ['unit/b', 'e2e/c'], second));
    const result = await mergeAll('one', 'two');
    expect(result.exitCode).toBe(0);
    expect(result.text).toContain('only their number can be checked');
  });

  test('keep the damage of one that is empty, and the results of the others', async () => {
    await run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b', 'e2e/c']));
    mkdirSync(join(cwd, 'two'));
    writeFileSync(join(cwd, 'two/events.jsonl'), '');
    expect(await mergeAll('one', 'two')).toMatchObject({ verdict: 'infrastructure', exitCode: 3 });
    expect(suites()).toHaveLength(3);
  });
});

test('runs that have nothing to do with each other are merged side by side', async () => {
  await run('front', [
    startEvent(createPlan([createTask('unit/tests')], 'p1'), null, 'r1'),
    ...done('unit/tests'),
    finishEvent('passed'),
  ]);
  await run('back', [
    startEvent(createPlan([createTask('unit/tests')], 'p2'), null, 'r2'),
    ...done('unit/tests'),
    finishEvent('passed'),
  ]);
  expect(await mergeAll('front', 'back')).toMatchObject({ verdict: 'passed', exitCode: 0 });
  expect(suites()).toEqual(['unit/tests [run 1]', 'unit/tests [run 2]']);
});
