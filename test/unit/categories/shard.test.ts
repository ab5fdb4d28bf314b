import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cutShards, type ShardInput, type Unit } from '../../../src/categories/shard.ts';

const unit = (key: string, cost: number, category = 'unit', suite = 'py'): Unit => ({ key, category, suite, cost });
const free = { needs: new Map<string, readonly string[]>(), startUp: new Map<string, number>() };
const keys = (shards: readonly (readonly Unit[])[]): readonly (readonly string[])[] =>
  shards.map((units) => units.map(({ key }) => key));
const loads = (shards: readonly (readonly Unit[])[]): readonly number[] =>
  shards.map((units) => units.reduce((sum, { cost }) => sum + cost, 0));

test('gives the longest away first, each to the shard with the least so far', () => {
  const units = [5, 1, 4, 2, 3, 3].map((cost, index) => unit(`f${index}`, cost));
  expect(loads(cutShards({ ...free, units, total: 2 }))).toEqual([9, 9]);
});

test('leaves shards empty only when there is nothing left to give', () => {
  const units = [unit('a', 100), unit('b', 1)];
  expect(keys(cutShards({ ...free, units, total: 4 }))).toEqual([['a'], ['b'], [], []]);
  expect(keys(cutShards({ ...free, units: [], total: 2 }))).toEqual([[], []]);
});

test('keeps a suite in few shards where its start costs more than sharing its tests gains', () => {
  const units = Array.from({ length: 20 }, (_, index) => {
    const suite = index < 8 ? 'java' : 'py';
    return unit(`${suite}${index}`, 10, 'unit', suite);
  });
  const shards = cutShards({ ...free, units, total: 3, startUp: new Map([['java', 40]]) });
  // 80 + 40 and twice 60; spread out, each of the three would take at least 80.
  const withJava = shards.filter((own) => own.some(({ suite }) => suite === 'java'));
  const most = Math.max(
    ...loads(shards).map((load, index) => load + (withJava.includes(shards[index] ?? []) ? 40 : 0)),
  );
  expect(most).toBeLessThanOrEqual(110);
});

describe('a category that others wait for', () => {
  // e2e -> unit
  const needs = new Map([['e2e', ['unit']]]);

  test('is held once, by the first shard that needs it, and never cut', () => {
    const units = [unit('u1', 5), unit('u2', 5), ...[9, 8, 7, 6].map((cost, index) => unit(`e${index}`, cost, 'e2e'))];
    const shards = keys(cutShards({ units, total: 2, needs, startUp: new Map() }));
    expect(shards[0]).toEqual(expect.arrayContaining(['u1', 'u2']));
    expect(shards[1]).not.toContain('u1');
    expect(shards.flat().sort()).toEqual(['e0', 'e1', 'e2', 'e3', 'u1', 'u2']);
  });

  test('keeps those that wait for it in few shards when it is long', () => {
    const units = [
      unit('deps', 300),
      ...Array.from({ length: 10 }, (_, index) => unit(`e${index}`, 30, 'e2e')),
      ...Array.from({ length: 100 }, (_, index) => unit(`o${String(index).padStart(2, '0')}`, 10, 'other')),
    ];
    const shards = cutShards({ units, total: 4, needs, startUp: new Map() });
    const withDependency = shards.filter((own) => own.some(({ category }) => category === 'e2e'));
    expect(withDependency).toHaveLength(2);
    const worst = Math.max(
      ...loads(shards).map((load, index) => load + (shards[index] === withDependency[1] ? 300 : 0)),
    );
    // In all four it would be 640; the best there is, 475.
    expect(worst).toBeLessThanOrEqual(480);
  });
});

describe('whatever is cut', () => {
  const categories = ['a', 'b', 'c', 'd'];
  const anyInput: fc.Arbitrary<ShardInput> = fc
    .record({
      costs: fc.array(
        fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(...categories), fc.constantFrom('py', 'js')),
        { maxLength: 40 },
      ),
      total: fc.integer({ min: 1, max: 9 }),
      edges: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 3 }),
      startUp: fc.integer({ min: 0, max: 2000 }),
    })
    .map(({ costs, total, edges, startUp }) => {
      const units = costs.map(([cost, category, suite], index) => unit(`f${index}`, cost, category, suite));
      const running = new Set(units.map(({ category }) => category));
      const direct = edges.filter(([from, to]) => from < to).map(([from, to]) => [categories[from], categories[to]]);
      const reach = (name: string): string[] =>
        direct.flatMap(([from, to = '']) => (from === name && running.has(to) ? [to, ...reach(to)] : []));
      const needs = new Map([...running].map((name) => [name, [...new Set(reach(name))]]));
      return { units, total, needs, startUp: new Map([['py', startUp]]) };
    });

  it('every unit is in exactly one shard, and none is empty while there are units that can be cut', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const shards = cutShards(input);
        expect(shards).toHaveLength(input.total);
        expect(keys(shards).flat().sort()).toEqual(input.units.map(({ key }) => key).sort());
        const awaited = new Set([...input.needs.values()].flat());
        const loose = input.units.filter(({ category }) => !awaited.has(category)).length;
        expect(shards.filter((own) => own.length > 0).length).toBeGreaterThanOrEqual(Math.min(loose, input.total));
      }),
    );
  });

  it('categories that others wait for are whole, in a shard that needs them', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const awaited = new Set([...input.needs.values()].flat());
        const shards = cutShards(input);
        for (const name of awaited) {
          const own = input.units.filter(({ category }) => category === name);
          const holders = shards.filter((units) => units.some(({ category }) => category === name));
          expect(holders).toHaveLength(own.length === 0 ? 0 : 1);
          expect(
            holders.every((units) => units.some(({ category }) => input.needs.get(category)?.includes(name))),
          ).toBe(true);
        }
      }),
    );
  });

  it('the order of the units does not matter', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        expect(keys(cutShards({ ...input, units: input.units.toReversed() }))).toEqual(keys(cutShards(input)));
      }),
    );
  });

  it('the slowest shard takes at most 4/3 - 1/(3m) of the best there is', () => {
    const small = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 3 }), (costs, total) => {
        const units = costs.map((cost, index) => unit(`f${index}`, cost));
        const worst = Math.max(...loads(cutShards({ ...free, units, total })));
        expect(worst).toBeLessThanOrEqual(optimum(costs, total) * (4 / 3 - 1 / (3 * total)) + 1e-9);
      }),
    );
  });
});

/** The smallest makespan of all assignments. */
function optimum(costs: readonly number[], total: number): number {
  const search = (index: number, sums: readonly number[]): number => {
    const cost = costs[index];
    if (cost === undefined) return Math.max(...sums);
    return Math.min(...sums.map((sum, at) => search(index + 1, sums.with(at, sum + cost))));
  };
  return search(
    0,
    Array.from({ length: total }, () => 0),
  );
}
