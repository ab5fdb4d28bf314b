import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { workspacesOf } from '../../support/framework-workspace.ts';
import { npmTools, workspaceWith } from '../../support/npm-tools.ts';
import { repository } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';

const tools = npmTools('mocha@12.0.3');
const why = tools.kind === 'missing' ? `, skipped: ${tools.reason}` : '';
const { framework: mocha, make: workspace, runIn, runFixtures } = workspacesOf('mocha', tools);
const broken = { 'syntax.spec.cjs': "it('is never seen', () => {\n" };
const run = (options: Partial<RunFrameworkOptions>): Promise<FrameworkRun> => runFixtures(options, broken);

const passing = "it('x', () => {});\n";

describe.skipIf(tools.kind === 'missing')(`mocha${why}`, () => {
  it('reports why a test failed, however much it says', async () => {
    const { cases } = await run({ files: ['fail.spec.cjs'] });
    expect(cases[0]?.problems[0]).toMatchObject({ kind: 'failure', type: 'ERR_ASSERTION' });
    expect(cases[0]?.problems[0]?.details).toContain('expected: 2\nactual:   1');
    expect(cases[2]?.problems[0]?.details.length).toBeLessThan(70_000);
  });

  it('tells of a file that cannot be loaded even where its tests were not asked for by name', async () => {
    const { outcome, statuses, log } = await run({ files: ['pass.spec.cjs', 'syntax.spec.cjs'], keyword: 'adds two' });
    expect(log).toContain('syntax.spec.cjs cannot be loaded');
    expect(log).toContain('1 passing');
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({
      'pass.spec.cjs::adds two numbers': 'passed',
      'syntax.spec.cjs::syntax.spec.cjs': 'error',
    });
  });

  it('runs nothing of a file that broke in the middle of a suite, and keeps the others as they are', async () => {
    const { statuses } = await run({ files: ['half.spec.cjs', 'rejects.spec.cjs'] });
    expect(statuses).toEqual({
      'half.spec.cjs::half.spec.cjs': 'error',
      'rejects.spec.cjs::starts something': 'passed',
      'rejects.spec.cjs::waits a little': 'failed',
    });
  });

  it('does not pass without a test, nor when one of its files has none', async () => {
    expect((await run({ files: ['nothing.spec.cjs'] })).outcome).toEqual({ kind: 'no-tests' });
    const { outcome } = await run({ files: ['pass.spec.cjs', 'nothing.spec.cjs'] });
    expect(outcome).toMatchObject({ kind: 'report-unusable' });
    expect(outcome).toHaveProperty('problem', expect.stringContaining('nothing.spec.cjs'));
  });

  it.each([
    ['cannot be read', { '.mocharc.json': '{' }, { kind: 'report-unusable' }],
    ['would only look', { '.mocharc.json': '{ "dry-run": true }' }, { kind: 'tests-failed' }],
    ['lets failures pass', { '.mocharc.json': '{ "pass-on-failing-test-suite": true }' }, { kind: 'tests-failed' }],
    ['leaves the file out', { '.mocharc.json': '{ "ignore": "a.spec.cjs" }' }, { kind: 'report-unusable' }],
  ])('does not pass when its configuration %s', async (_case, files, outcome) => {
    const failing = "it('x', () => { throw new Error('no'); });\n";
    const root = workspace({ ...files, 'a.spec.cjs': failing });
    expect((await runIn(root, { files: ['a.spec.cjs'] })).outcome).toMatchObject(outcome);
  });

  it('runs exactly the files that are asked for, whatever their names and whatever its configuration adds', async () => {
    const asked = ['[id]/a.spec.cjs', '-dash.spec.cjs', '@at.spec.cjs', 'a b/{é}.spec.cjs', '(group)/x+y.spec.cjs'];
    const others = ['src/-dash.spec.cjs', 'i/a.spec.cjs', 'x-dash.spec.cjs'];
    const root = workspace({
      ...Object.fromEntries([...asked, ...others].map((file) => [file, passing])),
      'set-up.cjs': "console.log('set up');",
      '.mocharc.json': '{ "spec": ["**/*.spec.cjs"], "file": ["set-up.cjs"] }',
    });
    const { outcome, statuses, log } = await runIn(root, { files: asked });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses).sort()).toEqual(asked.map((file) => `${file}::x`).sort());
    expect(log).toContain('set up');
  });

  it('identifies files from the root, also those of modules', async () => {
    const root = workspace({
      'web/lib.mjs': "export const declare = () => it('x', () => {});\n",
      'web/test/a.mjs':
        "import { it } from 'mocha';\nimport { declare } from '../lib.mjs';\ndeclare();\nit('y', () => {});\n",
    });
    const { outcome, ids } = await runIn(root, { suiteCwd: 'web', files: ['test/a.mjs'] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(ids).toEqual([
      { file: 'web/test/a.mjs', className: 'test/a.mjs', name: 'x' },
      { file: 'web/test/a.mjs', className: 'test/a.mjs', name: 'y' },
    ]);
  });

  it('runs files side by side where its configuration wants that and the task has slots', async () => {
    const root = workspace({
      '.mocharc.json': '{ "parallel": true }',
      'a.spec.cjs': "it('x', () => console.log(`worker ${process.env.MOCHA_WORKER_ID}`));\n",
      'b.spec.cjs': "describe('outer', () => it('y', () => { throw new Error('no'); }));\n",
      'c.spec.cjs': "it('z', () => {",
    });
    const { outcome, statuses } = await runIn(root, { files: ['a.spec.cjs', 'b.spec.cjs'], slots: 2 });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({ 'a.spec.cjs::x': 'passed', 'b.spec.cjs::outer > y': 'failed' });
    const broken = await runIn(root, { files: ['a.spec.cjs', 'c.spec.cjs'], slots: 2 });
    expect(broken.outcome.kind).not.toBe('passed');
  });

  it('runs only the tests that are named, and not those of which they are the beginning', async () => {
    const root = workspace({
      'a.spec.cjs': "describe('outer', () => ['x', 'x y', 'z'].forEach((name) => it(name, () => {})));\n",
    });
    const tests = { 'a.spec.cjs': ['outer > x', 'outer > z #2'] };
    const { outcome, statuses } = await runIn(root, { files: ['a.spec.cjs'], tests });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual(['a.spec.cjs::outer > x', 'a.spec.cjs::outer > z']);
  });

  it('asks for the whole file where a hook failed', async () => {
    const { ids } = await run({ files: ['hooks.spec.cjs'] });
    expect(ids.map((id) => mocha.testSelector?.(id))).toEqual([
      'hooks.spec.cjs',
      'hooks.spec.cjs::bad after > runs',
      'hooks.spec.cjs',
      'hooks.spec.cjs::bad afterEach > runs',
      'hooks.spec.cjs',
      'hooks.spec.cjs::bad before > never runs',
      'hooks.spec.cjs::bad afterEach > never runs',
    ]);
  });

  it.each([
    ['OUTER and not nested', ['outer > takes 1', 'outer > takes 2', 'outer > has one name']],
    ['adds two', ['adds two numbers']],
    ['inner or (takes and 2)', ['outer > takes 2', 'outer > inner <x> > is nested']],
  ])('filters by the keyword %s', async (keyword, names) => {
    const { outcome, statuses } = await run({ files: ['pass.spec.cjs', 'skips.spec.cjs'], keyword });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual(names.map((name) => `pass.spec.cjs::${name}`));
  });

  it('has run no test when a keyword matches none', async () => {
    const { outcome } = await run({ files: ['pass.spec.cjs'], keyword: 'nothing is called so' });
    expect(outcome).toEqual({ kind: 'no-tests' });
  });

  it('is known to have stopped early by the bail of its configuration', async () => {
    const root = workspace({
      '.mocharc.json': '{ "bail": true }',
      'a.spec.cjs': "it('x', () => { throw new Error('first'); });\nit('y', () => {});\n",
    });
    const { outcome, log, command, statuses } = await runIn(root, { files: ['a.spec.cjs'] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({ 'a.spec.cjs::x': 'failed', 'a.spec.cjs::y': 'skipped' });
    expect(mocha.stoppedEarly?.({ argv: command.argv, tail: log })).toBe(true);
  });

  it.each(['10.8.2'])('works the same in version %s', async (version) => {
    const root = workspaceWith(npmTools(`mocha@${version}`), join(repository, 'test/fixtures/frameworks/mocha'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    writeFileSync(join(root, 'syntax.spec.cjs'), broken['syntax.spec.cjs']);
    const { outcome, statuses } = await runIn(root, { files: ['pass.spec.cjs', 'syntax.spec.cjs', 'hooks.spec.cjs'] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toMatchObject({
      'pass.spec.cjs::outer > inner <x> > is nested': 'passed',
      'syntax.spec.cjs::syntax.spec.cjs': 'error',
      'hooks.spec.cjs::bad before > "before all" hook for "never runs"': 'error',
      'hooks.spec.cjs::bad before > never runs': 'skipped',
    });
  });
});
