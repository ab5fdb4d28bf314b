import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/categories/catalogue.ts';
import { closure, findCycle, inheritPriority, topologicalOrder } from '../../../src/categories/graph.ts';
import { category } from './fixture.ts';

// e2e -> api -> db
//     -> unit
const edges = { e2e: ['api', 'unit'], api: ['db'], unit: [], db: [], lonely: [] };

it('closes over dependencies, each before what needs it', () => {
  expect(closure(['e2e'], edges)).toEqual(['db', 'api', 'unit', 'e2e']);
});

it('keeps the order of names that do not depend on each other', () => {
  expect(topologicalOrder(['lonely', 'e2e', 'unit'], edges)).toEqual(['lonely', 'unit', 'e2e']);
});

it('ends on a cycle and on a chain of 100,000 names', () => {
  expect(closure(['a'], { a: ['b'], b: ['a'] })).toEqual(['b', 'a']);
  const chain = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`c${index}`, [`c${index + 1}`]]));
  expect(closure(['c0'], chain)).toHaveLength(100_001);
  expect(findCycle(chain)).toBeNull();
});

it.each([
  ['none', edges, null],
  ['a self loop', { a: ['a'] }, ['a', 'a']],
  ['a loop behind a tail', { x: ['a'], a: ['b'], b: ['c'], c: ['a'] }, ['a', 'b', 'c', 'a']],
  ['a diamond, which is none', { a: ['b', 'c'], b: ['d'], c: ['d'] }, null],
  ['a name of Object.prototype, which is none', { a: ['constructor'] }, null],
])('finds %s', (_name, given, expected) => {
  expect(findCycle(given)).toEqual(expected);
});

// critical -> middle -> base        low -> base
it('makes a dependency at least as urgent as what waits for it, over several steps', () => {
  const inherited = inheritPriority([
    category('base', [], { priority: 'background' }),
    category('low', [], { priority: 'low', dependsOn: ['base'] }),
    category('middle', [], { priority: 'high', dependsOn: ['base'] }),
    category('critical', [], { priority: 'critical', dependsOn: ['middle', 'not-in-this-run'] }),
  ]);
  expect(Object.fromEntries(inherited)).toEqual({
    base: 'critical',
    low: 'low',
    middle: 'critical',
    critical: 'critical',
  });
});

describe('the catalogue', () => {
  const names = catalogue.map((entry) => entry.name);
  const dependsOn = Object.fromEntries(catalogue.map((entry) => [entry.name, entry.dependsOn]));
  const waits = Object.fromEntries(catalogue.map((entry) => [entry.name, [...entry.dependsOn, ...entry.after]]));

  it('knows sixteen categories, each once', () => {
    expect(new Set(names).size).toBe(16);
  });

  it('names only categories of its own and has no cycle', () => {
    const mentioned = catalogue.flatMap((entry) => [...entry.dependsOn, ...entry.after, ...entry.conflicts]);
    expect(mentioned.filter((name) => !names.includes(name))).toEqual([]);
    expect(findCycle(waits)).toBeNull();
  });

  it('lets nothing conflict with what it waits for', () => {
    for (const { name, conflicts } of catalogue) {
      expect(closure([name], dependsOn).filter((other) => conflicts.includes(other))).toEqual([]);
    }
  });

  it('fails critical categories for want of a service and skips the others', () => {
    for (const entry of catalogue) expect(entry.missingService).toBe(entry.priority === 'critical' ? 'fail' : 'skip');
  });

  it('makes no critical category wait for a slow one', () => {
    const slow = catalogue.filter((entry) => entry.timeoutMs > 60_000).map((entry) => entry.name);
    for (const { name, priority } of catalogue.filter((entry) => entry.priority === 'critical')) {
      expect([
        name,
        priority,
        closure([name], dependsOn).filter((other) => other !== name && slow.includes(other)),
      ]).toEqual([name, 'critical', []]);
    }
  });
});
