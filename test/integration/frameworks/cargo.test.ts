import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { framework } from '../../support/framework.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';
import { describeWith } from '../../support/tools.ts';

const cargo = framework('cargo');
const folder = 'test/fixtures/frameworks/cargo';
const id = (file: string, name: string): string => `${folder}/${file}::${name}`;
const run = (files: readonly string[], options: Partial<RunFrameworkOptions> = {}): Promise<FrameworkRun> =>
  runFramework(cargo, { root: repository, suiteCwd: folder, files, slots: 2, ...options });
const problemOf = ({ cases }: FrameworkRun, name: string): string | undefined =>
  cases.find((found) => found.name === name)?.problems[0]?.message;

const lib = 'plain/src/lib.rs';
const main = 'plain/src/main.rs';
const works = 'plain/tests/works.rs';
const own = 'plain/tests/own.rs';
const extra = 'plain/tests/extra.rs';
const whole = [lib, main, works, own, extra];

describeWith(['cargo', '--version'], 'cargo test', () => {
  beforeAll(() => {
    // Beside the other caches and not in the repository, so that a second run has nothing to compile.
    process.env['CARGO_TARGET_DIR'] = join(tmpdir(), 'runner-cargo-fixture');
  });

  it('reports unit, integration and documentation tests, targets without tests and harnesses of their own', async () => {
    const { outcome, statuses, cases, log } = await run(whole);
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      [id(lib, 'tests::adds')]: 'passed',
      [id(lib, 'tests::overflows')]: 'passed',
      [id(lib, 'plain/src/lib.rs - (line 1)')]: 'passed',
      [id(lib, 'plain/src/lib.rs - add (line 5)')]: 'passed',
      [id(works, 'adds')]: 'passed',
      [id(works, 'adds_more')]: 'passed',
      [id(own, 'fixture-plain::own')]: 'passed',
      [id(extra, 'fixture-plain::extra')]: 'skipped',
    });
    expect(new Set(cases.map(({ className }) => className))).toEqual(
      new Set([
        'fixture-plain',
        'fixture-plain (doc)',
        'fixture-plain::works',
        'fixture-plain::own',
        'fixture-plain::extra',
      ]),
    );
    expect(log).toContain('test tests::adds ... ok');
    expect(log).not.toContain('"reason"');
  });

  it('runs only the targets that were asked for', async () => {
    const { outcome, statuses } = await run([works]);
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({ [id(works, 'adds')]: 'passed', [id(works, 'adds_more')]: 'passed' });
  });

  it.each([1, 2])(
    'reports every kind of failure on %i slots, whatever is printed behind the capture',
    async (slots) => {
      const found = await run(['kinds/tests/kinds.rs'], { slots });
      expect(found.outcome).toEqual({ kind: 'tests-failed' });
      expect(Object.fromEntries(found.cases.map(({ name, status }) => [name, status]))).toEqual({
        is_wrong: 'failed',
        returns_an_error: 'failed',
        ignored_with_reason: 'skipped',
        ignored_without: 'skipped',
        does_not_panic: 'failed',
        long: 'failed',
        prints_behind_the_capture: 'passed',
      });
      expect(problemOf(found, 'is_wrong')).toBe('assertion `left == right` failed: é 😀 \x1b[31m\0');
      expect(problemOf(found, 'returns_an_error')).toBe('Error: "no good"');
      expect(problemOf(found, 'does_not_panic')).toContain('test did not panic as expected');
      const long = found.cases.find(({ name }) => name === 'long')?.problems[0]?.details ?? '';
      expect(long.length).toBeLessThan(100_000);
      expect(found.cases.find(({ name }) => name === 'ignored_with_reason')?.skipReason).toBe('not today');
    },
  );

  it('runs the other targets when one cannot be built, and tells that from a failed test', async () => {
    const found = await run([works, 'broken/tests/broken.rs', 'broken/tests/whole.rs', 'kinds/tests/kinds.rs']);
    expect(found.outcome.kind).toBe('tests-failed');
    expect(found.cases.filter(({ status }) => status === 'error')).toHaveLength(1);
    expect(found.statuses).toMatchObject({
      [id('broken/tests/broken.rs', 'fixture-broken::broken [build failed]')]: 'error',
      [id('broken/tests/whole.rs', 'stands_beside')]: 'passed',
      [id('kinds/tests/kinds.rs', 'is_wrong')]: 'failed',
      [id(works, 'adds')]: 'passed',
    });
    expect(problemOf(found, 'fixture-broken::broken [build failed]')).toContain('cannot find function `undefined`');
  });

  it.each([
    ['exits', 'leaves with 0', /^ended before its tests did: 2 of its 3 tests did not report$/],
    ['aborts', 'aborts', /^ended before its tests did \(signal: 6, SIGABRT.*\): 2 of its 3 tests did not report$/],
  ])('does not pass when a test of %s.rs %s, and runs the other targets', async (name, _how, message) => {
    const file = `ends/tests/${name}.rs`;
    const found = await run([file, works], { slots: 1 });
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(found.statuses).toMatchObject({ [id(file, 'a_first')]: 'passed', [id(works, 'adds')]: 'passed' });
    expect(problemOf(found, `fixture-ends::${name} [broke off]`)).toMatch(message);
    expect(found.statuses[id(file, name === 'exits' ? 'b_leaves' : 'b_aborts')]).toBe('error');
  });

  it('does not pass when a file is not there or is no root of a target', async () => {
    const { outcome, statuses } = await run([works, 'plain/tests/gone.rs']);
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toMatchObject({ [id('plain/tests/gone.rs', 'plain/tests/gone.rs')]: 'error' });
  });

  it('says why when cargo cannot even begin', async () => {
    const { outcome, log } = await run([works], { suiteOverrides: { args: ['--features', 'no-such-feature'] } });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(log).toContain('no-such-feature');
  });

  it.each([
    [works, ['adds'], [id(works, 'adds')]],
    [lib, ['tests::overflows'], [id(lib, 'tests::overflows')]],
  ])('runs of %s the tests %j and no other', async (file, tests, ids) => {
    const { outcome, statuses } = await run([file], { tests: { [file]: tests } });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses)).toEqual(ids);
  });

  it('runs all documentation tests when one is named, since cargo cannot ask for one', async () => {
    const { statuses } = await run([lib], { tests: { [lib]: ['plain/src/lib.rs - add (line 5)'] } });
    expect(Object.keys(statuses)).toEqual([
      id(lib, 'plain/src/lib.rs - (line 1)'),
      id(lib, 'plain/src/lib.rs - add (line 5)'),
    ]);
  });

  it.each([
    ['ADDS and not more', [id(lib, 'tests::adds'), id(works, 'adds')]],
    ['overflows', [id(lib, 'tests::overflows')]],
    ['nothing is called so', []],
  ])('filters by the keyword %s', async (keyword, ids) => {
    const { outcome, statuses } = await run([lib, works], { keyword });
    expect(outcome).toEqual({ kind: ids.length === 0 ? 'no-tests' : 'passed' });
    expect(Object.keys(statuses).sort()).toEqual([...ids].sort());
  });
});
