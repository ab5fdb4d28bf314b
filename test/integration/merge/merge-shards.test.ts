import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBody, Shard } from '../../../src/model/event.ts';
import type { Plan, Task } from '../../../src/model/plan.ts';
import { createMergeRig, passingTask } from '../../support/merge-rig.ts';
import type { MergeRig } from '../../support/merge-rig.ts';
import { createPlan, createTask, createTest, finishEvent, startEvent, taskEvents } from '../../support/run-events.ts';

let rig: MergeRig;
beforeEach(() => {
  rig = createMergeRig();
});
afterEach(() => rig[Symbol.dispose]());

/** The plan of one shard: its own tasks, and what all of them were given. */
function shardPlan(gives: readonly (readonly Task[])[], own: readonly Task[], id = 'plan-1'): Plan {
  const shards = gives.map((given, index) => ({
    index: index + 1,
    work: given.map(({ category, suite, keyword, markers, files }) => ({ category, suite, keyword, markers, files })),
  }));
  return { ...createPlan(own, id), shards };
}
/** A shard that runs `ids` of what it has, and ends. */
function shardRun(
  shard: Shard,
  ids: readonly string[],
  {
    gives = [['unit/a', 'unit/b'], ['e2e/c']],
    id = 'plan-1',
  }: { gives?: readonly (readonly string[])[]; id?: string } = {},
): readonly EventBody[] {
  const given = gives.map((own) => own.map((name) => createTask(name)));
  const own = given[shard.index - 1] ?? [];
  const more = ids.filter((name) => !own.some((task) => task.id === name)).map((name) => createTask(name));
  return [
    startEvent(shardPlan(given, [...more, ...own], id), shard, `run-${id}-${shard.index}`),
    ...ids.flatMap(passingTask),
    finishEvent('passed'),
  ];
}

