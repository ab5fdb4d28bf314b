import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { merge } from '../../../src/commands/merge.ts';
import { createMergeRig, passingTask } from '../../support/merge-rig.ts';
import type { MergeRig } from '../../support/merge-rig.ts';
import { createPlan, createTask, createTest, finishEvent, startEvent, taskEvents } from '../../support/run-events.ts';

let rig: MergeRig;
beforeEach(() => {
  rig = createMergeRig();
});
afterEach(() => rig[Symbol.dispose]());

const tasks = ['unit/a', 'unit/b', 'e2e/c'].map((id) => createTask(id));
const plan = createPlan(tasks);

/** That of the first task, once more under another name. */
function withForeignTest(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => (line.includes('unit/a works') ? [line.replace('works', 'works too'), line] : [line]));
}

describe('one event log', () => {
  const failing = taskEvents('e2e/c', [createTest('bad', { status: 'failed' })], { kind: 'tests-failed' });
  const whole = [
    startEvent(plan),
    ...passingTask('unit/b'),
    ...passingTask('unit/a'),
    ...failing,
    finishEvent('failed'),
  ];

  test('gives the report and the exit code of its run, byte for byte', async () => {
    await rig.run('reports', whole);
    const result = await rig.merge('reports');
    expect(rig.read('merged/junit.xml')).toBe(rig.read('reports/junit.xml'));
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(result.text).toContain('Merged 1 event log: 3 tests: 2 passed, 1 failed (failed)');
    const summary: unknown = JSON.parse(rig.read('merged/summary.json'));
    expect(summary).toMatchObject({
      verdict: 'failed',
      totals: { tests: 3 },
      tasks: [{ log: '../reports/logs/unit/a/1.log' }, {}, {}],
    });
  });

  test('that calls itself passed is red when its own events say otherwise', async () => {
    const finished = finishEvent('passed');
    await rig.run('failed', [
      startEvent(plan),
      ...passingTask('unit/b'),
      ...passingTask('unit/a'),
      ...failing,
      finished,
    ]);
    expect(await rig.merge('failed')).toMatchObject({ verdict: 'failed', exitCode: 1 });
    await rig.run('lost', [startEvent(plan), ...passingTask('unit/b'), finished]);
    expect(await rig.merge('lost')).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
  });

  test('may be merged into the folder it is in', async () => {
    await rig.run('reports', whole);
    const before = rig.read('reports/junit.xml');
    const chosen = ['junit', 'json'] as const;
    const result = await merge({ paths: ['reports'], cwd: rig.cwd, reportsDir: join(rig.cwd, 'reports'), chosen });
    expect(result.exitCode).toBe(1);
    expect(rig.read('reports/junit.xml')).toBe(before);
  });

  test('whose run was killed is incomplete, and a torn last line is no damage', async () => {
    await rig.run('reports', [startEvent(plan), ...passingTask('unit/a')]);
    appendFileSync(join(rig.cwd, 'reports/events.jsonl'), '{"type":"task-fin');
    const result = await rig.merge('reports');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toContain('2 of 3 tasks have no result: unit/b, e2e/c');
    await merge({ paths: ['reports'], cwd: rig.cwd, reportsDir: join(rig.cwd, 'told'), chosen: ['markdown'] });
    expect(rig.read('told/summary.md').match(/2 of 3 tasks have no result/g)).toHaveLength(1);
    expect(JSON.parse(rig.read('merged/summary.json'))).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    // All numbers agree: the tasks without a result are errors everywhere.
    expect(result.text).toContain('3 tests: 1 passed, 2 errors');
    expect(rig.read('merged/junit.xml')).toMatch(/<testsuites [^>]*tests="3" failures="0" errors="2"/);
    expect(JSON.parse(rig.read('merged/summary.json'))).toMatchObject({ totals: { tests: 3, passed: 1, errors: 2 } });
  });

  test('whose run was killed after its last task is whole', async () => {
    await rig.run('reports', [startEvent(plan), ...tasks.flatMap(({ id }) => passingTask(id))]);
    expect(await rig.merge('reports')).toMatchObject({ verdict: 'passed', exitCode: 0 });
  });

  test('with garbage in the middle is damaged, and names the line', async () => {
    await rig.run('reports', [startEvent(plan), ...tasks.flatMap(({ id }) => passingTask(id)), finishEvent('passed')]);
    const [first = '', ...others] = rig.read('reports/events.jsonl').split('\n');
    writeFileSync(join(rig.cwd, 'reports/events.jsonl'), [first, 'garbage', ...others].join('\n'));
    const result = await rig.merge('reports');
    expect(result).toMatchObject({ verdict: 'infrastructure', exitCode: 3 });
    expect(result.text).toContain('line 2 is no event');
  });

  test.each([
    ['has lost a test', (lines: readonly string[]) => lines.filter((line) => !line.includes('unit/a works')), 0],
    ['has a test that its task did not have', (lines: readonly string[]) => withForeignTest(lines), 2],
  ])('that %s is damaged, though each line is an event', async (_what, change, count) => {
    await rig.run('reports', [startEvent(plan), ...tasks.flatMap(({ id }) => passingTask(id)), finishEvent('passed')]);
    const lines = rig.read('reports/events.jsonl').split('\n');
    writeFileSync(join(rig.cwd, 'reports/events.jsonl'), change(lines).join('\n'));
    const result = await rig.merge('reports');
    expect(result).toMatchObject({ verdict: 'infrastructure', exitCode: 3 });
    expect(result.text).toContain(`is damaged: unit/a ended with 1 test, and ${count} are in it`);
  });

  test('that is empty is damaged', async () => {
    writeFileSync(join(rig.cwd, 'events.jsonl'), '');
    const result = await rig.merge('events.jsonl');
    expect(result.exitCode).toBe(3);
    expect(result.text).toContain('it holds no run');
  });
});

test('runs that have nothing to do with each other are merged side by side', async () => {
  await rig.run('front', [
    startEvent(createPlan([createTask('unit/tests')], 'p1'), null, 'r1'),
    ...passingTask('unit/tests'),
    finishEvent('passed'),
  ]);
  await rig.run('back', [
    startEvent(createPlan([createTask('unit/tests')], 'p2'), null, 'r2'),
    ...passingTask('unit/tests'),
    finishEvent('passed'),
  ]);
  expect(await rig.merge('front', 'back')).toMatchObject({ verdict: 'passed', exitCode: 0 });
  expect(rig.suites()).toEqual(['unit/tests [run 1]', 'unit/tests [run 2]']);
});

test('XML of others in a folder of event logs is not merged, and that is said', async () => {
  await rig.run('all/one', [startEvent(plan), ...tasks.flatMap(({ id }) => passingTask(id)), finishEvent('passed')]);
  for (const own of ['all/one/raw/x/report.xml', 'all/one/artifacts/shop.xml', 'all/foreign.xml']) {
    mkdirSync(dirname(join(rig.cwd, own)), { recursive: true });
    writeFileSync(join(rig.cwd, own), '<testsuites/>');
  }
  const result = await rig.merge('all');
  expect(result.exitCode).toBe(0);
  expect(result.text).toContain('1 XML report beside the event logs was not merged: all/foreign.xml;');
});
