import { describe, expect, it } from 'vitest';
import { NothingSelectedError, UsageError } from '../../../src/errors.ts';
import type { SelectionRequest } from '../../../src/model/selection.ts';
import {
  category,
  config,
  e2eFiles,
  facts,
  filesOf,
  planOf,
  run,
  suite,
  unitFiles,
  webFiles,
  workspace,
  type PlanCase,
} from './fixture.ts';

describe('narrowing', () => {
  it.each<[string, Partial<SelectionRequest>, readonly string[]]>([
    [
      '--pattern by segment, over dependencies too',
      { patterns: ['*websocket*'] },
      [e2eFiles[1], unitFiles[1], webFiles[1]].map(String).sort(),
    ],
    ['--suite', { suites: ['web'] }, webFiles],
    ['--service', { components: ['netra'] }, [...e2eFiles, ...unitFiles].sort()],
    ['--suite and --pattern together', { suites: ['web'], patterns: ['chat'] }, ['web/src/chat.test.ts']],
    ['a file', { files: ['tests/unit/test_a.py'] }, ['tests/unit/test_a.py']],
    ['a folder', { files: ['./tests/e2e/', 'web'] }, ['tests/e2e/test_c.py', ...webFiles]],
    ['everything', { files: ['.'] }, [...e2eFiles, ...unitFiles, ...webFiles].sort()],
  ])('by %s', (_how, rest, expected) => {
    expect(filesOf(run(rest))).toEqual(expected);
  });

  it('leaves a suite without files out under a pattern and under explicit files', () => {
    expect(run({ patterns: ['test'] }).tasks.some((task) => task.suite === 'load')).toBe(false);
    expect(run({ files: ['tests'] }).tasks.some((task) => task.suite === 'load')).toBe(false);
  });

  it('counts what it leaves out, each file once', () => {
    expect(run({ categories: ['unit'], patterns: ['websocket'] }).excluded).toEqual({
      ...{ pattern: 2, files: 0, suite: 0, category: 2, uncategorised: 1 },
    });
  });

  it('takes a category left empty as satisfied', () => {
    const made = run({ categories: ['e2e'], patterns: ['tests/e2e/**'] });
    expect(made.tasks).toMatchObject([{ id: 'e2e/backend', dependsOn: [] }]);
  });

  it('drops a dependency when nothing is left of what needs it', () => {
    const made = run({ categories: ['e2e', 'performance'], suites: ['load', 'web'] });
    expect(made.tasks.map((task) => task.id)).toEqual(['performance/load']);
  });

  it('runs named tests of a file, whole files as a whole, and both when the file was also named', () => {
    const made = run({
      files: ['tests/unit/test_a.py::TestA::test_b[x::y]', 'tests/unit/test_a.py::test_c', 'web/src/chat.test.ts'],
    });
    expect(made.tasks.map((task) => task.tests)).toEqual([
      { 'tests/unit/test_a.py': ['TestA::test_b[x::y]', 'test_c'] },
      {},
    ]);
    expect(run({ files: ['tests/unit/test_a.py::test_c', 'tests/unit'] }).tasks.map((task) => task.tests)).toEqual([
      {},
      {},
    ]);
  });

  it('gives each file with named tests a task of its own where one process takes one name expression for all', () => {
    const made = run({ files: ['web/src/chat.test.ts::a', 'web/src/websocket.test.ts::b'] });
    expect(made.tasks.map((task) => task.files)).toEqual([['web/src/chat.test.ts'], ['web/src/websocket.test.ts']]);
  });

  it('puts --keyword and --markers on top of what a category says itself', () => {
    const made = planOf({
      config: config([suite('backend')], [category('smoke', [{ keyword: 'fast', markers: 'a or b' }])]),
      facts: facts({ backend: ['test_a.py'] }),
      request: { keyword: 'login', markers: 'c' },
    });
    expect(made.tasks).toMatchObject([{ keyword: '(fast) and (login)', markers: '(a or b) and (c)' }]);
  });
});

describe('what a framework cannot do', () => {
  it.each<[Partial<SelectionRequest>, string]>([
    [{ markers: 'slow' }, 'category unit: suite web (vitest) cannot select tests by markers "slow"'],
    [
      { keyword: 'x', categories: ['performance'] },
      'category performance: suite load (command) cannot select tests by keyword "x"',
    ],
    [{ markers: 'a and', suites: ['backend'] }, 'suite backend (pytest): a word is missing at its end'],
  ])('is a usage error: %j', (rest, message) => {
    expect(() => run(rest)).toThrow(UsageError);
    expect(() => run(rest)).toThrow(message);
  });

  it('is none where that suite is out anyway', () => {
    expect(run({ markers: 'slow', suites: ['backend'] }).tasks.every((task) => task.markers === 'slow')).toBe(true);
  });
});

