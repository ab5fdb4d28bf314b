import { describe, expect, it } from 'vitest';
import { taskEnv, taskLookup } from '../../../src/execution/task-env.ts';
import type { TaskEnvInput } from '../../../src/execution/task-env.ts';
import { aTask } from '../../support/plans.ts';

const lookup = (reference: string): string | null => (reference === 'env.USER' ? 'ann' : null);

function envOf(change: Partial<TaskEnvInput> = {}): Readonly<Record<string, string>> {
  return taskEnv({
    task: aTask('unit/suite/2', { category: 'unit' }),
    plan: { environment: 'local', slots: 8 },
    variantOf: null,
    runId: 'r1',
    attempt: 1,
    totalAttempts: 1,
    slot: 3,
    cwd: '/w/app',
    paths: {
      rawDir: '/r/raw',
      coveragePath: '/reports/coverage/unit/backend/1.info',
      logPath: '/r/log',
      artifactsDir: '/r/artifacts',
      kept: { rawDir: '/r/raw', artifactsDir: '/r/artifacts' },
      tmpDir: '/tmp/t1',
      privateDir: null,
    },
    services: {},
    base: {},
    unset: [],
    layers: [],
    lookup,
    ...change,
  });
}

describe('the environment of a test process', () => {
  it('tells it where it is', () => {
    expect(envOf()).toEqual({
      PATH: '/w/app/node_modules/.bin:/w/node_modules/.bin:/node_modules/.bin',
      RUNNER: '1',
      RUNNER_RUN_ID: 'r1',
      RUNNER_CATEGORY: 'unit',
      RUNNER_SUITE: 'suite',
      RUNNER_VARIANT: 'none',
      RUNNER_ENV: 'local',
      RUNNER_TASK: 'unit/suite/2',
      RUNNER_ATTEMPT: '1',
      RUNNER_TOTAL_ATTEMPTS: '1',
      RUNNER_SLOT: '3',
      RUNNER_WORKERS: '8',
      RUNNER_TMPDIR: '/tmp/t1',
      RUNNER_ARTIFACTS_DIR: '/r/artifacts',
    });
  });

  it('names the suite of a variant as the config does, and the variant beside it', () => {
    const task = aTask('unit/backend[py312]', { category: 'unit', suite: 'backend[py312]' });
    const env = envOf({ task, variantOf: { suite: 'backend', variant: 'py312' } });
    expect(env).toMatchObject({ RUNNER_SUITE: 'backend', RUNNER_VARIANT: 'py312', RUNNER_TASK: task.id });
  });

  it('is the caller’s, word for word, under what later layers say', () => {
    const env = envOf({
      base: { A: 'caller', B: 'caller', C: '${env.NONE} stays' },
      layers: [{ A: 'suite', D: 'by ${env.USER}' }, { A: 'category' }],
    });
    expect(env).toMatchObject({ A: 'category', B: 'caller', C: '${env.NONE} stays', D: 'by ann' });
  });

  it('extends PATH and PYTHONPATH at every layer and never replaces them', () => {
    const env = envOf({
      base: { PATH: '/usr/bin:/bin', PYTHONPATH: 'lib' },
      layers: [{ PATH: '/suite' }, { PATH: '/overlay:/usr/bin', PYTHONPATH: 'src' }],
    });
    expect(env['PATH']).toBe(
      '/overlay:/usr/bin:/suite:/w/app/node_modules/.bin:/w/node_modules/.bin:/node_modules/.bin:/bin',
    );
    expect(env['PYTHONPATH']).toBe('src:lib');
  });

  it('keeps from the process what its framework cannot bear, unless the config says it', () => {
    const unset = ['NODE_TEST_CONTEXT', 'MODE'];
    const env = envOf({ base: { NODE_TEST_CONTEXT: 'child', MODE: 'caller' }, unset, layers: [{ MODE: 'suite' }] });
    expect(env).not.toHaveProperty('NODE_TEST_CONTEXT');
    expect(env['MODE']).toBe('suite');
  });

  it('cannot be told another slot or task by config or caller', () => {
    expect(envOf({ base: { RUNNER_SLOT: '9' }, layers: [{ RUNNER_TASK: 'x' }] })).toMatchObject({
      RUNNER_SLOT: '3',
      RUNNER_TASK: 'unit/suite/2',
    });
  });

  it('says `none` for what a service does not have', () => {
    const services = { 'my.db': { url: null, host: 'h', port: null, variables: {} } };
    expect(envOf({ services })).toMatchObject({
      RUNNER_SERVICE_MY_DB_URL: 'none',
      RUNNER_SERVICE_MY_DB_HOST: 'h',
      RUNNER_SERVICE_MY_DB_PORT: 'none',
    });
  });

  it('holds Bazel’s names for a generic command, which runs whole whatever shard an outer build is in', () => {
    const task = aTask('load', { framework: 'command' });
    expect(envOf({ task, base: { TEST_SHARD_INDEX: '2', TEST_TOTAL_SHARDS: '5' } })).toMatchObject({
      TEST_SHARD_INDEX: '0',
      TEST_TOTAL_SHARDS: '1',
      TEST_TMPDIR: '/tmp/t1',
      XML_OUTPUT_FILE: '/r/raw/test.xml',
      TEST_PREMATURE_EXIT_FILE: '/tmp/t1/premature-exit',
    });
    expect(envOf()).not.toHaveProperty('TEST_TMPDIR');
  });

  it('names the reference that has no value', () => {
    expect(() => envOf({ layers: [{ A: '${env.MISSING}' }] })).toThrow('MISSING');
  });
});

describe('references of a task', () => {
  const backend = { url: 'http://h:1', host: 'h', port: 1, variables: {} };
  const find = taskLookup(lookup, 4, { 'back.end': backend, socket: { ...backend, port: null } });
  it.each([
    ['slot', '4'],
    ['env.USER', 'ann'],
    ['services.back.end.url', 'http://h:1'],
    ['services.back.end.host', 'h'],
    ['services.back.end.port', '1'],
    ['services.socket.port', null],
    ['services.other.port', null],
  ])('%s is %s', (reference, value) => {
    expect(find(reference)).toBe(value);
  });
});
