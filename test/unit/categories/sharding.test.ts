import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createSharder } from '../../../src/categories/sharding.ts';
import { planWork } from '../../../src/categories/plan.ts';
import { findWork, type Work } from '../../../src/categories/work.ts';
import type { Plan, PlannedShard, Task } from '../../../src/model/plan.ts';
import { category, config, e2eFiles, facts, inputOf, suite, unitFiles, workspace, type PlanCase } from './fixture.ts';

const workOf = (given: PlanCase): Work => findWork(inputOf(given));
const plansOf = (work: Work, total: number): readonly Plan[] => {
  const sharder = createSharder(work);
  const sharded = sharder.cut(total);
  return sharded.shards.map(({ index }) => sharder.plan(sharded, index));
};
const unitsOf = (tasks: readonly Task[]): readonly string[] =>
  tasks
    .flatMap(({ category: name, suite: own, files, keyword, markers }) =>
      (files.length === 0 ? [''] : files).map((file) => JSON.stringify([name, own, file, keyword, markers])),
    )
    .sort();
const workUnits = (shards: readonly PlannedShard[]): readonly string[] =>
  shards
    .flatMap(({ work }) =>
      work.flatMap((one) =>
        (one.files.length === 0 ? [''] : one.files).map((file) =>
          JSON.stringify([one.category, one.suite, file, one.keyword, one.markers]),
        ),
      ),
    )
    .sort();

/** As many slow files as there are shards, so that each gets one. */
const slow: PlanCase = {
  ...workspace,
  facts: facts(workspace.facts.files, { durations: new Map([...e2eFiles, ...unitFiles].map((file) => [file, 1000])) }),
};

describe('the shards of a plan', () => {
  test('have what depends on a category, and the category itself, each as its own plan', () => {
    const [first, second] = plansOf(workOf({ ...slow, request: { categories: ['e2e'] } }), 2);
    for (const made of [first, second]) {
      expect(made?.tasks.filter((task) => task.category === 'e2e').flatMap((task) => task.files)).toHaveLength(1);
      expect(new Set(made?.tasks.filter((task) => task.category === 'unit').flatMap((task) => task.files))).toEqual(
        new Set([...unitFiles, ...(workspace.facts.files['web'] ?? [])]),
      );
    }
    expect(first?.id).toBe(second?.id);
    expect(first?.shards).toEqual(second?.shards);
  });

  test('count a category that was chosen and that others wait for in one shard only', () => {
    const plans = plansOf(workOf({ ...slow, request: { categories: ['e2e', 'unit'] } }), 2);
    const roles = plans.map((made) => made.tasks.find((task) => task.category === 'unit')?.role);
    expect(roles).toEqual(['chosen', 'dependency']);
    expect(plans.map((made) => made.categories.find(({ name }) => name === 'unit')?.role)).toEqual(roles);
  });

  test('wait for nothing that is not there', () => {
    const own = config(
      [suite('backend')],
      [
        category('a', [{ files: ['a/**'] }], { conflicts: ['b'] }),
        category('b', [{ files: ['b/**'] }], { after: ['a'] }),
      ],
    );
    const [first, second] = plansOf(
      workOf({ config: own, facts: facts({ backend: ['a/test_1.py', 'b/test_2.py'] }) }),
      2,
    );
    expect(first?.tasks).toMatchObject([{ category: 'a', conflicts: [], after: [] }]);
    expect(second?.tasks).toMatchObject([{ category: 'b', conflicts: [], after: [] }]);
  });

  test('report a category that may not run here once', () => {
    const own = config(
      [suite('backend')],
      [
        category('unit', [{ files: ['unit/**'] }]),
        category('prod_only', [{ files: ['prod/**'] }], { environments: ['prod'] }),
      ],
    );
    const files = { backend: ['prod/test_p.py', 'unit/test_a.py', 'unit/test_b.py'] };
    const plans = plansOf(
      workOf({ config: own, facts: facts(files), request: { categories: ['unit', 'prod_only'] } }),
      3,
    );
    const settled = plans.flatMap((made) => made.tasks.filter((task) => task.settled !== null));
    expect(settled.map((task) => task.category)).toEqual(['prod_only']);
  });

  test('are the same on a machine with other slots', () => {
    const [few, many] = [1, 16].map((slots) =>
      createSharder(workOf({ ...slow, facts: { ...slow.facts, slots } })).cut(3),
    );
    expect(few).toEqual(many);
  });

  test('may be more than there is work, which leaves the last ones empty', () => {
    const plans = plansOf(workOf({ ...slow, request: { categories: ['performance'] } }), 2);
    expect(plans.map((made) => made.tasks.map((task) => task.id))).toEqual([['performance/load'], []]);
  });
});

