import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { workspacesOf } from '../../support/framework-workspace.ts';
import { npmTools } from '../../support/npm-tools.ts';

const tools = npmTools('jest@30.5.2');
const why = tools.kind === 'missing' ? `, skipped: ${tools.reason}` : '';
const { framework: jest, make: workspace, runIn, runFixtures: run } = workspacesOf('jest', tools);

const passing = "test('x', () => {});\n";
const config = 'module.exports = {};\n';

describe.skipIf(tools.kind === 'missing')(`jest${why}`, () => {
  it('reports tests with their lines', async () => {
    const { cases } = await run({ files: ['pass.test.cjs'] });
    expect(cases.map(({ line }) => line)).toEqual([1, 5, 7, 7, 8, 9]);
  });

  it('reports why a test failed, however much it says', async () => {
    const { cases } = await run({ files: ['fail.test.cjs'] });
    expect(cases[0]?.problems[0]).toMatchObject({ kind: 'failure', type: 'Error' });
    expect(cases[0]?.problems[0]?.message).toContain('expect(received).toBe(expected)');
    expect(cases[2]?.problems[0]?.details.length).toBeLessThan(70_000);
  });

  it('does not pass when a file defines no test', async () => {
    const { outcome, statuses } = await run({ files: ['nothing.test.cjs'] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({ 'nothing.test.cjs::nothing.test.cjs': 'error' });
  });

  it.each([
    ['leaves with code 0', 'exits.test.cjs', '0', 'leaves'],
    ['leaves with another code, each of the times that jest tries it again', 'exits.test.cjs', '3', 'leaves'],
    ['is killed', 'killed.test.cjs', '0', 'dies'],
  ])('names the test in which a worker %s', async (_case, file, EXIT_CODE, name) => {
    const environment = { 'jest.config.cjs': `process.env.EXIT_CODE = '${EXIT_CODE}';\n${config}` };
    const result = await run({ files: [file, 'pass.test.cjs'], slots: 2 }, environment);
    expect(result.outcome).toEqual({ kind: 'tests-failed' });
    expect(result.statuses).toMatchObject({
      [`${file}::before`]: 'passed',
      [`${file}::${name}`]: 'error',
      'pass.test.cjs::adds two numbers': 'passed',
    });
    expect(result.statuses).not.toHaveProperty([`${file}::after`]);
  });

  it.each([
    ['its configuration cannot be read', { 'jest.config.cjs': 'module.exports = {', 'a.test.cjs': passing }],
    [
      'its global set-up fails',
      {
        'jest.config.cjs': "module.exports = { globalSetup: './broken.cjs' };",
        'broken.cjs': "module.exports = () => { throw new Error('set-up broke'); };",
        'a.test.cjs': passing,
      },
    ],
  ])('does not pass when %s', async (_case, files) => {
    const { outcome } = await runIn(workspace(files), { files: ['a.test.cjs'] });
    expect(outcome).toMatchObject({ kind: 'report-unusable' });
  });

  it('does not pass when its global teardown fails', async () => {
    const root = workspace({
      'jest.config.cjs': "module.exports = { globalTeardown: './broken.cjs' };",
      'broken.cjs': "module.exports = () => { throw new Error('teardown broke'); };",
      'a.test.cjs': passing,
    });
    const { outcome, statuses } = await runIn(root, { files: ['a.test.cjs'] });
    expect(outcome).toMatchObject({ kind: 'crashed' });
    expect(statuses).toEqual({ 'a.test.cjs::x': 'passed' });
  });

  it('does not pass when its configuration does not take a file for a test', async () => {
    const root = workspace({
      'jest.config.cjs': "module.exports = { testMatch: ['**/src/**'] };",
      'src/a.test.cjs': passing,
      'other/b.test.cjs': passing,
    });
    const both = await runIn(root, { files: ['src/a.test.cjs', 'other/b.test.cjs'] });
    expect(both.outcome).toMatchObject({ kind: 'report-unusable' });
    expect(both.outcome).toHaveProperty('problem', expect.stringContaining('other/b.test.cjs'));
    expect((await runIn(root, { files: ['other/b.test.cjs'] })).outcome).toEqual({ kind: 'no-tests' });
  });

  it('runs exactly the files that are asked for, whatever their names', async () => {
    const asked = ['[id]/a.test.cjs', '-dash.test.cjs', '@at.test.cjs', 'a b/{é}.test.cjs', '(group)/x+y.test.cjs'];
    const others = ['src/-dash.test.cjs', 'i/a.test.cjs', 'x-dash.test.cjs'];
    const files = Object.fromEntries([...asked, ...others].map((file) => [file, passing]));
    const root = workspace({ ...files, 'jest.config.cjs': config });
    const { outcome, statuses } = await runIn(root, { files: asked });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses).sort()).toEqual(asked.map((file) => `${file}::x`).sort());
  });

  it('identifies files from the root in several projects, and tells the projects apart', async () => {
    const root = workspace({
      'web/jest.config.cjs':
        "module.exports = { reporters: ['dot'], projects: ['one', 'two'].map((name) => ({ displayName: name, rootDir: `${__dirname}/${name}` })) };",
      'web/one/a.test.cjs': passing,
      'web/two/a.test.cjs': passing,
      'web/two/b.test.cjs': passing,
    });
    const { outcome, ids } = await runIn(root, { suiteCwd: 'web', files: ['one/a.test.cjs', 'two/a.test.cjs'] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(ids.map(({ file, className }) => [file, className]).sort()).toEqual([
      ['web/one/a.test.cjs', 'one/a.test.cjs [one]'],
      ['web/two/a.test.cjs', 'two/a.test.cjs [two]'],
    ]);
  });

  it('runs only the tests that are named', async () => {
    const tests = { 'pass.test.cjs': ['outer > takes 1', 'outer > has one name #2'] };
    const { outcome, statuses } = await run({ files: ['pass.test.cjs'], tests });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      'pass.test.cjs::outer > takes 1': 'passed',
      'pass.test.cjs::outer > has one name': 'passed+passed',
    });
  });

  it.each([
    ['OUTER and not nested', ['outer > takes 1', 'outer > takes 2', 'outer > has one name']],
    ['adds two', ['adds two numbers']],
    ['inner or (takes and 2)', ['outer > inner <x> > is nested', 'outer > takes 2']],
  ])('filters by the keyword %s', async (keyword, names) => {
    const { outcome, statuses } = await run({ files: ['pass.test.cjs', 'skips.test.cjs'], keyword });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual(names.map((name) => `pass.test.cjs::${name}`));
  });

  it('has run no test when a keyword matches none', async () => {
    const { outcome } = await run({ files: ['pass.test.cjs'], keyword: 'nothing is called so' });
    expect(outcome).toEqual({ kind: 'no-tests' });
  });

  it('is known to have stopped early by the bail of its configuration', async () => {
    const root = workspace({
      'jest.config.cjs': 'module.exports = { bail: 1 };',
      'a.test.cjs': "test('x', () => { throw new Error('first'); });\n",
      'b.test.cjs': "test('y', () => { throw new Error('second'); });\n",
    });
    const { outcome, log, command } = await runIn(root, { files: ['a.test.cjs', 'b.test.cjs'] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(jest.stoppedEarly?.({ argv: command.argv, tail: log })).toBe(true);
  });

  it('leaves nothing in the workspace', async () => {
    const root = workspace({ 'jest.config.cjs': config, 'a.test.cjs': passing });
    await runIn(root, { files: ['a.test.cjs'] });
    expect(readdirSync(root).sort()).toEqual(['a.test.cjs', 'jest.config.cjs', 'node_modules']);
  });
});
