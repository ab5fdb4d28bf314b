import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { collect, listed, problems } from '../../support/collect.ts';
import { repository } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';
import { describeWith } from '../../support/tools.ts';

describeWith(['go', 'version'], 'go', () => {
  const folder = 'test/fixtures/frameworks/go';
  const id = (file: string, test: string): string => `${folder}/${file}::${test}`;
  const run = (files: readonly string[], options: Partial<RunFrameworkOptions> = {}): Promise<FrameworkRun> =>
    collect('go', { root: repository, suiteCwd: folder, files, ...options });

  it('lists the test functions that the files declare', async () => {
    const found = await run(['plain/plain_test.go', 'plain/helper_test.go']);
    expect([found.outcome, listed(found)], found.log).toEqual([
      { kind: 'passed' },
      ['FuzzSeeds', 'TestAdds', 'TestTable'].map((test) => id('plain/plain_test.go', test)),
    ]);
    expect(found.cases[0]).toMatchObject({ className: 'example.com/fixture/plain', line: 5 });
  });

  it('lists what a keyword or ids choose', async () => {
    const plain = 'plain/plain_test.go';
    expect(listed(await run([plain, 'plain/other_test.go'], { keyword: 'adds or other' }))).toEqual([
      id('plain/other_test.go', 'TestOther'),
      id(plain, 'TestAdds'),
    ]);
    expect(listed(await run([plain], { tests: { [plain]: ['TestTable/a/b'] } }))).toEqual([id(plain, 'TestTable')]);
  });

  it('tells of packages that cannot be built, and lists the others', async () => {
    const found = await run(['broken/broken_test.go', 'plain/other_test.go']);
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(problems(found)).toEqual({
      'broken/broken_test.go':
        'its package cannot be built or listed: broken/broken_test.go:5:32: undefined: undefined',
    });
    expect(listed(found)).toEqual(['Example', 'TestOther'].map((test) => id('plain/other_test.go', test)));
  });
});

describeWith(['cargo', '--version'], 'cargo', () => {
  beforeAll(() => {
    process.env['CARGO_TARGET_DIR'] = join(tmpdir(), 'runner-cargo-fixture');
  });
  const folder = 'test/fixtures/frameworks/cargo';
  const id = (file: string, test: string): string => `${folder}/${file}::${test}`;
  const run = (files: readonly string[], options: Partial<RunFrameworkOptions> = {}): Promise<FrameworkRun> =>
    collect('cargo', { root: repository, suiteCwd: folder, files, slots: 2, ...options });
  const lib = 'plain/src/lib.rs';

  it('lists unit, integration and documentation tests, and starts no harness of its own', async () => {
    const found = await run([lib, 'plain/tests/works.rs', 'plain/tests/own.rs', 'plain/tests/extra.rs']);
    expect([found.outcome, listed(found)], found.log).toEqual([
      { kind: 'passed' },
      [
        id(lib, 'plain/src/lib.rs - (line 1)'),
        id(lib, 'plain/src/lib.rs - add (line 5)'),
        id(lib, 'tests::adds'),
        id(lib, 'tests::overflows'),
        id('plain/tests/works.rs', 'adds'),
        id('plain/tests/works.rs', 'adds_more'),
      ],
    ]);
    expect(found.log).not.toContain('a harness of its own');
  });

  it('lists what a keyword or ids choose', async () => {
    expect(listed(await run([lib, 'plain/tests/works.rs'], { keyword: 'adds and not more' }))).toEqual([
      id(lib, 'tests::adds'),
      id('plain/tests/works.rs', 'adds'),
    ]);
    expect(listed(await run([lib], { tests: { [lib]: ['tests::overflows'] } }))).toEqual([id(lib, 'tests::overflows')]);
  });

  it('tells of targets that cannot be built, and lists the others', async () => {
    const found = await run(['broken/tests/broken.rs', 'plain/tests/works.rs', 'plain/tests/gone.rs']);
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(Object.keys(problems(found))).toEqual(['plain/tests/gone.rs', 'fixture-broken::broken']);
    expect(listed(found)).toEqual([id('plain/tests/works.rs', 'adds'), id('plain/tests/works.rs', 'adds_more')]);
  });
});
