import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';

const config = `
version: 1
project: variants
suites:
  api:
    framework: node
    batch: all
    env: { COLOUR: red, SIZE: small }
    variants:
      plain: {}
      big: { env: { SIZE: big } }
categories:
  smoke: { tests: [{ suite: api, files: ['smoke*'] }], priority: critical }
  unit: { tests: [{ suite: api }] }
`;

const files = {
  'runner.config.yaml': config,
  'smoke.test.mjs': `import test from 'node:test'; test('smokes', () => {});`,
  'size.test.mjs': `
import test from 'node:test';
import assert from 'node:assert/strict';
const { COLOUR, SIZE, RUNNER_SUITE, RUNNER_VARIANT } = process.env;
test('is told which variant it is in', () => assert.deepEqual([COLOUR, SIZE, RUNNER_SUITE], ['red', RUNNER_VARIANT === 'big' ? 'big' : 'small', 'api']));
test('fails when big', () => assert.equal(SIZE, 'small'));
`,
};

let rig: Rig;
beforeAll(async () => {
  rig = await createRig(files);
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

describe('a suite with variants', () => {
  test('runs each file once in each, reports them apart, and says how to run the one that failed', async () => {
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    const tasks = run.events.flatMap((event) =>
      event.type === 'task-finished' ? [[event.task, event.outcome.kind, event.totals.tests]] : [],
    );
    expect(tasks.sort()).toEqual([
      ['smoke/api[big]', 'passed', 1],
      ['smoke/api[plain]', 'passed', 1],
      ['unit/api[big]', 'tests-failed', 2],
      ['unit/api[plain]', 'passed', 2],
    ]);
    const names = [...run.junit.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(
      ([, c, n]) => `${c}|${n}`,
    );
    expect(new Set(names).size).toBe(6);
    expect(names).toContain('api[big].size.test.mjs|fails when big');
    const rerun = /^ +rerun +(.*)$/m.exec(run.stdout)?.[1] ?? '';
    expect(rerun).toContain('--variant big');
    const again = spawnSync('bash', ['-c', rerun], { cwd: rig.root, encoding: 'utf8' });
    expect(again.status, again.stderr).toBe(1);
    expect(again.stdout).toMatch(/1 test: 1 failed/);
  });

  test.each([
    [['--variant', 'plain'], ['unit/api[plain]']],
    [
      ['--suite', 'api'],
      ['unit/api[big]', 'unit/api[plain]'],
    ],
    [['--suite', 'api[big]'], ['unit/api[big]']],
  ])('is narrowed by %j', async (args, expected) => {
    const { stdout } = await rig.runWith({ replay: false }, 'plan', '--json', '-c', 'unit', ...args);
    const plan = JSON.parse(stdout) as { tasks: { id: string; category: string }[] };
    expect(plan.tasks.map(({ id }) => id).sort()).toEqual(expected);
  });

  test('refuses a variant that it does not have, before anything is started', async () => {
    const run = await rig.runWith({ replay: false }, '--variant', 'plan');
    expect([run.exitCode, run.stderr]).toEqual([
      2,
      'error: variant "plan" is not defined (did you mean "plain"?)\n  variants: plain, big\n',
    ]);
  });

  test('is written by config show so that it can be read again', async () => {
    const shown = await rig.runWith({ replay: false }, 'config', 'show');
    await rig.write({ 'again.yaml': shown.stdout });
    const again = await rig.runWith({ replay: false }, 'config', 'show', '--config', 'again.yaml');
    expect(again.stdout).toBe(shown.stdout);
    expect(again.stdout).toContain('SIZE: big');
  });
});
