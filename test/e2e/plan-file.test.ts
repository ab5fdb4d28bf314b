import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { checkout, pick, shardedWorkspace } from '../support/sharded-workspace.ts';

describe('a plan file', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig(shardedWorkspace());
    await rig.run('plan', '--shards', '2', '--out', 'plan.json');
    await rig.run('plan', '--out', 'whole.json', '--category', 'smoke');
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  const plan = (): Record<string, unknown> =>
    JSON.parse(readFileSync(rig.path('plan.json'), 'utf8')) as Record<string, unknown>;
  const write = (change: (plan: Record<string, unknown>) => unknown): Promise<void> =>
    rig.write({ 'changed.json': JSON.stringify(change(plan())) });
  const refused = async (...args: readonly string[]): Promise<string> => {
    const run = await rig.runWith({ replay: false }, ...args);
    expect(run.exitCode, run.stdout).toBe(2);
    return run.stderr;
  };

  test('without shards is run whole', async () => {
    const run = await rig.run('--plan', 'whole.json');
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout).toContain('shard 1/1');
  });

  test.each<[string, readonly string[], string]>([
    ['with several shards is not run without one', ['--plan', 'plan.json'], 'say which one: --shard 1/2'],
    ['is not run in shards that it does not have', ['--plan', 'plan.json', '--shard', '1/3'], 'plan.json has 2 shards'],
    [
      'says itself what to run',
      ['--plan', 'plan.json', '--shard', '1/2', '-c', 'unit'],
      '--category cannot be given too',
    ],
    ['says itself what files to run', ['--plan', 'plan.json', '--shard', '1/2', 'py'], 'so py cannot be given too'],
    [
      'is of one environment',
      ['--plan', 'plan.json', '--shard', '1/2', '--env', 'staging'],
      'is for environment "local"',
    ],
    ['that is not there is said to be', ['--plan', 'nowhere.json', '--shard', '1/2'], 'cannot be read'],
    [
      'is refused with another config',
      ['--plan', 'plan.json', '--shard', '1/2', '--set', 'suites.py.batch=file'],
      'another config',
    ],
    [
      'is not cut again',
      ['plan', '--plan', 'plan.json', '--shard', '1/2', '--shards', '3'],
      'leave one of the two out',
    ],
  ])('%s', async (_what, args, message) => {
    expect(await refused(...args)).toContain(message);
  });

  test.each<[string, (plan: Record<string, unknown>) => unknown, string]>([
    [
      'that was changed',
      (own) => ({
        ...own,
        shards: [
          { index: 1, work: [] },
          { index: 2, work: [] },
        ],
      }),
      'was changed',
    ],
    [
      'whose selection was changed',
      (own) => ({ ...own, request: { ...(own['request'] as object), files: ['py::test_words'] } }),
      'was changed',
    ],
    ['of a later format', (own) => ({ ...own, format: 2 }), 'is a plan of format 2; this version reads up to format 1'],
    ['without shards', (own) => ({ ...own, shards: null }), 'says nothing of shards'],
    ['with damaged shards', (own) => ({ ...own, shards: [{ index: 1, work: [{ category: 7 }] }] }), 'is damaged'],
    ['with a damaged request', (own) => ({ ...own, request: { categories: 'all' } }), 'is damaged'],
    ['that is a list', () => [], 'is not a plan'],
    [
      'with a path out of the workspace',
      (own) => ({
        ...own,
        shards: [1, 2].map((index) => ({
          index,
          work: [{ category: 'unit', suite: 'py', keyword: null, markers: null, files: ['../../etc/test_x.py'] }],
        })),
      }),
      'outside of the workspace',
    ],
  ])('%s is refused', async (_what, change, message) => {
    await write(change);
    expect(await refused('--plan', 'changed.json', '--shard', '1/2')).toContain(message);
  });

  test('that is no JSON is refused', async () => {
    await rig.write({ 'changed.json': '{"format": 1' });
    expect(await refused('--plan', 'changed.json', '--shard', '1/2')).toContain('is not JSON');
  });

  test('is refused where tests are that it does not have, or the other way round', async () => {
    await using more = await checkout({ ...shardedWorkspace(), 'py/unit/test_new.py': 'def test_new(): pass\n' }, rig);
    const added = await more.run('--plan', 'plan.json', '--shard', '1/2');
    expect(added.exitCode).toBe(2);
    expect(added.stderr).toContain('does not have tests that are here: py/unit/test_new.py');
    await using fewer = await checkout(pick(shardedWorkspace(), /^(?!py\/unit\/test_unit_3)/), rig);
    const gone = await fewer.run('--plan', 'plan.json', '--shard', '2/2');
    expect(gone.exitCode).toBe(2);
    expect(gone.stderr).toContain('has tests that are not here: py/unit/test_unit_3.py');
  });
});
