import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/plan.ts';
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

describe('a plan', () => {
  it('holds every categorised file once, and counts what is in no category', () => {
    const made = run({});
    expect(filesOf(made)).toEqual([...e2eFiles, ...unitFiles, ...webFiles].sort());
    expect(made.excluded).toEqual({ pattern: 0, files: 0, suite: 0, category: 0, uncategorised: 1 });
    expect(made.tasks.map((task) => task.id)).toEqual([
      ...['unit/backend/1', 'unit/backend/2', 'unit/web'],
      ...['e2e/backend/1', 'e2e/backend/2', 'performance/load'],
    ]);
  });

  it('marks what was added because something depends on it', () => {
    const made = run({ categories: ['e2e'] });
    expect(made.categories.map(({ name, role, because }) => [name, role, because])).toEqual([
      ['unit', 'dependency', 'dependency of e2e'],
      ['e2e', 'chosen', '--category'],
    ]);
    expect(made.tasks.find((task) => task.category === 'e2e')).toMatchObject({
      role: 'chosen',
      dependsOn: ['unit'],
      needs: ['backend'],
    });
    expect(made.selection).toEqual(['--category=e2e']);
  });

  it('is the same for the same input, and its id changes with its tasks', () => {
    expect(run({})).toEqual(run({}));
    expect(run({}).id).toMatch(/^[0-9a-f]{16}$/);
    expect(run({ categories: ['unit'] }).id).not.toBe(run({ categories: ['e2e'] }).id);
  });

  it('gives a framework with workers of its own as many slots as it has files, up to all', () => {
    expect(run({}).tasks.find((task) => task.suite === 'web')?.slots).toBe(2);
    expect(
      planOf({ ...workspace, facts: { ...workspace.facts, slots: 1 } }).tasks.every((task) => task.slots === 1),
    ).toBe(true);
  });

  it('makes one task without files of a suite that has none', () => {
    expect(run({ categories: ['performance'] }).tasks).toMatchObject([
      { id: 'performance/load', files: [], exclusive: true },
    ]);
  });

  it('survives JSON', () => {
    const made = run({});
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });
});

describe('a file in several categories', () => {
  const shared = (
    critical: Parameters<typeof category>[2],
    extra: Partial<Parameters<typeof category>[1][number]> = {},
  ): PlanCase => ({
    config: config(
      [suite('backend')],
      [
        category('all_tests', [{}], { priority: 'high' }),
        category('critical', [{ files: ['tests/a/**'], ...extra }], { priority: 'critical', ...critical }),
      ],
    ),
    facts: facts({ backend: ['tests/a/test_1.py', 'tests/b/test_2.py'] }, { slots: 1 }),
  });

  it('runs once, in the most urgent one, and carries the others', () => {
    const made = planOf(shared({}));
    expect(made.tasks).toMatchObject([
      { id: 'critical/backend', files: ['tests/a/test_1.py'], alsoIn: ['all_tests'] },
      { id: 'all_tests/backend', files: ['tests/b/test_2.py'], alsoIn: [] },
    ]);
  });

  it('runs in the one defined first when they are equally urgent', () => {
    const made = planOf(shared({ priority: 'high' }));
    expect(made.tasks.map((task) => [task.category, task.files, task.alsoIn])).toEqual([
      ['all_tests', ['tests/a/test_1.py'], ['critical']],
      ['all_tests', ['tests/b/test_2.py'], []],
    ]);
  });

  it('runs in the other when the most urgent one is not selected or may not run here', () => {
    expect(filesOf(planOf({ ...shared({}), request: { categories: ['all_tests'] } }))).toHaveLength(2);
    const elsewhere = planOf({
      ...shared({ environments: ['prod'] }),
      request: { categories: ['all_tests', 'critical'] },
    });
    expect(filesOf(elsewhere, 'all_tests')).toHaveLength(2);
    expect(elsewhere.tasks.find((task) => task.id === 'critical')).toMatchObject({
      files: [],
      settled: { kind: 'skipped' },
    });
  });

  it('still runs whole in the less urgent one when the more urgent one takes only a part of it, or tests would be lost', () => {
    const made = planOf(shared({}, { markers: 'smoke' }));
    expect(filesOf(made, 'critical')).toEqual(['tests/a/test_1.py']);
    expect(filesOf(made, 'all_tests')).toEqual(['tests/a/test_1.py', 'tests/b/test_2.py']);
  });

  it('runs only whole when the more urgent one takes all of it', () => {
    const made = planOf(shared({ priority: 'low' }, { markers: 'smoke' }));
    expect(filesOf(made)).toEqual(['tests/a/test_1.py', 'tests/b/test_2.py']);
    expect(made.tasks.map((task) => task.alsoIn)).toEqual([['critical'], []]);
  });

  it('runs in each suite that has it: they are different commands', () => {
    const made = planOf({
      config: config([suite('py312'), suite('py313')], [category('unit', [{ suite: 'py312' }, { suite: 'py313' }])]),
      facts: facts({ py312: ['test_a.py'], py313: ['test_a.py'] }),
    });
    expect(made.tasks.map((task) => task.id).sort()).toEqual(['unit/py312', 'unit/py313']);
  });

  // websocket -> unit, which ranks higher and has the same file
  it('counts as chosen when a dependency of the chosen category runs it', () => {
    const made = planOf({
      config: config(
        [suite('backend')],
        [
          category('unit', [{}], { priority: 'high' }),
          category('websocket', [{ files: ['**/*ws*'] }], { dependsOn: ['unit'] }),
        ],
      ),
      facts: facts({ backend: ['test_a.py', 'test_ws.py'] }),
      request: { categories: ['websocket'] },
    });
    expect(made.tasks.map(({ category, role, files }) => [category, role, files])).toEqual([
      ['unit', 'dependency', ['test_a.py']],
      ['unit', 'chosen', ['test_ws.py']],
    ]);
  });

  // later -> carried: all files of carried run in urgent
  it('makes what depends on a category wait for those that run all of its files', () => {
    const made = planOf({
      config: config(
        [suite('backend')],
        [
          category('urgent', [{ files: ['tests/**'] }], { priority: 'critical' }),
          category('carried', [{ files: ['tests/a/**'] }]),
          category('later', [{ files: ['other/**'] }], { dependsOn: ['carried'] }),
        ],
      ),
      facts: facts({ backend: ['other/test_z.py', 'tests/a/test_1.py'] }),
    });
    expect(made.tasks.find((task) => task.category === 'later')?.dependsOn).toEqual(['urgent']);
  });
});