describe('categories without tests', () => {
  const emptyCategory = (rest: Parameters<typeof category>[2]): PlanCase => ({
    config: config(
      [suite('backend')],
      [category('unit', [{ files: ['unit/**'] }]), category('void', [{ files: ['nowhere/**'] }], rest)],
    ),
    facts: facts({ backend: ['unit/test_a.py'] }),
  });

  it('settle as "no tests", so that the run cannot be green', () => {
    const made = planOf(emptyCategory({}));
    expect(made.tasks.find((task) => task.id === 'void')).toMatchObject({
      settled: { kind: 'no-tests' },
      suite: '',
      files: [],
    });
    expect(made.categories.find(({ name }) => name === 'void')).toMatchObject({ empty: true, tasks: 0 });
  });

  it('block what depends on them', () => {
    const given = emptyCategory({});
    const made = planOf({
      ...given,
      config: config(
        [suite('backend')],
        [
          category('void', [{ files: ['nowhere/**'] }]),
          category('unit', [{ files: ['unit/**'] }], { dependsOn: ['void'] }),
        ],
      ),
    });
    expect(made.tasks.find((task) => task.category === 'unit')?.dependsOn).toEqual(['void']);
  });

  it('are harmless with allowEmpty, or when a filter was given and they were not named', () => {
    expect(planOf(emptyCategory({ allowEmpty: true })).tasks.map((task) => task.id)).toEqual(['unit/backend']);
    expect(planOf({ ...emptyCategory({}), request: { patterns: ['*a*'] } }).tasks.map((task) => task.id)).toEqual([
      'unit/backend',
    ]);
    expect(
      planOf({ ...emptyCategory({}), request: { patterns: ['*a*'], categories: ['unit', 'void'] } }).tasks,
    ).toHaveLength(2);
  });

  it('settle as skipped when they may not run in the environment', () => {
    const made = planOf({
      config: config([suite('backend')], [category('live', [{}], { environments: ['prod'], dependsOn: [] })]),
      facts: facts({ backend: ['test_a.py'] }),
      request: { categories: ['live'] },
    });
    expect(made.tasks).toMatchObject([
      {
        id: 'live',
        files: ['test_a.py'],
        settled: { kind: 'skipped', because: { environment: 'local', allowed: ['prod'] } },
      },
    ]);
  });
});

describe('nothing to run', () => {
  it.each<[string, Partial<SelectionRequest>, string]>([
    [
      'a pattern that matches nothing',
      { patterns: ['*nope*'] },
      'pattern "*nope*" matches none of 6 test files (not tried: 1 in no category)',
    ],
    [
      'a pattern under a category',
      { patterns: ['nope'], categories: ['unit'] },
      'matches none of 4 test files (not tried: 2 in categories that do not run, 1 in no category)',
    ],
    [
      'a pattern that only dependencies match',
      { patterns: ['tests/unit/*'], categories: ['e2e'] },
      'matches only files of dependencies',
    ],
    ['filters that exclude each other', { suites: ['load'], categories: ['unit'] }, 'no test is left of 7 test files'],
    ['a file in no category', { files: ['tests/stray/test_x.py'] }, 'tests/stray/test_x.py is in no category'],
    [
      'a file of a category that was not asked for',
      { files: ['tests/e2e'], categories: ['unit'] },
      'tests/e2e is only in e2e, which does not run',
    ],
    ['a folder without test files', { files: ['docs'] }, 'docs: no suite has a test file there'],
    ['everything excluded', { excludeCategories: ['unit', 'e2e', 'performance'] }, 'no category is selected'],
  ])('is an error of its own for %s', (_what, rest, message) => {
    expect(() => run(rest)).toThrow(NothingSelectedError);
    expect(() => run(rest)).toThrow(message);
  });

  it('says what to write for a file in no category, relative to its suite', () => {
    expect(() => run({ files: ['tests/stray/test_x.py'] })).toThrow(
      expect.objectContaining({
        hint: 'add it to a category in the config: categories: { unit: { tests: [{ suite: backend, files: ["tests/stray/**"] }] } }',
      }),
    );
  });

  it('is a usage error for a path that does not exist, with the one that was meant', () => {
    const attempt = (): unknown =>
      planOf({ ...workspace, request: { files: ['tests/unit/tset_a.py'] }, pathExists: () => false });
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow('tests/unit/tset_a.py does not exist (did you mean "tests/unit/test_a.py"?)');
  });

  it.each(['tests/unit/test_a.py::', '::test_a'])('is a usage error for %j, which is no test id', (word) => {
    expect(() => run({ files: [word] })).toThrow(UsageError);
  });

  it('is a usage error for an empty pattern', () => {
    expect(() => run({ patterns: [''] })).toThrow(UsageError);
  });
});
