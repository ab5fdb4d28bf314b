import { expect, it } from 'vitest';
import { framework } from '../../support/framework.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';
import { describeWith } from '../../support/tools.ts';

const go = framework('go');
const folder = 'test/fixtures/frameworks/go';
const id = (file: string, name: string): string => `${folder}/${file}::${name}`;
const run = (files: readonly string[], options: Partial<RunFrameworkOptions> = {}): Promise<FrameworkRun> =>
  runFramework(go, { root: repository, suiteCwd: folder, files, ...options });
const errorOf = ({ cases }: FrameworkRun): string | undefined =>
  cases.find(({ status }) => status === 'error')?.problems[0]?.message;

const plain = 'plain/plain_test.go';
const other = 'plain/other_test.go';

describeWith(['go', 'version'], 'go test', () => {
  it('reports every test, subtest, seed and example under the file and line that declares it', async () => {
    const { outcome, statuses, cases, log } = await run([
      plain,
      other,
      'plain/helper_test.go',
      'helper/helper_test.go',
    ]);
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      [id(plain, 'TestAdds')]: 'passed',
      [id(plain, 'TestTable/two_words')]: 'passed',
      [id(plain, 'TestTable/a/b')]: 'passed',
      [id(plain, 'FuzzSeeds/seed#0')]: 'passed',
      [id(other, 'TestOther')]: 'passed',
      [id(other, 'Example')]: 'passed',
    });
    expect(cases.find(({ name }) => name === 'TestTable/a/b')).toMatchObject({
      className: 'example.com/fixture/plain',
      line: 7,
    });
    expect(log).toContain('--- PASS: TestAdds');
    expect(log).not.toContain('"Action"');
  });

  it('runs only the tests of the files that were asked for, though go knows only packages', async () => {
    const { outcome, statuses } = await run([other, 'plain/only_windows_test.go']);
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      [id(other, 'TestOther')]: 'passed',
      [id(other, 'Example')]: 'passed',
      [id('plain/only_windows_test.go', 'plain/only_windows_test.go')]: 'skipped',
    });
  });

  it('reports failures, whatever the characters, and a parent only if it fails by itself', async () => {
    const { outcome, cases } = await run(['kinds/kinds_test.go']);
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(Object.fromEntries(cases.map(({ name, status }) => [name, status]))).toEqual({
      TestWrong: 'failed',
      'TestSubtests/right': 'passed',
      'TestSubtests/é\\x01_wrong': 'failed',
      'TestByItself/right': 'passed',
      TestByItself: 'failed',
      TestSkipped: 'skipped',
      TestCleanup: 'failed',
      TestLong: 'failed',
      TestForged: 'passed',
    });
    const named = (name: string): (typeof cases)[number] | undefined => cases.find((found) => found.name === name);
    expect(named('TestWrong')?.problems[0]).toMatchObject({ kind: 'failure', message: 'is wrong \0\x1b[1m é 😀' });
    expect(named('TestWrong')?.problems[0]?.details).toContain('no line break');
    expect(named('TestSkipped')?.skipReason).toBe('not today');
    expect(named('TestCleanup')?.problems[0]?.message).toBe('in its cleanup');
    const long = named('TestLong')?.problems[0]?.details ?? '';
    expect(long.length).toBeLessThan(100_000);
    expect(long).toMatch(/long end\s*$/);
  });

  it('runs the other packages when one cannot be built, and tells that from a failed test', async () => {
    const { outcome, statuses, cases } = await run([plain, 'broken/broken_test.go', other]);
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toMatchObject({
      [id('broken/broken_test.go', 'example.com/fixture/broken [build failed]')]: 'error',
      [id(plain, 'TestAdds')]: 'passed',
      [id(other, 'TestOther')]: 'passed',
    });
    const broken = cases.find(({ status }) => status === 'error')?.problems[0];
    expect(broken).toMatchObject({ type: 'build-failed' });
    expect(broken?.message).toContain('undefined: undefined');
  });

  it.each([
    ['leaves with 0 behind the back of go, which calls that passed', 'exits', 'TestLeaves'],
    ['leaves with 0', 'quits', 'TestLeaves'],
    ['crashes in another goroutine', 'panics', 'TestPanics'],
  ])('does not pass when a test %s, and says what never ran', async (_case, name, test) => {
    const file = `${name}/${name}_test.go`;
    const { outcome, statuses, cases } = await run([file, plain]);
    expect(['tests-failed', 'crashed']).toContain(outcome.kind);
    expect(statuses).toMatchObject({ [id(file, 'TestFirst')]: 'passed', [id(plain, 'TestAdds')]: 'passed' });
    expect(['failed', 'error']).toContain(statuses[id(file, test)]);
    const unrun = cases.find((found) => found.name.endsWith('[not run]'));
    expect(unrun?.problems[0]?.message).toContain('1 of 3 tests never ran: TestLast');
  });

  it('does not pass when a package of tests runs none of them', async () => {
    const found = await run(['never/never_test.go']);
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(errorOf(found)).toMatch(/^1 of 1 tests never ran: TestNever/);
  });

  it('has run nothing where there is no test', async () => {
    expect((await run(['helper/helper_test.go'])).outcome).toEqual({ kind: 'no-tests' });
    expect((await run([plain], { keyword: 'nothing is called so' })).outcome).toEqual({ kind: 'no-tests' });
  });

  it('does not pass when a file is not there', async () => {
    const beside = await run([plain, 'plain/gone_test.go', 'gone/gone_test.go']);
    expect(beside.outcome).toEqual({ kind: 'tests-failed' });
    expect(beside.statuses).toMatchObject({
      [id('plain/gone_test.go', 'plain/gone_test.go')]: 'error',
      [id('gone/gone_test.go', 'gone/gone_test.go')]: 'error',
      [id(plain, 'TestAdds')]: 'passed',
    });
  });

  it.each([
    [['TestTable/a/b'], ['TestTable/a/b']],
    [['TestTable'], ['TestTable/two_words', 'TestTable/a/b']],
    [
      ['TestTable/two_words', 'TestAdds'],
      ['TestAdds', 'TestTable/two_words'],
    ],
  ])('runs of named tests %j exactly %j', async (tests, names) => {
    const { outcome, statuses } = await run([plain], { tests: { [plain]: tests } });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual(names.map((name) => id(plain, name)));
  });

  it.each([
    ['ADDS or other', [id(plain, 'TestAdds'), id(other, 'TestOther')]],
    ['test and not (adds or other)', [id(plain, 'TestTable/two_words'), id(plain, 'TestTable/a/b')]],
  ])('filters by the keyword %s', async (keyword, ids) => {
    const { outcome, statuses } = await run([plain, other], { keyword });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses).sort()).toEqual([...ids].sort());
  });

  it('passes on what the suite and the command line say to go and to the tests', async () => {
    const given = { suiteOverrides: { args: ['-run=TestAdds', '-v', '-args', 'for', 'them'] } };
    const { outcome, statuses, command } = await run([plain, other], given);
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual([id(plain, 'TestAdds')]);
    expect(command.argv.slice(-4)).toEqual(['--', '-args', 'for', 'them']);
  });
});