describe('the order', () => {
  it('is urgency with that of dependents, then the longest, then the id, but nothing before what it waits for', () => {
    const durations = new Map([
      ['a/test_1.py', 10],
      ['b/test_2.py', 500],
      ['c/test_3.py', 20],
    ]);
    const made = planOf({
      config: config(
        [suite('backend')],
        [
          category('a', [{ files: ['a/**'] }], { priority: 'high' }),
          category('b', [{ files: ['b/**'] }], { priority: 'high' }),
          category('c', [{ files: ['c/**'] }], { priority: 'background' }),
          category('d', [{ files: ['d/**'] }], { priority: 'critical', dependsOn: ['c'] }),
        ],
      ),
      facts: facts({ backend: ['a/test_1.py', 'b/test_2.py', 'c/test_3.py', 'd/test_4.py'] }, { durations }),
    });
    expect(made.tasks.map((task) => [task.category, task.priority])).toEqual([
      ...[
        ['c', 'critical'],
        ['d', 'critical'],
      ],
      ...[
        ['b', 'high'],
        ['a', 'high'],
      ],
    ]);
  });

  it('counts with the time that a suite without files took before', () => {
    const made = planOf({ ...workspace, facts: { ...workspace.facts, wholeSuites: new Map([['load', 90_000]]) } });
    expect(made.tasks.find((task) => task.suite === 'load')?.expectedMs).toBe(90_000);
  });

  it('starts fewer processes where each costs much', () => {
    const files = Array.from({ length: 40 }, (_, index) => `test_${String(index).padStart(2, '0')}.py`);
    const given = facts({ backend: files }, { durations: new Map(files.map((file) => [file, 100])) });
    const tasks = (startUpMs: number): number =>
      planOf({
        config: config([suite('backend')], [category('unit', [{}])]),
        facts: { ...given, startUp: new Map([['backend', startUpMs]]) },
      }).tasks.length;
    expect(tasks(1000)).toBeLessThan(tasks(1));
  });

  it('puts batch 10 after batch 9', () => {
    const files = Array.from({ length: 12 }, (_, index) => `test_${String(index).padStart(2, '0')}.py`);
    const made = planOf({
      config: config([suite('backend', { batch: 'file' })], [category('unit', [{}])]),
      facts: facts({ backend: files }),
    });
    expect(made.tasks.map((task) => task.id)).toEqual(files.map((_, index) => `unit/backend/${index + 1}`));
  });

  it('refuses categories that wait for each other', () => {
    const given = config(
      [suite('backend')],
      [
        category('a', [{ files: ['a/**'] }], { dependsOn: ['b'] }),
        category('b', [{ files: ['b/**'] }], { after: ['a'] }),
      ],
    );
    expect(() => planOf({ config: given, facts: facts({ backend: ['a/test_1.py', 'b/test_2.py'] }) })).toThrow(
      'categories wait for each other: a -> b -> a',
    );
  });
});

describe('the conflicts and the timeout of a task', () => {
  const two = (a: Parameters<typeof category>[2], own: Parameters<typeof suite>[1] = {}): Plan =>
    planOf({
      config: config(
        [suite('backend', own)],
        [category('a', [{ files: ['a/**'] }], a), category('b', [{ files: ['b/**'] }], { conflicts: [] })],
      ),
      facts: facts({ backend: ['a/test_1.py', 'b/test_2.py'] }),
    });

  it('holds in both directions', () => {
    expect(two({ conflicts: ['b', 'absent'] }).tasks.map((task) => task.conflicts)).toEqual([['b'], ['a']]);
  });

  it.each([
    ['the category', {}, {}, 60_000],
    ['the suite', {}, { timeoutMs: 5 }, 5],
    ['the category where the config gives it', { ownTimeout: true }, { timeoutMs: 5 }, 60_000],
  ])('comes from %s', (_from, rest, own, expected) => {
    expect(two(rest, own).tasks[0]?.timeoutMs).toBe(expected);
  });
});

describe('a framework that builds into its folder', () => {
  it('runs once at a time there, whatever the categories, and beside itself elsewhere', () => {
    const java = { framework: 'maven', cwd: 'java', batch: 'all' as const };
    const made = planOf({
      config: config(
        [suite('java', java), suite('other', { ...java, cwd: 'other' })],
        [
          category('a', [{ suite: 'java', files: ['a/**'] }], { locks: ['db'] }),
          category('b', [
            { suite: 'java', files: ['b/**'] },
            { suite: 'other', files: null },
          ]),
        ],
      ),
      facts: facts({ java: ['java/a/ATest.java', 'java/b/BTest.java'], other: ['other/CTest.java'] }),
    });
    expect(Object.fromEntries(made.tasks.map((task) => [task.id, task.locks]))).toEqual({
      'a/java': ['db', 'maven:java'],
      'b/java': ['maven:java'],
      'b/other': ['maven:other'],
    });
  });
});
