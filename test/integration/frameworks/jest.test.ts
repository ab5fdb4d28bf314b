import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { framework } from '../../support/framework.ts';
import { npmTools, workspaceWith } from '../../support/npm-tools.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';

const tools = npmTools('jest@30.5.2');
const why = tools.kind === 'missing' ? `, skipped: ${tools.reason}` : '';
const jest = framework('jest');
const made: string[] = [];
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));

const passing = "test('x', () => {});\n";
const config = 'module.exports = {};\n';

function workspace(content: Parameters<typeof workspaceWith>[1]): string {
  const root = workspaceWith(tools, content);
  made.push(root);
  return root;
}

function workspaceFile(root: string, path: string, text: string): string {
  writeFileSync(join(root, path), text);
  return root;
}

const runIn = (root: string, options: Partial<RunFrameworkOptions>): Promise<FrameworkRun> =>
  runFramework(jest, { root, pathPrefix: [join(root, 'node_modules/.bin')], ...options });

/** On the fixtures, with the broken file beside them. */
function run(options: Partial<RunFrameworkOptions>): Promise<FrameworkRun> {
  const broken = readFileSync(join(repository, 'test/fixtures/broken/syntax.test.cjs'), 'utf8');
  const root = workspace(join(repository, 'test/fixtures/frameworks/jest'));
  return runIn(workspaceFile(root, 'syntax.test.cjs', broken), options);
}

describe.skipIf(tools.kind === 'missing')(`jest${why}`, () => {
  it('reports nested, parametrised and equally named tests with their lines', async () => {
    const { outcome, statuses, cases } = await run({ files: ['pass.test.cjs'] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      'pass.test.cjs::adds two numbers': 'passed',
      'pass.test.cjs::outer > inner <x> > is nested': 'passed',
      'pass.test.cjs::outer > takes 1': 'passed',
      'pass.test.cjs::outer > takes 2': 'passed',
      'pass.test.cjs::outer > has one name': 'passed+passed',
    });
    expect(cases.map(({ line }) => line)).toEqual([1, 5, 7, 7, 8, 9]);
  });

  it('reports failures, whatever their characters and however much they say', async () => {
    const { outcome, cases } = await run({ files: ['fail.test.cjs'] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(cases.map(({ name, status }) => [name, status])).toEqual([
      ['is wrong \uFFFD é 😀', 'failed'],
      ['is right', 'passed'],
      ['says a lot', 'failed'],
    ]);
    expect(cases[0]?.problems[0]).toMatchObject({ kind: 'failure', type: 'Error' });
    expect(cases[0]?.problems[0]?.message).toContain('expect(received).toBe(expected)');
    expect(cases[2]?.problems[0]?.details.length).toBeLessThan(70_000);
  });

  it('reports a failing beforeAll with each test that it keeps from running, and a failing afterAll for its file', async () => {
    const { outcome, statuses, cases } = await run({ files: ['hooks.test.cjs'] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({
      'hooks.test.cjs::bad beforeAll > never runs': 'failed',
      'hooks.test.cjs::bad afterAll > runs': 'passed',
      'hooks.test.cjs::bad afterEach > fails twice': 'failed',
      'hooks.test.cjs::hooks.test.cjs': 'error',
    });
    expect(cases.at(-1)?.problems[0]?.details).toContain('teardown broke');
  });

  it('reports skipped tests and those to do, and a test that fails as expected as passed', async () => {
    const { outcome, statuses } = await run({ files: ['skips.test.cjs'] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      'skips.test.cjs::skipped': 'skipped',
      'skips.test.cjs::to do': 'skipped',
      'skips.test.cjs::fails as expected': 'passed',
      'skips.test.cjs::skipped suite > inside': 'skipped',
    });
  });

  it('reports a test once that passes when it is tried again', async () => {
    const { outcome, statuses } = await run({ files: ['flaky.test.cjs'] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({ 'flaky.test.cjs::passes the second time': 'passed' });
  });

  it('runs the other files when one of three cannot be parsed', async () => {
    const { outcome, statuses } = await run({ files: ['pass.test.cjs', 'syntax.test.cjs', 'fail.test.cjs'], slots: 2 });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toMatchObject({
      'pass.test.cjs::adds two numbers': 'passed',
      'syntax.test.cjs::syntax.test.cjs': 'error',
      'fail.test.cjs::is right': 'passed',
    });
  });

  it.each([
    ['defines no test', 'nothing.test.cjs', { 'nothing.test.cjs': 'error' }],
    ['throws after its test has passed', 'rejects.test.cjs', { 'starts something': 'failed' }],
  ])('does not pass when a file %s', async (_case, file, statuses) => {
    const result = await run({ files: [file] });
    expect(result.outcome).toEqual({ kind: 'tests-failed' });
    expect(result.statuses).toMatchObject(
      Object.fromEntries(Object.entries(statuses).map(([name, status]) => [`${file}::${name}`, status])),
    );
  });

  it('passes beside output after the last test', async () => {
    const { outcome, log } = await run({ files: ['late.test.cjs'] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(log).toContain('printed after the last test');
  });

  it.each([
    ['leaves with code 0', 'exits.test.cjs', '0', 'leaves'],
    ['leaves with another code, each of the times that jest tries it again', 'exits.test.cjs', '3', 'leaves'],
    ['is killed', 'killed.test.cjs', '0', 'dies'],
  ])('names the test in which a worker %s', async (_case, file, EXIT_CODE, name) => {
    const environment = `process.env.EXIT_CODE = '${EXIT_CODE}';\n${config}`;
    const root = workspace(join(repository, 'test/fixtures/frameworks/jest'));
    const result = await runIn(workspaceFile(root, 'jest.config.cjs', environment), {
      files: [file, 'pass.test.cjs'],
      slots: 2,
    });
    expect(result.outcome).toEqual({ kind: 'tests-failed' });
    expect(result.statuses).toMatchObject({
      [`${file}::before`]: 'passed',
      [`${file}::${name}`]: 'error',
      'pass.test.cjs::adds two numbers': 'passed',
    });
    expect(result.statuses).not.toHaveProperty([`${file}::after`]);
  });

  it.each([
    ['leaves with code 0', 'exits.test.cjs', { kind: 'report-unusable' }],
    ['is killed', 'killed.test.cjs', { kind: 'crashed', exit: { kind: 'signal', signal: 'SIGSEGV' } }],
  ])('keeps what had finished when the only process %s', async (_case, file, outcome) => {
    const result = await run({ files: [file] });
    expect(result.outcome).toMatchObject(outcome);
    expect(result.statuses).toEqual({ [`${file}::before`]: 'passed' });
  });

  it('keeps what had finished when it hangs and is ended', async () => {
    const { outcome, statuses } = await run({ files: ['hangs.test.cjs'], killWhen: /about to hang/ });
    expect(outcome).toMatchObject({ kind: 'crashed' });
    expect(statuses).toEqual({ 'hangs.test.cjs::before': 'passed' });
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

  it('says how to ask for a failed test again, and then runs it alone', async () => {
    const first = await run({ files: ['fail.test.cjs'] });
    const selector = jest.testSelector?.(first.ids[2] ?? { file: null, className: '', name: '' });
    expect(selector).toBe('fail.test.cjs::says a lot');
    const again = await run({ files: ['fail.test.cjs'], tests: { 'fail.test.cjs': ['says a lot'] } });
    expect(again.statuses).toEqual({ 'fail.test.cjs::says a lot': 'failed' });
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
