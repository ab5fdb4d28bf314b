import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { workspacesOf } from '../../support/framework-workspace.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';

const { framework: vitest, make: workspace } = workspacesOf('vitest');
const run = (options: Partial<RunFrameworkOptions>): Promise<FrameworkRun> =>
  runFramework(vitest, { root: repository, suiteCwd: 'test/fixtures', ...options });
const fixture = (name: string): string => `frameworks/vitest/${name}`;
const id = (file: string, name: string): string => `test/fixtures/frameworks/vitest/${file}::${name}`;

const passing = "import { test } from 'vitest';\ntest('x', () => {});\n";

describe('vitest', () => {
  it('reports nested, parametrised and equally named tests with their lines', async () => {
    const { outcome, statuses, cases } = await run({ files: [fixture('pass.test.ts')] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      [id('pass.test.ts', 'adds two numbers')]: 'passed',
      [id('pass.test.ts', 'outer > inner <x> > is nested')]: 'passed',
      [id('pass.test.ts', 'outer > takes 1')]: 'passed',
      [id('pass.test.ts', 'outer > takes 2')]: 'passed',
      [id('pass.test.ts', 'outer > has one name')]: 'passed+passed',
    });
    expect(cases[0]?.line).toBe(3);
  });

  it('reports a failure with what the test printed, whatever the characters', async () => {
    const { outcome, cases } = await run({ files: [fixture('fail.test.ts')] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(cases.map((reported) => reported.status)).toEqual(['failed', 'passed']);
    expect(cases[0]?.name).toBe('is wrong \uFFFD é 😀');
    expect(cases[0]?.problems[0]).toMatchObject({ kind: 'failure', type: 'AssertionError' });
    expect(cases[0]?.stdout).toContain('before the failure ]]>');
  });

  it('reports skipped tests with their reason', async () => {
    const { cases } = await run({ files: [fixture('skips.test.ts')] });
    expect(cases.map(({ name, status, skipReason }) => [name, status, skipReason])).toEqual([
      ['skipped', 'skipped', 'skip'],
      ['to do', 'skipped', 'todo'],
      ['skips itself', 'skipped', 'not today'],
      ['fails as expected', 'passed', null],
    ]);
  });

  it.each([
    ['defines no test', 'nothing.test.ts', { 'frameworks/vitest/nothing.test.ts': 'error' }],
    [
      'leaves a rejection behind',
      'late.test.ts',
      { 'starts something': 'passed', 'Unhandled Rejection: nobody waits for this': 'error' },
    ],
  ])('does not pass when a file %s', async (_case, file, statuses) => {
    const result = await run({ files: [fixture(file)] });
    expect(result.outcome).toEqual({ kind: 'tests-failed' });
    expect(result.statuses).toMatchObject(
      Object.fromEntries(Object.entries(statuses).map(([name, status]) => [id(file, name), status])),
    );
  });

  it('does not pass when its configuration cannot be read', async () => {
    const root = workspace({ 'vitest.config.ts': 'export default {', 'a.test.ts': passing });
    expect((await run({ root, suiteCwd: '.', files: ['a.test.ts'] })).outcome).toMatchObject({
      kind: 'report-unusable',
    });
  });

  it('names a file that its configuration does not take for a test', async () => {
    const root = workspace({
      'vitest.config.mjs': "export default { test: { include: ['src/**/*.test.ts'] } };",
      'src/a.test.ts': passing,
      'other/b.test.ts': passing,
    });
    const { outcome, statuses } = await run({ root, suiteCwd: '.', files: ['src/a.test.ts', 'other/b.test.ts'] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({ 'src/a.test.ts::x': 'passed', 'other/b.test.ts::other/b.test.ts': 'error' });
    expect((await run({ root, suiteCwd: '.', files: ['other/b.test.ts'] })).outcome).toEqual({ kind: 'tests-failed' });
  });

  it('runs exactly the files that are asked for, although its filters are substrings', async () => {
    const files = ['src/a.test.ts', 'src/a.test.tsx', 'lib/src/a.test.ts', 'xsrc/a.test.ts', 'SRC/A.test.ts'];
    const root = workspace(Object.fromEntries(files.map((file) => [file, passing])));
    for (const asked of [['src/a.test.ts'], ['src/a.test.ts', 'lib/src/a.test.ts']]) {
      const { outcome, statuses } = await run({ root, suiteCwd: '.', files: asked });
      expect(outcome).toEqual({ kind: 'passed' });
      expect(Object.keys(statuses).sort()).toEqual(asked.map((file) => `${file}::x`).sort());
    }
  });

  it('runs files of unusual names', async () => {
    const files = ['[id]/a.test.ts', '-dash.test.ts', '@at.test.ts', 'a b/{é}.test.ts', '(group)/x+y.test.ts'];
    const root = workspace(Object.fromEntries(files.map((file) => [file, passing])));
    const { outcome, statuses } = await run({ root, suiteCwd: '.', files });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses).sort()).toEqual(files.map((file) => `${file}::x`).sort());
  });

  it('identifies files from the root in a workspace of several projects with roots of their own', async () => {
    const root = workspace({
      'web/vitest.config.mjs':
        "export default { test: { reporters: ['dot'], outputFile: 'x.json', projects: [{ test: { name: 'one', root: 'one' } }, { test: { name: 'two', root: 'two' } }] } };",
      'web/one/a.test.ts': passing,
      'web/two/a.test.ts': passing,
      'web/two/b.test.ts': passing,
    });
    const { outcome, ids } = await run({ root, suiteCwd: 'web', files: ['one/a.test.ts', 'two/a.test.ts'] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(ids.map(({ file, className }) => [file, className]).sort()).toEqual([
      ['web/one/a.test.ts', 'one/a.test.ts [one]'],
      ['web/two/a.test.ts', 'two/a.test.ts [two]'],
    ]);
  });

  it('runs only the tests that are named', async () => {
    const files = [fixture('pass.test.ts')];
    const tests = { [fixture('pass.test.ts')]: ['adds two numbers', 'outer > inner <x> > is nested'] };
    const { outcome, statuses } = await run({ files, tests });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual([
      id('pass.test.ts', 'adds two numbers'),
      id('pass.test.ts', 'outer > inner <x> > is nested'),
    ]);
  });

  it('filters by keyword expressions without reporting what they leave out', async () => {
    const files = [fixture('pass.test.ts')];
    const some = await run({ files, keyword: '(OUTER and not takes) or adds two' });
    expect(Object.keys(some.statuses)).toEqual([
      id('pass.test.ts', 'adds two numbers'),
      id('pass.test.ts', 'outer > inner <x> > is nested'),
      id('pass.test.ts', 'outer > has one name'),
    ]);
    const none = await run({ files, keyword: 'nothing is called so' });
    expect(none.outcome).toEqual({ kind: 'no-tests' });
  });

  it('keeps what had finished when it is killed', async () => {
    const root = workspace({
      'a.test.ts': passing,
      'b.test.ts': "import { test } from 'vitest';\ntest('kills', () => { process.kill(process.ppid, 'SIGKILL'); });\n",
      'vitest.config.mjs':
        'export default { test: { sequence: { sequencer: class { sort(f) { return f.sort((a, b) => a.moduleId < b.moduleId ? -1 : 1); } shard(f) { return f; } } } } };',
    });
    const { outcome, statuses } = await run({ root, suiteCwd: '.', files: ['a.test.ts', 'b.test.ts'] });
    expect(outcome).toEqual({ kind: 'crashed', exit: { kind: 'signal', signal: 'SIGKILL' } });
    expect(statuses).toEqual({ 'a.test.ts::x': 'passed' });
  });

  it('works from plugins that lie elsewhere, as in a build', async () => {
    const pluginsDir = mkdtempSync(join(tmpdir(), 'runner plugins-'));
    onTestFinished(() => rmSync(pluginsDir, { recursive: true, force: true }));
    cpSync(join(repository, 'src/frameworks/plugins'), pluginsDir, { recursive: true });
    expect((await run({ files: [fixture('pass.test.ts')], pluginsDir })).outcome).toEqual({ kind: 'passed' });
  });
});
