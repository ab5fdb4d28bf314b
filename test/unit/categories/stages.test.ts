import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import type { Category, Layer } from '../../../src/model/config.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { SelectionRequest } from '../../../src/model/selection.ts';
import { category, config, facts, layer, planOf, suite } from './fixture.ts';

const names = ['a', 'b', 'c', 'd'];

function planned(
  change: Partial<Layer>,
  request: Partial<SelectionRequest> = { layers: ['fast'] },
  rules: Readonly<Record<string, Partial<Category>>> = {},
): Plan {
  const layers = { fast: layer({ categories: (change.stages ?? [names]).flat(), ...change }) };
  return planOf({
    config: config(
      [suite('s')],
      names.map((name) => category(name, [{ suite: 's', files: [`${name}/**`] }], rules[name])),
      { layers },
    ),
    facts: facts({ s: names.map((name) => `${name}/test_x.py`) }),
    request,
  });
}

function waits(plan: Plan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.tasks.map(({ category: name, dependsOn, after }) => [name, [dependsOn, after].join('|')]),
  );
}

const stages = [['a', 'b'], ['c'], ['d']];

// a \
//    > c -> d
// b /
describe('stages', () => {
  test('wait for everything in all stages before', () => {
    const plan = planned({ stages });
    expect(waits(plan)).toEqual({ a: '|', b: '|', c: 'a,b|', d: 'a,b,c|' });
    expect(plan.layers).toEqual([{ name: 'fast', stages, stopOnFailure: true, budgetMs: null }]);
  });

  test('that do not stop on a failure only wait for the end', () => {
    expect(waits(planned({ stages, stopOnFailure: false }))).toEqual({ a: '|', b: '|', c: '|a,b', d: '|a,b,c' });
  });

  test('do not wait for what the command line leaves out', () => {
    const plan = planned({ stages }, { layers: ['fast'], excludeCategories: ['c', 'b'] });
    expect(waits(plan)).toEqual({ a: '|', d: 'a|' });
    expect(plan.layers?.[0]?.stages).toEqual([['a'], [], ['d']]);
  });

  test('mean nothing when their layer was not asked for', () => {
    const plan = planned({ stages }, { categories: names });
    expect(waits(plan)).toEqual({ a: '|', b: '|', c: '|', d: '|' });
    expect(plan.layers).toBeUndefined();
  });

  test('are in the plan for their budget alone', () => {
    expect(planned({ budgetMs: 1000 }).layers).toEqual([
      { name: 'fast', stages: [names], stopOnFailure: true, budgetMs: 1000 },
    ]);
  });

  test('that contradict what the categories depend on are refused', () => {
    const attempt = (): Plan => planned({ stages }, { layers: ['fast'] }, { a: { dependsOn: ['d'] } });
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow('categories wait for each other');
  });
});
