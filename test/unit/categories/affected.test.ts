import { describe, expect, test } from 'vitest';
import { findAffected } from '../../../src/categories/affected.ts';
import type { AffectedInput } from '../../../src/categories/affected.ts';
import { frameworks } from '../../../src/frameworks/index.ts';
import type { ChangedPath } from '../../../src/model/changes.ts';
import type { Config } from '../../../src/model/config.ts';
import { category, config, suite } from './fixture.ts';

const files = {
  backend: ['tests/test_a.py', 'tests/test_b.py'],
  go: ['go/x/a_test.go', 'go/x/b_test.go', 'go/y/c_test.go'],
  rust: ['rust/src/lib.rs', 'rust/tests/it.rs'],
  java: ['java/src/test/java/ATest.java', 'java/src/test/java/BTest.java'],
};
const base = config(
  [
    suite('backend', { files: ['tests/**/test_*.py'], exclude: ['tests/old/**'], affects: ['tests/conftest.py'] }),
    suite('go', { framework: 'go', cwd: 'go', files: ['**/*_test.go'] }),
    suite('rust', { framework: 'cargo', cwd: 'rust', files: ['**/src/lib.rs', '**/tests/*.rs'] }),
    suite('java', { framework: 'maven', cwd: 'java', files: ['**/*Test.java'] }),
  ],
  [
    category('unit', [{}], { affects: ['src/**', '../common/**'] }),
    category('rust', [{ suite: 'rust' }], { affects: ['rust/**'] }),
    category('e2e', [{}], { needs: ['web'] }),
  ],
);
const service = (name: string, needs: readonly string[], affects: readonly string[]): Config['services'][string] => ({
  ...{ name, needs, affects, external: null, process: null, docker: null, port: 'auto', health: [] },
  ...{ startTimeoutMs: 1, watchMs: null, restarts: 0, instances: 1, stop: { signal: 'SIGTERM', graceMs: 1 } },
});
const input: AffectedInput = {
  config: {
    ...base,
    settings: { ...base.settings, affectsNothing: ['docs/**', '.github/workflows/stale.yml'] },
    services: { web: service('web', ['db'], ['web/**']), db: service('db', ['web'], ['db/**']) },
  },
  files,
  traits: frameworks,
  configFiles: ['runner.config.yaml', '.env.staging'],
  naming: () => new Map(),
};

/** What changes concern, in few words. */
function told(paths: readonly (string | ChangedPath)[], change: Partial<AffectedInput> = {}): readonly string[] {
  const changed = paths.map((path) => (typeof path === 'string' ? ({ path, kind: 'present' } as const) : path));
  const found = findAffected(changed, { ...input, ...change });
  const texts = (kind: string, items: typeof found.suites): readonly string[] =>
    items.map(({ name, because }) => `${kind} ${name}: ${because}`);
  return [
    ...(found.everything === null ? [] : [`everything: ${found.everything}`]),
    ...texts('category', found.categories),
    ...texts('suite', found.suites),
    ...texts('file', found.testFiles),
    ...found.ignored.map((path) => `nothing: ${path}`),
  ];
}
const deleted = (path: string): ChangedPath => ({ path, kind: 'deleted' });

