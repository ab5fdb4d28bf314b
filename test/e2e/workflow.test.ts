import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockOptionalPackages, offlineEnv, packRunner } from '../support/packed.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { localWorkflow } from '../support/workflow.ts';
import type { JobRun, LocalWorkflow } from '../support/workflow.ts';

const example = resolve(import.meta.dirname, '../../examples/ci/github/tests.yml');
const passing = `import { test } from 'node:test';\ntest('passes', () => {});\n`;
const failing = `import { test } from 'node:test';\ntest('passes', () => { throw new Error('it does not'); });\n`;
const files = ['lib/a.test.mjs', 'lib/b.test.mjs'];

describe('the workflow of the docs for GitHub Actions', { timeout: 120_000 }, () => {
  let rig: Rig;
  let workflow: LocalWorkflow;
  const ran: Record<string, readonly JobRun[] | null> = {};

  beforeAll(async () => {
    rig = await createRig({
      'checkout/runner.config.yaml': `version: 1
suites: { lib: { framework: node, files: ['lib/**/*.test.mjs'] } }
categories: { unit: { tests: [{ suite: lib }] } }
`,
      'checkout/package.json': JSON.stringify({
        ...{ name: 'shop', private: true, type: 'module' },
        devDependencies: { 'unified-test-runner': 'file:runner.tgz' },
      }),
      ...Object.fromEntries(files.map((file) => [`checkout/${file}`, passing])),
    });
    packRunner(rig.path('checkout'));
    const env = offlineEnv(rig.root);
    const locked = spawnSync('npm', ['install', '--package-lock-only'], {
      cwd: rig.path('checkout'),
      env,
      encoding: 'utf8',
    });
    expect(locked.status, locked.stderr).toBe(0);
    lockOptionalPackages(rig.path('checkout'));
    // Until times are known, a target makes one shard.
    const text = readFileSync(example, 'utf8').replace('--target 8m', '--shards 2');
    workflow = localWorkflow(text, { root: rig.path(), checkout: rig.path('checkout'), env });
    for (const name of ['plan', 'test', 'report']) ran[name] = await workflow.job(name);
  }, 120_000);
  afterAll(() => rig[Symbol.asyncDispose]());

  const outputOf = (runs: readonly JobRun[] | null | undefined): string =>
    (runs ?? []).map(({ output }) => output).join('\n');
  const codesOf = (runs: readonly JobRun[] | null | undefined): readonly number[] =>
    (runs ?? []).map(({ exitCode }) => exitCode);

  test('is green when all of it is: a plan, a job for each shard, and one that merges', () => {
    expect(codesOf(ran['plan']), outputOf(ran['plan'])).toEqual([0]);
    expect(codesOf(ran['test']), outputOf(ran['test'])).toEqual([0, 0]);
    expect(codesOf(ran['report']), outputOf(ran['report'])).toEqual([0]);
    expect(outputOf(ran['report'])).toContain('Merged 2 event logs: 2 tests: 2 passed (passed)');
    expect(existsSync(join(workflow.artifacts, 'report/junit.xml'))).toBe(true);
  });

  test('remembers how long everything took for the next plan', async () => {
    expect(readdirSync(workflow.caches)).toEqual(['runner-history-1-1']);
    const [plan] = (await workflow.job('plan')) ?? [];
    const planned = JSON.parse(readFileSync(join(workflow.artifacts, 'plan/plan.json'), 'utf8')) as {
      readonly shards: readonly { readonly expectedMs?: number }[];
    };
    expect(
      planned.shards.map(({ expectedMs }) => typeof expectedMs),
      plan?.output,
    ).toEqual(['number', 'number']);
  });

  test('is red with 5, and names the shard, when one of the machines is gone', async () => {
    rmSync(join(workflow.artifacts, 'reports-2'), { recursive: true });
    const report = await workflow.job('report');
    expect(codesOf(report), outputOf(report)).toEqual([5]);
    expect(outputOf(report)).toMatch(/shard 2\/2 is missing.* lib\/\w\.test\.mjs/);
  });

  test('is red with 1 when a test fails in one shard, and reports the others all the same', async () => {
    const change = (workspace: string): void => writeFileSync(join(workspace, 'lib/b.test.mjs'), failing);
    const shards = await workflow.job('test', change);
    expect([...codesOf(shards)].sort(), outputOf(shards)).toEqual([0, 1]);
    const report = await workflow.job('report');
    expect(codesOf(report), outputOf(report)).toEqual([1]);
    expect(outputOf(report)).toContain('2 tests: 1 passed, 1 failed (failed)');
  });
});