test('a plan made elsewhere is held against the files that are here', () => {
  const sharder = createSharder(workOf(slow));
  const { shards } = sharder.cut(2);
  expect(sharder.difference(shards)).toEqual({ gone: [], added: [] });
  const files = {
    ...slow.facts.files,
    backend: [...(slow.facts.files['backend'] ?? []).slice(1), 'tests/unit/test_new.py'],
  };
  expect(createSharder(workOf({ ...slow, facts: facts(files) })).difference(shards)).toEqual({
    gone: ['tests/e2e/test_c.py'],
    added: ['tests/unit/test_new.py'],
  });
});

describe('for any workspace', () => {
  const names = ['a', 'b', 'c', 'd', 'e'] as const;
  const given = fc.record({
    folders: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 40 }),
    categories: fc.array(
      fc.record({
        takes: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
        dependsOn: fc.boolean(),
        environments: fc.option(fc.constant(['prod']), { freq: 6 }),
        keyword: fc.option(fc.constant('login'), { freq: 4 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    total: fc.integer({ min: 1, max: 6 }),
    slots: fc.integer({ min: 1, max: 8 }),
    framework: fc.constantFrom('pytest', 'vitest', 'maven'),
    times: fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 45 }),
  });
  const caseOf = ({
    folders,
    categories,
    slots,
    framework,
    times,
  }: typeof given extends fc.Arbitrary<infer G> ? G : never): PlanCase => {
    const files = [...names, ...folders].map((folder, index) => `${folder}/test_${index}.py`).sort();
    return {
      config: config(
        [suite('backend', { framework }), suite('load', { framework: 'command', files: [] })],
        [
          category('load', [{ suite: 'load' }]),
          ...categories.map(({ takes, dependsOn, environments, keyword }, index) =>
            category(`c${index}`, [{ files: takes.map((folder) => `${folder}/**`), keyword }], {
              ...{ allowEmpty: true, environments },
              dependsOn: dependsOn && index > 0 ? [`c${index - 1}`] : [],
            }),
          ),
        ],
      ),
      facts: facts(
        { backend: files, load: [] },
        { slots, durations: new Map(times.map((ms, index) => [files[index] ?? '', ms])) },
      ),
    };
  };

  it('the shards together have the whole plan exactly once, and each has all it waits for', () => {
    fc.assert(
      fc.property(given, (one) => {
        const work = workOf(caseOf(one));
        const whole = planWork(work);
        const sharder = createSharder(work);
        const sharded = sharder.cut(one.total);
        expect(workUnits(sharded.shards)).toEqual(unitsOf(whole.tasks));
        const plans = sharded.shards.map(({ index }) => sharder.plan(sharded, index));
        const chosen = (tasks: readonly Task[]): readonly string[] =>
          unitsOf(tasks.filter(({ role }) => role === 'chosen'));
        expect(plans.flatMap(({ tasks }) => chosen(tasks)).sort()).toEqual(chosen(whole.tasks));
        for (const made of plans) {
          expect(new Set(unitsOf(made.tasks)).size).toBe(unitsOf(made.tasks).length);
          for (const name of new Set(made.tasks.flatMap((task) => task.dependsOn))) {
            const of = (tasks: readonly Task[]): readonly string[] =>
              unitsOf(tasks.filter((task) => task.category === name));
            expect(of(made.tasks)).toEqual(of(whole.tasks));
          }
        }
      }),
    );
  });
});