describe('the logs of several shards', () => {
  test('are one run when every task ran in one of them', async () => {
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    await rig.run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    const result = await rig.merge('two', 'one');
    expect(result).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(rig.suites()).toEqual(['unit/a', 'unit/b', 'e2e/c']);
    expect(rig.read('merged/junit.xml')).toContain('<property name="shard" value="2/2"/>');
  });

  test('give the same whatever the order they are named in', async () => {
    await rig.run('x', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    await rig.run('y', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    await rig.merge('x', 'y');
    const before = rig.read('merged/junit.xml');
    await rig.merge('y', 'x');
    expect(rig.read('merged/junit.xml')).toBe(before);
  });

  test('are incomplete when a shard is missing, and it is named', async () => {
    const gives = [['unit/a'], ['unit/d'], ['unit/b', 'e2e/c']];
    await rig.run('one', shardRun({ index: 1, total: 3 }, ['unit/a'], { gives }));
    await rig.run('three', shardRun({ index: 3, total: 3 }, ['unit/b', 'e2e/c'], { gives }));
    const result = await rig.merge('one', 'three');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toContain('shard 2/3 is missing');
    expect(result.text).toContain('unit/d');
    expect(rig.read('merged/junit.xml')).toContain('unit/d: was not run');
  });

  test('are incomplete when a task ran in none of them', async () => {
    await rig.run('one', shardRun({ index: 1, total: 2 }, ['unit/a']));
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    expect(await rig.merge('one', 'two')).toMatchObject({ exitCode: 5 });
    expect(rig.read('merged/junit.xml')).toContain('unit/b: was not run');
  });

  test('are incomplete when a task was counted twice, and both results are shown', async () => {
    await rig.run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['unit/b', 'e2e/c']));
    const result = await rig.merge('one', 'two');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toContain('counted twice: unit/b');
    expect(rig.suites()).toEqual(['unit/a', 'unit/b [shard 1/2]', 'unit/b [shard 2/2]', 'e2e/c']);
  });

  test('are red when one of them said that a report of its own could not be written', async () => {
    const events = shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']).slice(0, -1);
    await rig.run('one', [...events, finishEvent('infrastructure')]);
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    expect(await rig.merge('one', 'two')).toMatchObject({ verdict: 'infrastructure', exitCode: 3 });
  });

  test('may share a dependency, which is shown once for each', async () => {
    const [first, second] = [createTask('e2e/b'), createTask('e2e/c')];
    const gives = [[createTask('unit/a'), first], [second]];
    const shared = createTask('unit/a', { role: 'dependency' });
    await rig.run('one', [
      startEvent(shardPlan(gives, [createTask('unit/a'), first]), { index: 1, total: 2 }, 'run-1'),
      ...['unit/a', 'e2e/b'].flatMap(passingTask),
      finishEvent('passed'),
    ]);
    await rig.run('two', [
      startEvent(shardPlan(gives, [shared, second]), { index: 2, total: 2 }, 'run-2'),
      ...['unit/a', 'e2e/c'].flatMap(passingTask),
      finishEvent('passed'),
    ]);
    expect(await rig.merge('one', 'two')).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(rig.suites()).toEqual(['unit/a [shard 1/2]', 'unit/a [shard 2/2]', 'e2e/b', 'e2e/c']);
  });

  test('fail when one failed, however incomplete the rest is', async () => {
    const failing = taskEvents('unit/a', [createTest('bad', { status: 'failed' })], { kind: 'tests-failed' });
    await rig.run('one', [
      startEvent(createPlan([createTask('unit/a')]), { index: 1, total: 3 }),
      ...failing,
      finishEvent('failed'),
    ]);
    expect(await rig.merge('one')).toMatchObject({ verdict: 'failed', exitCode: 1 });
  });

  test('count a copy of the same run once', async () => {
    await rig.run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    cpSync(join(rig.cwd, 'one'), join(rig.cwd, 'copy'), { recursive: true });
    const result = await rig.merge('one', 'two', 'copy');
    expect(result.exitCode).toBe(0);
    expect(result.text).toContain('it is the run of');
    expect(rig.suites()).toHaveLength(3);
  });

  test('count the whole one of two copies, whichever comes first', async () => {
    const whole = shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']);
    await rig.run('a-cut', whole.slice(0, 4));
    await rig.run('b-whole', whole);
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    const result = await rig.merge('a-cut', 'b-whole', 'two');
    expect(result.exitCode).toBe(0);
    expect(result.text).toMatch(/a-cut\S* was left out: it is the run of \S*b-whole/);
    expect(rig.suites()).toHaveLength(3);
  });

  test('are incomplete when their plans differ, and it is said which shard is of which', async () => {
    await rig.run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b'], { id: 'p1' }));
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['e2e/c'], { id: 'p2' }));
    const result = await rig.merge('one', 'two');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toContain('the shards are of different plans (1/2 of plan p1; 2/2 of plan p2)');
  });

  test('of two plans are complete when each plan is', async () => {
    await rig.run('one', shardRun({ index: 1, total: 1 }, ['unit/a'], { id: 'p1', gives: [['unit/a']] }));
    await rig.run('two', shardRun({ index: 1, total: 1 }, ['unit/a'], { id: 'p2', gives: [['unit/a']] }));
    expect(await rig.merge('one', 'two')).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(rig.suites()).toEqual(['unit/a [shard 1/1 of p1]', 'unit/a [shard 1/1 of p2]']);
  });

  test('are complete without a shard that the plan leaves empty', async () => {
    const gives = [['unit/a'], []];
    await rig.run('one', shardRun({ index: 1, total: 2 }, ['unit/a'], { gives }));
    expect(await rig.merge('one')).toMatchObject({ verdict: 'passed', exitCode: 0 });
    await rig.run('two', shardRun({ index: 2, total: 2 }, [], { gives }));
    expect(await rig.merge('one', 'two')).toMatchObject({ verdict: 'passed', exitCode: 0 });
  });

  test('are incomplete when one was run twice', async () => {
    await rig.run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b']));
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    const [, ...rest] = shardRun({ index: 2, total: 2 }, ['e2e/c']);
    const given = [['unit/a', 'unit/b'], ['e2e/c']].map((own) => own.map((name) => createTask(name)));
    await rig.run('again', [
      startEvent(shardPlan(given, [createTask('e2e/c')]), { index: 2, total: 2 }, 'another'),
      ...rest,
    ]);
    const result = await rig.merge('one', 'two', 'again');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toMatch(/shard 2\/2 was run 2 times: .*again.*two/);
    expect(rig.suites()).toHaveLength(4);
  });

  test('are incomplete when one did not have what the plan gave it', async () => {
    const given = [['unit/a', 'unit/b'], ['e2e/c']].map((own) => own.map((name) => createTask(name)));
    await rig.run('one', [
      startEvent(shardPlan(given, [createTask('unit/a')]), { index: 1, total: 2 }, 'r1'),
      ...passingTask('unit/a'),
      finishEvent('passed'),
    ]);
    await rig.run('two', shardRun({ index: 2, total: 2 }, ['e2e/c']));
    const result = await rig.merge('one', 'two');
    expect(result.exitCode).toBe(5);
    expect(result.text).toContain('shard 1/2 did not run what the plan gave it: unit/b');
    expect(rig.read('merged/junit.xml')).toContain('unit/b: was not run');
  });

  test('are incomplete when a task passed of which the log has no result of a file', async () => {
    const task = createTask('unit/a', { files: ['tests/test_a.py', 'tests/test_b.py'] });
    await rig.run('one', [
      startEvent(shardPlan([[task]], [task]), { index: 1, total: 1 }),
      ...passingTask('unit/a'),
      finishEvent('passed'),
    ]);
    const result = await rig.merge('one');
    expect(result).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(result.text).toContain('shard 1/1 ended without a result of tests/test_b.py');
  });

  test('keep the damage of one that is empty, and the results of the others', async () => {
    const gives = [['unit/a', 'unit/b', 'e2e/c'], []];
    await rig.run('one', shardRun({ index: 1, total: 2 }, ['unit/a', 'unit/b', 'e2e/c'], { gives }));
    mkdirSync(join(rig.cwd, 'two'));
    writeFileSync(join(rig.cwd, 'two/events.jsonl'), '');
    expect(await rig.merge('one', 'two')).toMatchObject({ verdict: 'infrastructure', exitCode: 3 });
    expect(rig.suites()).toHaveLength(3);
  });
});
