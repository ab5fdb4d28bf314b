import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubernetesProblems, yamlDocuments } from '../support/published-schemas.ts';
import { startRedis } from '../support/queue-rig.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';

const repository = resolve(import.meta.dirname, '../..');

interface QueueJob {
  readonly spec: {
    readonly completions: number;
    readonly template: {
      readonly spec: { readonly containers: readonly [{ readonly args: readonly string[]; readonly env: unknown }] };
    };
  };
}

const passing = (name: string): string => `import { test } from 'node:test';\ntest('${name}', () => {});\n`;

describe('runner matrix --kubernetes', { timeout: 120_000 }, () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig({
      'image/runner.config.yaml': `version: 1
suites: { lib: { framework: node, files: ['lib/**/*.test.mjs'] } }
categories: { unit: { tests: [{ suite: lib }] } }
environments:
  local: {}
  staging: { secrets: [TEST_TOKEN] }
`,
      'image/package.json': '{"type":"module"}',
      'image/lib/one.test.mjs': passing('one'),
      'image/lib/two.test.mjs': passing('two'),
    });
    mkdirSync(rig.path('image/node_modules/.bin'), { recursive: true });
    symlinkSync(join(repository, 'dist/runner.js'), rig.path('image/node_modules/.bin/runner'));
    mkdirSync(rig.path('bin'));
    symlinkSync(join(repository, 'test/support/kubectl.mjs'), rig.path('bin/kubectl'));
    // Until times are known, a target makes one shard.
    mkdirSync(rig.path('deploy'));
    for (const file of ['run.sh', 'merge.yaml'])
      cpSync(join(repository, 'examples/ci/kubernetes', file), rig.path('deploy', file));
    await rig.write({
      'deploy/run.sh': readFileSync(rig.path('deploy/run.sh'), 'utf8').replace('--target 8m', '--shards 3'),
    });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  /** The script of the docs, with a kubectl that runs pods here. */
  const deploy = (job: string): { exitCode: number | null; tries: readonly string[]; output: string } => {
    const { PATH = '' } = process.env;
    const state = rig.path();
    const { status, stdout, stderr } = spawnSync(rig.path('deploy/run.sh'), ['registry.example.com/shop:1', job], {
      cwd: rig.path('image'),
      encoding: 'utf8',
      env: {
        ...{ HOME: rig.root, KUBECTL_STATE: state, POLL_SECONDS: '1' },
        PATH: [rig.path('bin'), dirname(process.execPath), PATH].join(delimiter),
      },
    });
    const left = (name: string): string =>
      existsSync(rig.path(job, name)) ? readFileSync(rig.path(job, name), 'utf8') : '';
    return { exitCode: status, tries: left('tries').trim().split('\n').sort(), output: stdout + stderr + left('log') };
  };

  test('prints what Kubernetes takes: a Job, and the plan', async () => {
    const run = await rig.runWith(
      { cwd: 'image', env: { TEST_TOKEN: 'swordfish' } },
      ...['matrix', '--shards', '3', '--kubernetes', '--image', 'registry.example.com/shop:1', '--env', 'staging'],
    );
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout).not.toContain('swordfish');
    const manifests = yamlDocuments(run.stdout);
    expect(manifests.map(kubernetesProblems)).toEqual([[], []]);
    expect(manifests).toMatchObject([
      { kind: 'ConfigMap', immutable: true },
      {
        kind: 'Job',
        // The third has no work.
        spec: {
          ...{ completionMode: 'Indexed', completions: 2, parallelism: 2, maxFailedIndexes: 2 },
          template: { spec: { containers: [{ env: [{ valueFrom: { secretKeyRef: { key: 'TEST_TOKEN' } } }] }] } },
        },
      },
    ]);
  });

  test('makes a Job that tries again what was killed, and passes when that passes', async () => {
    const mark = rig.path('killed-once');
    await rig.write({
      'image/lib/two.test.mjs': `import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
test('two', () => {
  if (existsSync(${JSON.stringify(mark)})) return;
  writeFileSync(${JSON.stringify(mark)}, '');
  process.kill(process.ppid, 'SIGKILL');
  process.exit(1);
});
`,
    });
    const run = deploy('killed');
    expect(run.exitCode, run.output).toBe(0);
    expect(run.tries).toEqual(['0 0', '1 0', '1 3']);
    expect(run.output).toContain('2 tests: 2 passed (passed)');
  });

  test('makes a Job that does not try failed tests again, nor ends the others for them', async () => {
    await rig.write({
      'image/lib/one.test.mjs': `import { test } from 'node:test';\ntest('one', () => { throw new Error('no'); });\n`,
    });
    const run = deploy('failed');
    expect(run.exitCode, run.output).toBe(1);
    expect(run.tries).toEqual(['0 1', '1 0']);
  });

  test('hands on what the frameworks are told, behind everything else', async () => {
    for (const queue of [[], ['--queue', 'redis://127.0.0.1/0']]) {
      const args = ['matrix', '--shards', '2', '--kubernetes', '--image', 'shop:1', '--workers', '2', ...queue];
      const { stdout } = await rig.runWith({ cwd: 'image' }, ...args, '--', '--test-only');
      const job = yamlDocuments(stdout).at(-1) as QueueJob;
      expect(job.spec.template.spec.containers[0].args.slice(-4)).toEqual(['--workers', '2', '--', '--test-only']);
    }
  });

  test('prints a Job whose pods share a queue, without the password of it, and every file runs once', async () => {
    await rig.write({ 'image/lib/one.test.mjs': passing('one'), 'image/lib/two.test.mjs': passing('two') });
    await using redis = await startRedis();
    const matrix = ['matrix', '--shards', '2', '--kubernetes', '--image', 'shop:1', '--job', 'build-7'];
    const secret = await rig.runWith(
      { cwd: 'image' },
      ...matrix,
      '--queue',
      'rediss://ci:swordfish@queue.example.com/0',
    );
    expect(secret.stdout + secret.stderr).not.toContain('swordfish');
    expect(secret.stdout).toContain('Secret runner-secrets, with RUNNER_QUEUE');
    const { stdout, stderr } = await rig.runWith({ cwd: 'image' }, ...matrix, '--queue', redis.url, '-c', 'unit');
    const manifests = yamlDocuments(stdout) as readonly [QueueJob];
    expect([manifests.length, kubernetesProblems(manifests[0])], stderr).toEqual([1, []]);
    expect(manifests[0].spec.completions).toBe(2);
    const [{ args, env }] = manifests[0].spec.template.spec.containers;
    expect(env).toEqual([{ name: 'RUNNER_QUEUE', value: redis.url }]);
    const reports = rig.path('queue-reports');
    const pod = async (name: string): Promise<number> => {
      const script = args.map((word) => word.replace('/reports/', `${reports}/`));
      const { PATH = '' } = process.env;
      const variables = { PATH: [dirname(process.execPath), PATH].join(delimiter), HOME: rig.root, HOSTNAME: name };
      const child = spawn('sh', ['-c', ...script], {
        ...{ cwd: rig.path('image'), stdio: 'ignore' as const, env: { ...variables, RUNNER_QUEUE: redis.url } },
      });
      const [exitCode] = (await once(child, 'exit')) as [number];
      return exitCode;
    };
    expect(await Promise.all([pod('build-7-0'), pod('build-7-1')])).toEqual([0, 0]);
    const merged = await rig.runWith(
      {},
      'merge',
      `${reports}/build-7-0`,
      `${reports}/build-7-1`,
      '--reports',
      'merged',
    );
    expect(merged.exitCode, merged.stderr).toBe(0);
    expect(merged.stdout).toContain('2 tests: 2 passed');
  });

  test.each([
    [['--github', '--queue', 'redis://127.0.0.1/0'], '--queue is for --kubernetes'],
    [['--kubernetes'], 'has to know the image'],
    [['--image', 'shop:1'], '--image is for --kubernetes'],
    [['--github', '--job', 'x'], '--job is for --kubernetes'],
    [['--kubernetes', '--image', 'shop:1', '--job', 'Build_1'], '--job Build_1 is no name'],
    [['--kubernetes', '--image', 'shop:1', '--claim', '-'], '--claim - is no name'],
    [['--kubernetes', '--image', 'shop:1', '--github'], 'contradict each other'],
  ])('%j is refused', async (args, message) => {
    const run = await rig.runWith({ cwd: 'image' }, 'matrix', '--shards', '2', ...args);
    expect(run.exitCode, run.stdout).toBe(2);
    expect(run.stderr).toContain(message);
    expect(run.stdout).toBe('');
  });

  test('prints nothing when nothing is selected: a Job, other than a matrix, need not be there', async () => {
    const args = ['matrix', '--shards', '2', '--kubernetes', '--image', 'shop:1', '--pattern', '*nothing*'];
    const run = await rig.runWith({ cwd: 'image' }, ...args);
    expect([run.exitCode, run.stdout]).toEqual([4, '']);
  });
});
