import { createReadStream, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJunit } from '../../src/results/junit-reader.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';
import { checkout, pick, shardedConfig, shardedWorkspace } from '../support/sharded-workspace.ts';

async function casesIn(path: string): Promise<string[]> {
  const cases: string[] = [];
  for await (const item of readJunit(createReadStream(path))) {
    expect(item.kind).toBe('case');
    if (item.kind === 'case') cases.push(`${item.case.className ?? ''} ${item.case.name} ${item.case.status}`);
  }
  return cases.sort();
}

const total = 4;

describe('a plan that is cut into four shards, each run in a checkout of its own', () => {
  let planner: Rig;
  const shards: Rig[] = [];
  const runs: CliRun[] = [];
  const reports = (...indices: readonly number[]): readonly string[] =>
    indices.flatMap((index) => shards[index - 1]?.path('reports/events.jsonl') ?? []);
  const merge = (...logs: readonly string[]): Promise<CliRun> =>
    planner.runWith({ replay: false }, 'merge', ...logs, '--reports', 'merged');

  beforeAll(async () => {
    planner = await createRig(shardedWorkspace());
    const made = await planner.run('plan', '--shards', String(total), '--out', 'plan.json');
    expect(made.exitCode, made.stderr).toBe(0);
    for (let index = 1; index <= total; index += 1) {
      const rig = await checkout(shardedWorkspace(), planner);
      shards.push(rig);
      runs.push(await rig.run('--plan', 'plan.json', '--shard', `${index}/${total}`));
    }
  });
  afterAll(async () => {
    for (const rig of [planner, ...shards]) await rig[Symbol.asyncDispose]();
  });

  test('passes in each, which knows which one it is', () => {
    expect(runs.map(({ exitCode, stderr }) => `${exitCode ?? ''} ${stderr}`)).toEqual(runs.map(() => '0 '));
    const started = runs.map(({ events }) => events.find(({ type }) => type === 'run-started'));
    const ids = new Set(started.map((event) => (event?.type === 'run-started' ? event.planId : '')));
    expect(ids.size).toBe(1);
    for (const [at, event] of started.entries()) {
      if (event?.type !== 'run-started') throw new Error('no run-started');
      expect(event.shard).toEqual({ index: at + 1, total });
      expect(event.plan.tasks.length).toBeGreaterThan(0);
    }
    const load = shards.flatMap((rig, at) => {
      const task = runs[at]?.events.find((event) => event.type === 'attempt-finished' && event.task === 'load/load');
      if (task?.type !== 'attempt-finished') return [];
      return [[at + 1, readFileSync(rig.path('reports', task.log?.path ?? ''), 'utf8')]];
    });
    expect(load).toEqual([[load[0]?.[0], `shard ${load[0]?.[0] ?? ''} of 1\n`]]);
  });

  test('runs what others wait for in each shard that needs it, and counts it in one', () => {
    const smoke = runs.flatMap(({ events }) =>
      events.flatMap((event) =>
        event.type === 'run-started' ? event.plan.tasks.filter((task) => task.category === 'smoke') : [],
      ),
    );
    const needing = runs.filter(({ events }) =>
      events.some((event) => event.type === 'task-finished' && /^(?:integration|e2e)\//.test(event.task)),
    );
    expect(smoke).toHaveLength(needing.length);
    expect(smoke.filter(({ role }) => role === 'chosen')).toHaveLength(1);
  });

  test('is merged into the cases of one run of everything, with what was repeated named by its shard', async () => {
    const merged = await merge(...reports(3, 1, 4, 2));
    expect(merged.exitCode, merged.stdout).toBe(0);
    const whole = await planner.run();
    expect(whole.exitCode, whole.stdout).toBe(0);
    const cases = new Set(await casesIn(planner.path('merged/junit.xml')));
    const once = [...cases].filter((name) => !/ is up \[\d+\] /.test(name));
    expect(once).toEqual(await casesIn(planner.path('reports/junit.xml')));
  });

  test('is incomplete without one of them, and says what that would have run', async () => {
    const merged = await merge(...reports(1, 2, 4));
    expect(merged.exitCode).toBe(5);
    expect(merged.stdout).toMatch(
      /shard 3\/4 is missing: its events\.jsonl is not among the inputs, and with it \S+\.(py|js|mjs)/,
    );
    const summary = JSON.parse(readFileSync(planner.path('merged/summary.json'), 'utf8')) as {
      totals: { errors: number; tests: number };
    };
    const cases = await casesIn(planner.path('merged/junit.xml'));
    expect(cases.filter((name) => name.includes('was not run')).length).toBe(summary.totals.errors);
    expect(cases).toHaveLength(summary.totals.tests);
  });

  test('is incomplete with one of them twice', async () => {
    const again = await checkout(shardedWorkspace(), planner);
    try {
      await again.run('--plan', 'plan.json', '--shard', `2/${total}`);
      const merged = await merge(...reports(1, 2, 3, 4), again.path('reports'));
      expect(merged.exitCode).toBe(5);
      expect(merged.stdout).toContain('shard 2/4 was run 2 times');
      const copied = await merge(...reports(1, 2, 3, 4), shards[1]?.path('reports') ?? '');
      expect(copied.exitCode, copied.stdout).toBe(0);
    } finally {
      await again[Symbol.asyncDispose]();
    }
  });

  test('is incomplete with one of another plan', async () => {
    await using other = await createRig(shardedWorkspace());
    await other.run('--shard', `2/${total}`, '--exclude-category', 'load');
    const merged = await merge(...reports(1, 3, 4), other.path('reports'));
    expect(merged.exitCode).toBe(5);
    expect(merged.stdout).toContain('the shards are of different plans');
    expect(merged.stdout).toContain('shard 2/4 is missing');
  });

  test('is failed when a shard has failed, whatever is missing', async () => {
    await using rig = await checkout(shardedWorkspace(), planner);
    // The same file, so that it is the same plan.
    await rig.write({ 'py/e2e/test_e2e_0.py': 'def test_words():\n    assert False\n' });
    const failed: string[] = [];
    for (let index = 1; index <= total && failed.length === 0; index += 1) {
      const run = await rig.run('--plan', 'plan.json', '--shard', `${index}/${total}`);
      if (run.exitCode === 1) failed.push(rig.path('reports/events.jsonl'));
    }
    expect((await merge(...failed)).exitCode).toBe(1);
  });
});

test('shards by number alone are those of the plan, as long as files and history are the same', async () => {
  await using rig = await createRig(shardedWorkspace());
  await rig.run('plan', '--shards', '3', '--out', 'plan.json');
  const byNumber = await rig.run('plan', '--shard', '2/3', '--json');
  const byPlan = await rig.run('plan', '--plan', 'plan.json', '--shard', '2/3', '--json', '--workers', '2');
  expect(JSON.parse(byPlan.stdout)).toEqual(JSON.parse(byNumber.stdout));
});

test('a shard that the plan leaves empty passes, and all of them empty do not', async () => {
  await using rig = await createRig({
    'runner.config.yaml': shardedConfig,
    ...pick(shardedWorkspace(), /lib\/smoke|package/),
  });
  const empty = await rig.run('--category', 'smoke', '--shard', '2/2');
  expect(empty.exitCode, empty.stderr).toBe(0);
  expect(empty.stdout).toContain('the plan leaves this shard empty');
  expect((await rig.run('--pattern', '*nothing*', '--shard', '2/2')).exitCode).toBe(4);
  await rig.run('--category', 'smoke', '--shard', '1/2');
  const merged = await rig.run('merge', 'reports', '--reports', 'merged');
  expect(merged.exitCode, merged.stdout).toBe(0);
});
