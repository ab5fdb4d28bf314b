import { readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const config = `
version: 1
project: remembers
workers: 2
suites:
  lib: { framework: node, files: ["test/*.test.mjs"], batch: file }
  load: { framework: command, command: [node, -e, "setTimeout(() => {}, 300)"] }
categories:
  smoke: { tests: [{ suite: lib, files: ["test/red.test.mjs"] }] }
  unit: { tests: [{ suite: lib, files: ["test/[a-c]*"] }] }
  e2e: { tests: [{ suite: lib, files: ["test/z.test.mjs"] }], dependsOn: [smoke] }
  load: { tests: [{ suite: load }], dependsOn: [] }
environments: { staging: {} }
`;
const waits = (ms: number): string => `
import test from 'node:test';
test('waits', () => new Promise((resolve) => setTimeout(resolve, ${ms})));
`;
const project = {
  'runner.config.yaml': config,
  'test/a.test.mjs': waits(5),
  'test/b.test.mjs': waits(600),
  'test/c.test.mjs': waits(250),
  'test/z.test.mjs': waits(1),
  // Red whenever the file is there.
  'test/red.test.mjs': `
import test from 'node:test';
import { existsSync } from 'node:fs';
test('is red', () => { if (existsSync('red')) throw new Error('red'); });
`,
};

/** What was run before is replayed where it is run. */
const question = { replay: false };

let rig: Rig;
beforeAll(async () => {
  rig = await createRig(project);
});
afterAll(() => rig[Symbol.asyncDispose]());

async function json<T>(...args: string[]): Promise<T> {
  const run = await rig.runWith({ replay: false }, ...args, '--json');
  expect(run.exitCode, run.stderr).toBe(0);
  return JSON.parse(run.stdout) as T;
}

async function planned(...args: string[]): Promise<readonly (string | undefined)[]> {
  const plan = await json<Plan>('plan', '--category', 'unit', ...args);
  return plan.tasks.map((task) => task.files[0]);
}

describe('a run is remembered', () => {
  test('and the next plan begins with what took longest', async () => {
    const byName = ['test/a.test.mjs', 'test/b.test.mjs', 'test/c.test.mjs'];
    expect(await planned()).toEqual(byName);
    expect((await rig.run('--category', 'unit', 'load')).exitCode).toBe(0);
    const byTime = ['test/b.test.mjs', 'test/c.test.mjs', 'test/a.test.mjs'];
    expect(await planned()).toEqual(byTime);
    expect(await planned('--history', 'none')).toEqual(byName);
    const plan = await json<Plan>('plan', '--category', 'load');
    expect(plan.tasks[0]?.expectedMs).toBeGreaterThan(250);
  });

  test('without a word on stderr', async () => {
    expect((await rig.run('--category', 'unit')).stderr).toBe('');
    expect((await rig.runWith(question, 'history', 'runs')).stderr).toBe('');
  });

  test('unless nothing is to be', async () => {
    for (const args of [
      ['--history', 'none'],
      ['--set', 'settings.history.enabled=false'],
    ]) {
      await using fresh = await createRig(project);
      expect((await fresh.run('--category', 'unit', ...args)).exitCode).toBe(0);
      expect(readdirSync(fresh.path('.runner'))).not.toContain('history.sqlite');
    }
  });

  test('where --history says', async () => {
    expect((await rig.run('--category', 'unit', '--history', 'ci/history.sqlite')).exitCode).toBe(0);
    expect(await json<readonly unknown[]>('history', 'runs', '--history', 'ci/history.sqlite')).toHaveLength(1);
  });

  test.each(['not a database', ''.padEnd(5000, 'SQLite format 3\0')])(
    'whatever lies in its place: %.14s',
    async (text) => {
      await using fresh = await createRig({ ...project, '.runner/history.sqlite': text });
      const run = await fresh.run('--category', 'unit');
      expect(run.exitCode, run.stdout).toBe(0);
      expect(run.stdout).toContain('put aside');
      expect((await fresh.runWith(question, 'history', 'runs')).stdout).toContain('3 passed');
    },
  );

  test('but not in a file that is something else, which nothing is started for', async () => {
    const run = await rig.runWith({ replay: false }, '--history', 'runner.config.yaml');
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('is no history of runner')]);
  });
});