describe('what a change concerns', () => {
  test.each<[string, readonly (string | ChangedPath)[], readonly string[]]>([
    ['a test file concerns itself', ['tests/test_a.py'], ['file tests/test_a.py: it changed']],
    [
      'source that is mapped concerns its category',
      ['src/a.py', 'src/b.py'],
      ['category unit: src/a.py changed and 1 more'],
    ],
    ['so does source outside of the workspace', ['../common/x.py'], ['category unit: ../common/x.py changed']],
    ['what a suite lists concerns the suite', ['tests/conftest.py'], ['suite backend: tests/conftest.py changed']],
    ['what a service is made of concerns what needs it', ['web/a.js'], ['category e2e: web/a.js changed']],
    ['also through another service', ['db/a.sql'], ['category e2e: db/a.sql changed']],
    [
      'what is said to concern nothing does',
      ['docs/a.md', '.github/workflows/stale.yml'],
      ['nothing: docs/a.md', 'nothing: .github/workflows/stale.yml'],
    ],
    [
      'source without a rule concerns everything',
      ['lib/x.py', 'lib/y.py'],
      ['everything: lib/x.py is in no "affects" and 1 more'],
    ],
    [
      'so does source outside of the workspace without a rule',
      ['../lib/x.py'],
      ['everything: ../lib/x.py is in no "affects"'],
    ],
    [
      'so does a name that is not UTF-8',
      ['tests/test_\uFFFD.py'],
      ['everything: tests/test_\uFFFD.py is in no "affects"'],
    ],
    [
      'so does a lock file, although it is mapped',
      ['src/package-lock.json'],
      ['everything: src/package-lock.json says which versions of libraries are used'],
    ],
    [
      'so do requirements',
      ['requirements-dev.txt'],
      ['everything: requirements-dev.txt says which versions of libraries are used'],
    ],
    ['so does CI', ['.github/workflows/ci.yml'], ['everything: .github/workflows/ci.yml is of CI']],
    ['so do containers', ['src/Dockerfile.prod'], ['everything: src/Dockerfile.prod says what containers are made of']],
    ['so does the config', ['runner.config.yaml'], ['everything: runner.config.yaml is part of the config']],
    ['so does the file of an environment', ['.env.staging'], ['everything: .env.staging is part of the config']],
    [
      'so does a submodule, although it is mapped',
      [{ path: 'src/sub', kind: 'repository' }],
      ['everything: src/sub is a repository of its own'],
    ],
    [
      'a test file that is gone concerns its suite',
      [deleted('tests/test_gone.py')],
      ['suite backend: tests/test_gone.py changed'],
    ],
    [
      'one that was excluded concerns everything',
      [deleted('tests/old/test_gone.py')],
      ['everything: tests/old/test_gone.py is in no "affects"'],
    ],
    ['source that is gone concerns its category', [deleted('src/gone.py')], ['category unit: src/gone.py changed']],
    [
      'source that is gone without a rule concerns everything',
      [deleted('lib/gone.py')],
      ['everything: lib/gone.py is in no "affects"'],
    ],
    [
      'a test of Go concerns its package',
      ['go/x/a_test.go'],
      ['file go/x/a_test.go: it changed', 'file go/x/b_test.go: go/x/a_test.go changed'],
    ],
    [
      'a test of Maven concerns its suite',
      ['java/src/test/java/ATest.java'],
      ['suite java: java/src/test/java/ATest.java changed', 'file java/src/test/java/ATest.java: it changed'],
    ],
    [
      'a library of Rust is mapped as the source that it is',
      ['rust/src/lib.rs'],
      ['category rust: rust/src/lib.rs changed', 'file rust/src/lib.rs: it changed'],
    ],
    ['nothing concerns nothing', [], []],
  ])('%s', (_title, paths, expected) => {
    expect(told(paths)).toEqual(expected);
  });

  test('a library of Rust without a rule concerns everything', () => {
    const { categories, ...rest } = input.config;
    const unmapped = { ...rest, categories: { ...categories, rust: category('rust', [{ suite: 'rust' }]) } };
    const expected = ['everything: rust/src/lib.rs is source as well as a test', 'file rust/src/lib.rs: it changed'];
    expect(told(['rust/src/lib.rs'], { config: unmapped })).toEqual(expected.slice(0, 1));
  });

  test('a test file concerns those that name it, which are looked for only then', () => {
    const naming = (changed: ReadonlySet<string>): ReadonlyMap<string, string> =>
      new Map([['tests/test_b.py', [...changed].join()]]);
    expect(told(['tests/test_a.py'], { naming })).toEqual([
      'file tests/test_a.py: it changed',
      'file tests/test_b.py: tests/test_a.py changed',
    ]);
    expect(told(['src/a.py'], { naming })).toEqual(['category unit: src/a.py changed']);
  });
});
