import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { workspacesOf } from '../../support/framework-workspace.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';

const { framework: pytest, make: workspace } = workspacesOf('pytest', null);
const installed = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;
if (!installed) console.warn('pytest is not installed for python3: its contract is not checked');

const run = (options: Partial<RunFrameworkOptions>): Promise<FrameworkRun> =>
  runFramework(pytest, { root: repository, suiteCwd: 'test/fixtures', ...options });
const fixture = (name: string): string => `frameworks/pytest/${name}`;
const id = (file: string, name: string): string => `test/fixtures/frameworks/pytest/${file}::${name}`;

describe.skipIf(!installed)('pytest', () => {
  it('reports parametrised, nested and inherited tests under the files that were asked for', async () => {
    const { outcome, statuses } = await run({ files: [fixture('test_pass.py'), fixture('test_inherits.py')] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      [id('test_pass.py', 'test_adds')]: 'passed',
      [id('test_pass.py', 'test_value[a-1]')]: 'passed',
      [id('test_pass.py', String.raw`test_value[\xe9]`)]: 'passed',
      [id('test_pass.py', 'test_value[x::y]')]: 'passed',
      [id('test_pass.py', 'test_value[z[0]]')]: 'passed',
      [id('test_pass.py', String.raw`test_value[\x01\x1b[31m]`)]: 'passed',
      [id('test_pass.py', 'test_nested')]: 'passed',
      [id('test_inherits.py', 'test_inherited')]: 'passed',
    });
  });

  it('reports a failure with its line and what the test printed, whatever the characters', async () => {
    const { outcome, statuses, cases } = await run({ files: [fixture('test_fail.py')] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({
      [id('test_fail.py', 'test_wrong')]: 'failed',
      [id('test_fail.py', 'test_right')]: 'passed',
    });
    const failed = cases.find((reported) => reported.status === 'failed');
    expect(failed).toMatchObject({ line: 1, problems: [{ kind: 'failure', message: 'assert 1 == 2' }] });
    expect(failed?.stdout).toContain('before the failure ]]>');
  });

  it('reports skipped tests with their reason, and an unexpected pass as a failure', async () => {
    const { statuses, cases } = await run({ files: [fixture('test_skips.py')] });
    expect(statuses).toEqual({
      [id('test_skips.py', 'test_skipped')]: 'skipped',
      [id('test_skips.py', 'test_expected_failure')]: 'skipped',
      [id('test_skips.py', 'test_unexpected_pass')]: 'failed',
    });
    expect(cases[0]?.skipReason).toBe('not today');
  });

  it('does not pass when a file defines no test', async () => {
    expect((await run({ files: [fixture('test_nothing.py')] })).outcome).toEqual({ kind: 'no-tests' });
  });

  it('does not pass when one file of two defines no test', async () => {
    const { outcome } = await run({ files: [fixture('test_nothing.py'), fixture('test_inherits.py')] });
    expect(outcome).toMatchObject({ kind: 'report-unusable' });
  });

  it('does not pass when a file is not there, or conftest.py cannot be imported', async () => {
    const root = workspace({ 'conftest.py': 'import nothing_of_this_name', 'test_a.py': 'def test_a(): pass' });
    expect((await run({ files: [fixture('test_gone.py')] })).outcome).toMatchObject({ kind: 'crashed' });
    expect((await run({ root, suiteCwd: '.', files: ['test_a.py'] })).outcome).toMatchObject({ kind: 'crashed' });
  });

  it('runs only the tests that are named, by their reported names', async () => {
    const { outcome, statuses } = await run({
      files: [fixture('test_pass.py'), fixture('test_inherits.py')],
      tests: {
        [fixture('test_pass.py')]: ['TestOuter::TestInner::test_nested', 'test_value[x::y]', 'test_value[z[0]]'],
      },
    });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual([
      id('test_pass.py', 'test_nested'),
      id('test_pass.py', 'test_value[x::y]'),
      id('test_pass.py', 'test_value[z[0]]'),
      id('test_inherits.py', 'test_inherited'),
    ]);
  });

  it('can be asked again for each test that it reported', async () => {
    const first = await run({ files: [fixture('test_pass.py')] });
    const names = first.ids.map((reported) => pytest.testSelector?.(reported)?.split('::').slice(1).join('::') ?? '');
    const again = await run({ files: [fixture('test_pass.py')], tests: { [fixture('test_pass.py')]: names } });
    expect(again.statuses).toEqual(first.statuses);
  });

  it('filters by keyword and by markers', async () => {
    const files = [fixture('test_pass.py'), fixture('test_inherits.py')];
    const byKeyword = await run({ files, keyword: 'adds or INHERITED and not slow' });
    expect(Object.keys(byKeyword.statuses)).toEqual([
      id('test_pass.py', 'test_adds'),
      id('test_inherits.py', 'test_inherited'),
    ]);
    const byMarker = await run({ files, markers: 'slow', keyword: 'a-1' });
    expect(Object.keys(byMarker.statuses)).toEqual([id('test_pass.py', 'test_value[a-1]')]);
    const none = await run({ files, keyword: 'nothing_is_called_so' });
    expect(none.outcome).toEqual({ kind: 'no-tests' });
  });

  it.each([
    ['in the root', { 'pytest.ini': '[pytest]' }],
    ['beside the tests', { 'backend/tests/pytest.ini': '[pytest]' }],
    ['nowhere', {}],
  ])('identifies tests from the root when its configuration is %s', async (_case, configuration) => {
    const root = workspace({
      ...configuration,
      'backend/tests/test_a.py': 'class TestA:\n    def test_x(self): pass\n',
    });
    const { statuses } = await run({ root, suiteCwd: 'backend', files: ['tests/test_a.py'] });
    expect(statuses).toEqual({ 'backend/tests/test_a.py::test_x': 'passed' });
  });

  it('runs files of unusual names', async () => {
    const files = ['-x.py', '@y.py', 'tests/a b/test_{é}.py'];
    const root = workspace(Object.fromEntries(files.map((file) => [file, 'def test_x(): pass\n'])));
    const { outcome, statuses } = await run({ root, suiteCwd: '.', files });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual(files.map((file) => `${file}::test_x`));
  });

  it('leaves no cache in the folder of the tests', async () => {
    const root = workspace({ 'test_a.py': 'def test_a(): pass\n' });
    await run({ root, suiteCwd: '.', files: ['test_a.py'] });
    expect(spawnSync('ls', ['-A', root], { encoding: 'utf8' }).stdout).toBe('test_a.py\n');
  });
});