describe('runner history', () => {
  test('lists the runs, the last first, of an environment or of all', async () => {
    expect((await rig.run('--category', 'unit', '--env', 'staging')).exitCode).toBe(0);
    const runs = await json<readonly { environment: string; verdict: string; totals: { passed: number } }[]>('history');
    expect(runs[0]).toMatchObject({ environment: 'staging', verdict: 'passed', totals: { passed: 3 } });
    expect((await json<readonly unknown[]>('history', 'runs', '--env', 'local')).length).toBe(runs.length - 1);
    expect(await json<readonly unknown[]>('history', 'runs', '--last', '1')).toHaveLength(1);
  });

  test('tells the slowest files and tests', async () => {
    const { files, tests } = await json<{ files: { file: string }[]; tests: { test: { name: string } }[] }>(
      'history',
      'slowest',
      '--limit',
      '1',
    );
    expect([files.map(({ file }) => file), tests.map(({ test: { name } }) => name)]).toEqual([
      ['test/b.test.mjs'],
      ['waits'],
    ]);
    expect((await rig.runWith(question, 'history', 'slowest')).stdout).toMatch(
      /^Slowest files \(median\)\n.*test\/b\.test\.mjs\n/,
    );
  });

  test('draws the trend of each category, also under its old name', async () => {
    const { stdout } = await rig.runWith(question, 'history', 'trend');
    expect(stdout).toMatch(/^unit +local +\d+ runs +passed █+ +100 % +time [▁-█]+ /m);
    expect((await rig.runWith(question, '--show-category-stats')).stdout).toBe(stdout);
  });

  test('finds flaky tests by what one commit did in CI, and suggests their quarantine', async () => {
    await using fresh = await createRig(project);
    const inCi = (): Promise<CliRun> => fresh.runWith({ env: { CI: 'true' } }, '--category', 'smoke');
    for (const commit of ['1', '2']) {
      await fresh.write({ '.git/HEAD': `${commit.repeat(40)}\n` });
      expect((await inCi()).exitCode).toBe(0);
      await fresh.write({ red: '' });
      expect((await inCi()).exitCode).toBe(1);
      rmSync(fresh.path('red'));
    }
    const { stdout } = await fresh.runWith(question, 'history', 'flaky');
    expect(stdout).toMatch(
      /^Flaky: 1\n {2}83\.3 % +at least 34\.2 % +2 of 2 commits .* test\/red\.test\.mjs::is red\n4 runs looked at/,
    );
    const suggested = (await fresh.runWith(question, 'history', 'flaky', '--suggest')).stdout;
    expect(suggested).toMatch(
      /^quarantine:\n {2}- \{ test: "test\/red\.test\.mjs::is red", owner: "", until: \d{4}-\d\d-\d\d, reason: "flaky on 2 of 2 commits" \}$/m,
    );
    await fresh.write({ 'runner.config.yaml': config + suggested.replace('owner: ""', 'owner: team-red'), red: '' });
    expect((await inCi()).exitCode).toBe(0);
    expect((await fresh.runWith(question, 'history', 'flaky', '--suggest')).stdout).toContain('no test needs an entry');
    const { stdout: why } = await fresh.runWith(question, 'why', 'is red');
    expect(why).toMatch(/in quarantine until \S+ \(team-red\): flaky on 2 of 2 commits\n.* failed /);
  });

  test('moves to another machine and back', async () => {
    expect((await rig.runWith(question, 'history', 'export', 'out.gz')).stdout).toContain('runs written to');
    expect((await rig.runWith(question, 'history', 'import', 'out.gz')).stdout).toContain('0 runs added');
    const { added } = await json<{ added: number }>('history', 'import', 'out.gz', '--history', 'other.sqlite');
    expect(await json<readonly unknown[]>('history', '--history', 'other.sqlite')).toHaveLength(added);
  });

  test.each([
    [['flakey'], 'did you mean "flaky"'],
    [['runs', 'x'], 'only export and import take a file'],
    [['export'], 'needs a file'],
    [['runs', '--suggest'], 'takes no --suggest'],
    [['runs', '--limit', '3'], 'takes no --limit'],
    [['import', 'x', '--last', '3'], 'takes no --last'],
    [['runs', '--last', 'many'], 'not a whole number'],
    [['runs', '--history', 'none'], 'takes no --history none'],
    [['runs', '--history', 'missing.sqlite'], 'nothing is remembered yet'],
    [['import', 'missing.gz'], 'cannot be imported'],
  ])('refuses %j', async (args, message) => {
    const run = await rig.runWith({ replay: false }, 'history', ...args);
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('runner why', () => {
  test('says why a file runs, and what it did', async () => {
    const { stdout } = await rig.runWith(question, 'why', 'test/b.test.mjs');
    expect(stdout).toMatch(/^test\/b\.test\.mjs: runs\n {2}unit\/lib\/\d: unit: no selection/);
    expect(stdout).toMatch(/passed {2}6\d\dms$/m);
  });

  test('says why it does not, by the options of a run', async () => {
    expect((await rig.runWith(question, 'why', 'test/b.test.mjs', '--category', 'e2e')).stdout).toMatch(
      /does not run\n {2}suite lib: only in unit, which does not run/,
    );
    expect((await rig.runWith(question, 'why', 'test/b.test.mjs', '--pattern', 'nothing')).stdout).toMatch(
      /does not run\n {2}pattern "nothing" matches none/,
    );
  });

  test('says what it was blocked by in the last run', async () => {
    await using fresh = await createRig({ ...project, red: '' });
    expect((await fresh.run()).exitCode).toBe(1);
    expect((await fresh.runWith(question, 'why', 'test/z.test.mjs')).stdout).toMatch(
      /test\/z\.test\.mjs: runs\n[^]* skipped *\n +blocked by smoke$/m,
    );
    expect((await fresh.runWith(question, 'why', 'is red')).stdout).toMatch(
      /test\/red\.test\.mjs::is red \(suite lib\): not known as flaky\n.* failed /,
    );
  });

  test('says that a file was not part of the last run', async () => {
    const { stdout } = await rig.runWith(question, 'why', 'test/z.test.mjs');
    expect(stdout).toMatch(/not part of the last run \S+ \(--category=unit --env=staging\)/);
  });

  test.each([
    ['test/bb.test.mjs', 'did you mean "test/b.test.mjs"'],
    ['wait', 'did you mean "waits"'],
    ['../outside', 'there is no test or test file "../outside"'],
  ])('does not know %s', async (word, message) => {
    const run = await rig.runWith({ replay: false }, 'why', word);
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('knows a test that no run has reported by its file', async () => {
    expect((await rig.runWith(question, 'why', 'test/a.test.mjs::waitz')).stdout).toContain(
      'no run has reported test/a.test.mjs::waitz (did you mean "waits"?)',
    );
  });

  test('is an answer for programs, too', async () => {
    const report = await json<{
      files: readonly { selected: boolean }[];
      tests: readonly { outcomes: readonly unknown[] }[];
    }>('why', 'test/a.test.mjs::waits');
    expect(report.files[0]?.selected).toBe(true);
    expect(report.tests[0]?.outcomes).toContainEqual(expect.objectContaining({ status: 'passed', attempts: 1 }));
  });
});

test('shards that are merged are remembered as the one run that they are', async () => {
  await using fresh = await createRig(project);
  for (const shard of ['1/2', '2/2']) {
    const run = await fresh.runWith(
      { replay: false },
      '--category',
      'unit',
      '--shard',
      shard,
      '--reports',
      `out/${shard}`,
      '--history',
      'none',
    );
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  }
  for (const time of ['first', 'second']) {
    const merged = await fresh.runWith({ replay: false }, 'merge', 'out', '--history', 'merged.sqlite');
    expect(merged.exitCode, `${time}: ${merged.stdout}`).toBe(0);
  }
  const { stdout } = await fresh.runWith(question, 'history', 'runs', '--history', 'merged.sqlite');
  expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('3 passed')]);
  const xml = await fresh.runWith(
    { replay: false },
    'merge',
    'out/1/2/junit.xml',
    '--history',
    'merged.sqlite',
    '--reports',
    'xml',
  );
  expect([xml.exitCode, xml.stderr]).toEqual([2, expect.stringContaining('--history needs event logs')]);
});
