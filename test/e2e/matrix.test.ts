import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { shardedConfig, shardedWorkspace } from '../support/sharded-workspace.ts';

describe('runner matrix', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig(shardedWorkspace());
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('prints one line for GitHub, and the plan that its jobs take', async () => {
    const run = await rig.run('matrix', '--shards', '2', '--github', '--out', 'plan.json');
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout.trimEnd()).not.toContain('\n');
    expect(JSON.parse(run.stdout)).toEqual({
      include: [
        { shard: '1/2', index: 1, total: 2 },
        { shard: '2/2', index: 2, total: 2 },
      ],
    });
    expect((await rig.run('--plan', 'plan.json', '--shard', '1/2', '--history', 'none')).exitCode).toBe(0);
  });

  test('prints a hidden job for GitLab, with no job for a shard without work', async () => {
    const run = await rig.run('matrix', '--shards', '300', '--gitlab', '--category', 'smoke');
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout).toBe(".runner-shards:\n  parallel:\n    matrix:\n      - SHARD: ['1/200']\n");
    expect(run.stderr).toContain('--shards 300 is more than parallel: matrix of GitLab CI may have: made 200');
    expect(run.stderr).toContain('199 of 200 shards are empty');
  });

  test('prints JSON for anything else', async () => {
    const run = await rig.run('matrix', '--shards', '2', '--category', 'unit');
    expect(JSON.parse(run.stdout)).toMatchObject({
      total: 2,
      shards: [
        { shard: '1/2', files: 6, categories: ['unit'] },
        { shard: '2/2', files: 6 },
      ],
    });
  });

  test('is never empty: when nothing is selected there is one job, and the exit code is 4', async () => {
    const github = await rig.run('matrix', '--shards', '4', '--github', '--pattern', '*nothing*');
    expect(github.exitCode).toBe(4);
    expect(JSON.parse(github.stdout)).toEqual({ include: [{ shard: '1/1', index: 1, total: 1 }] });
    expect(github.stderr).toContain('matches none of');
    const gitlab = await rig.run('matrix', '--shards', '4', '--gitlab', '--pattern', '*nothing*');
    expect(gitlab.stdout).toContain("SHARD: ['1/1']");
  });

  test('makes one shard while nothing is known of how long tests take, and says so', async () => {
    const run = await rig.run('matrix', '--target', '8m', '--github');
    expect(JSON.parse(run.stdout)).toEqual({ include: [{ shard: '1/1', index: 1, total: 1 }] });
    expect(run.stderr).toContain('some were never measured');
  });

  test.each([
    [['matrix'], 'how many shards'],
    [['matrix', '--shards', '2', '--target', '8m'], 'contradict each other'],
    [['matrix', '--shards', '0'], 'not a whole number'],
    [['matrix', '--shards', '2', '--github', '--gitlab'], 'contradict each other'],
    [['matrix', '--shards', '2', '--', '--tb=short'], 'runner --plan plan.json --shard <i/n> -- --tb=short'],
    [['matrix', '--shards', '2', '--shard', '1/2'], 'takes no --shard'],
    [['run', '--shard', '3/2'], 'not one of several shards'],
  ])('%j is refused', async (args, message) => {
    const run = await rig.run(...args);
    expect(run.exitCode, run.stdout).toBe(2);
    expect(run.stderr).toContain(message);
  });
});

test('as many shards as a target needs are made from the history, and the file that sets the floor is named', async () => {
  const slow = (ms: number): string =>
    `import { test } from 'node:test';\ntest('t', () => new Promise((r) => setTimeout(r, ${ms})));\n`;
  const files = Object.fromEntries(
    [2000, 200, 200, 200].map((ms, index) => [`lib/unit/slow-${index}.test.mjs`, slow(ms)]),
  );
  await using rig = await createRig({
    'runner.config.yaml': shardedConfig,
    'package.json': '{"type":"module"}',
    ...files,
  });
  expect((await rig.run('--category', 'unit', '--workers', '1')).exitCode).toBe(0);
  const few = await rig.run('matrix', '--target', '1h', '--github', '--category', 'unit');
  expect((JSON.parse(few.stdout) as { include: unknown[] }).include).toHaveLength(1);
  const impossible = await rig.run('matrix', '--target', '100ms', '--github', '--category', 'unit', '--workers', '1');
  expect((JSON.parse(impossible.stdout) as { include: unknown[] }).include).toHaveLength(2);
  expect(impossible.stderr).toContain('--target 100ms cannot be met');
  expect(impossible.stderr).toContain('lib/unit/slow-0.test.mjs alone takes');
  const explained = await rig.run('plan', '--explain', '--category', 'unit');
  expect(explained.stdout).toMatch(/Expected: about .*, at least .*lib\/unit\/slow-0\.test\.mjs/s);
  const json = JSON.parse((await rig.run('plan', '--explain', '--json', '--category', 'unit')).stdout) as {
    explanation: { forecast: Record<string, unknown> };
  };
  expect(json.explanation.forecast).toMatchObject({ longest: { name: 'lib/unit/slow-0.test.mjs' } });
});
