import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspacesOf } from '../../support/framework-workspace.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';

const { framework: node, make: workspace } = workspacesOf('node', null);
const fixture = (name: string): string => `frameworks/node/${name}`;
const id = (file: string, name: string): string => `test/fixtures/frameworks/node/${file}::${name}`;

const passing = "require('node:test').test('x', () => {});\n";

// The repository's own Node, and whatever the machine has beside it: events differ between major versions.
const executables = [
  join(repository, 'node_modules/.bin/node'),
  '/usr/bin/node',
  ...(process.env['RUNNER_TEST_NODES'] ?? '').split(':'),
];
const versions = executables
  .filter((path) => path !== '' && existsSync(path))
  .map((path) => ({ path, version: spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim() }))
  .filter(({ version }) => Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= 22);

describe.each(versions)('node:test of Node $version', ({ path }) => {
  const run = (options: Partial<RunFrameworkOptions>): Promise<FrameworkRun> =>
    runFramework(node, { root: repository, suiteCwd: 'test/fixtures', pathPrefix: [dirname(path)], ...options });

  it('reports nested, shared and equally named tests under the file that was asked for', async () => {
    const { outcome, statuses, cases } = await run({ files: [fixture('pass.test.mjs')] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      [id('pass.test.mjs', 'adds two numbers')]: 'passed',
      [id('pass.test.mjs', 'declared in a helper')]: 'passed',
      [id('pass.test.mjs', 'outer > inner <x> > is nested')]: 'passed',
      [id('pass.test.mjs', 'outer > has one name')]: 'passed+passed',
      [id('pass.test.mjs', 'parent > child')]: 'passed',
    });
    expect(cases[0]?.line).toBe(4);
  });

  it('reports failures, whatever the characters, and a parent that fails by itself', async () => {
    const { outcome, cases } = await run({ files: [fixture('fail.test.mjs')] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(cases.map(({ name, status }) => [name, status])).toEqual([
      ['is wrong \uFFFD é 😀', 'failed'],
      ['is right', 'passed'],
      ['fails beside its child > child', 'passed'],
      ['fails beside its child', 'failed'],
    ]);
    expect(cases[0]?.problems[0]).toMatchObject({ kind: 'failure', type: 'ERR_ASSERTION' });
  });

  it('reports failing hooks as errors', async () => {
    const { outcome, statuses } = await run({ files: [fixture('hooks.test.mjs')] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({
      [id('hooks.test.mjs', 'bad before > never runs')]: 'error',
      [id('hooks.test.mjs', 'bad before')]: 'error',
      [id('hooks.test.mjs', 'bad after > runs')]: 'passed',
      [id('hooks.test.mjs', 'bad after')]: 'error',
      [id('hooks.test.mjs', 'bad afterEach > runs')]: 'error',
    });
  });

  it('reports skipped tests and suites with their reason', async () => {
    const { outcome, cases } = await run({ files: [fixture('skips.test.mjs')] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(cases.map(({ name, status, skipReason }) => [name, status, skipReason])).toEqual([
      ['skipped', 'skipped', 'not today'],
      ['to do', 'skipped', 'todo'],
      ['skipped suite', 'skipped', 'skipped'],
    ]);
  });

  it('runs the other files when one of three cannot be parsed, and says why', async () => {
    const { outcome, statuses, cases } = await run({
      files: [fixture('pass.test.mjs'), 'broken/syntax.test.mjs', fixture('skips.test.mjs')],
      slots: 2,
    });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toMatchObject({
      [id('pass.test.mjs', 'adds two numbers')]: 'passed',
      'test/fixtures/broken/syntax.test.mjs::broken/syntax.test.mjs': 'error',
      [id('skips.test.mjs', 'skipped')]: 'skipped',
    });
    const broken = cases.find((reported) => reported.status === 'error');
    expect(broken?.problems[0]?.details).toContain('SyntaxError');
  });

  it.each([
    ['defines no test', 'nothing.test.mjs', /ran no test/],
    ['leaves with code 0 in the middle', 'exits.test.mjs', /ended before all of its tests were reported/],
    ['dies of a signal', 'killed.test.mjs', /was ended by SIGKILL/],
    ['throws after its tests', 'late.test.mjs', /exited with code 1/],
  ])('does not pass when a file %s, alone or beside others', async (_case, file, message) => {
    for (const files of [[fixture(file)], [fixture('pass.test.mjs'), fixture(file)]]) {
      const { outcome, cases, statuses } = await run({ files });
      expect(outcome).toEqual({ kind: 'tests-failed' });
      expect(statuses).toMatchObject({ [id(file, fixture(file))]: 'error' });
      expect(cases.find((reported) => reported.status === 'error')?.problems[0]?.message).toMatch(message);
    }
  });

  it('does not pass when a file is not there', async () => {
    const alone = await run({ files: [fixture('gone.test.mjs')] });
    expect(['no-tests', 'crashed', 'report-unusable']).toContain(alone.outcome.kind);
    const beside = await run({ files: [fixture('gone.test.mjs'), fixture('pass.test.mjs')] });
    expect(beside.outcome.kind).not.toBe('passed');
  });

  it('runs files of unusual names and nothing else', async () => {
    const files = [
      '[id]/a.test.js',
      '-dash.test.js',
      '!not.test.js',
      '#hash.test.js',
      'a b/{é,x}.test.js',
      '(g)/+(x).test.js',
      'q?.test.js',
      '*.test.js',
    ];
    const root = workspace(
      Object.fromEntries([...files, 'i/a.test.js', 'a b/x.test.js', 'qq.test.js'].map((file) => [file, passing])),
    );
    const { outcome, statuses } = await run({ root, suiteCwd: '.', files });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses).sort()).toEqual(files.map((file) => `${file}::x`).sort());
  });

  it('runs only the tests that are named', async () => {
    const tests = { [fixture('pass.test.mjs')]: ['adds two numbers', 'outer > inner <x> > is nested'] };
    const { outcome, statuses } = await run({ files: [fixture('pass.test.mjs')], tests });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual([
      id('pass.test.mjs', 'adds two numbers'),
      id('pass.test.mjs', 'outer > inner <x> > is nested'),
    ]);
  });

  it.each([
    ['OUTER and not nested', ['outer > has one name']],
    ['adds two', ['adds two numbers']],
    ['not outer and not (parent or helper)', ['adds two numbers']],
    ['inner and outer', ['outer > inner <x> > is nested']],
  ])('filters by the keyword %s', async (keyword, names) => {
    const { outcome, statuses } = await run({
      files: [fixture('pass.test.mjs'), fixture('fail.test.mjs')],
      keyword: `(${keyword}) and not (wrong or right or fails)`,
    });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual(names.map((name) => id('pass.test.mjs', name)));
  });

  it('has run no test when a keyword matches none', async () => {
    const { outcome } = await run({ files: [fixture('pass.test.mjs')], keyword: 'nothing is called so' });
    expect(outcome).toEqual({ kind: 'no-tests' });
  });
});
