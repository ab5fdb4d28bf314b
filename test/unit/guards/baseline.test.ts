import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextBaseline, parseBaseline, writeBaseline } from '../../../src/guards/baseline.ts';
import type { Baseline } from '../../../src/model/guard.ts';
import { fileWith, guardWith } from '../../support/guards.ts';

const guard = guardWith({ mode: 'ratchet' });
const with_ = (files: Readonly<Record<string, number>>): Baseline => ({
  guards: { 'no-bad': { files, increases: [] } },
});
const counted = (files: Readonly<Record<string, number>>) => [
  {
    guard,
    count: { looked: 9, incomplete: false, found: Object.entries(files).map(([file, count]) => fileWith(file, count)) },
  },
];
const none = { increase: null, keep: new Set<string>() };

describe('a baseline', () => {
  test('is written sorted, a line for each file', () => {
    expect(writeBaseline(with_({ 'b.py': 1, 'a.py': 2 }))).toBe(
      '{\n  "version": 1,\n  "guards": {\n    "no-bad": {\n      "files": {\n        "a.py": 2,\n        "b.py": 1\n      }\n    }\n  }\n}\n',
    );
  });

  test('is read as it was written', () => {
    const counts = fc.dictionary(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 1e6 }), {
      noNullPrototype: true,
    });
    const increases = fc.array(fc.record({ day: fc.string(), by: fc.integer(), reason: fc.string() }), {
      maxLength: 2,
    });
    const baselines = fc
      .dictionary(fc.string(), fc.record({ files: counts, increases }), { noNullPrototype: true })
      .filter((guards) => !JSON.stringify(guards).includes('__proto__'));
    fc.assert(
      fc.property(baselines, (guards) => {
        expect(parseBaseline(writeBaseline({ guards }), 'b.json')).toEqual({ guards });
      }),
    );
  });

  test.each([
    ['an empty file', '', 'is not JSON'],
    ['half a file', writeBaseline(with_({ 'a.py': 2 })).slice(0, 40), 'is not JSON'],
    ['a merge conflict', '{\n<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n', 'has a merge conflict in line 2'],
    [
      'a file on two lines',
      '{"version":1,"guards":{"g":{"files":{\n"a": 1\n}},"h":{"files":{\n"a": 1,\n"b": 2,\n"a": 3\n}}}}',
      'has "a" twice for one guard, the second time in line 6',
    ],
    ['another file', '{"name":"app"}', 'has no "version": 1'],
    ['a later format', '{"version":2,"guards":{}}', 'has no "version": 1'],
    ['no guards', '{"version":1}', 'has no "guards"'],
    ['a count below one', '{"version":1,"guards":{"g":{"files":{"a.py":0}}}}', 'is damaged at guard "g"'],
    ['a count in words', '{"version":1,"guards":{"g":{"files":{"a.py":"2"}}}}', 'is damaged at guard "g"'],
    [
      'a file twice, as a merge leaves it',
      '{"version":1,"guards":{"g":{"files":{"a.py":2,"a.py":5}}}}',
      'holds something twice',
    ],
    ['a key of its own', '{"version":1,"guards":{"g":{"files":{},"total":9}}}', 'holds something twice'],
  ])('that is %s is refused, and is never zero', (_title, text, problem) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow(problem);
  });

  test('may be indented in another way', () => {
    expect(parseBaseline('\uFEFF{"version":1,"guards":{"no-bad":{"files":{"a.py":2}}}}\r\n', 'b')).toEqual(
      with_({ 'a.py': 2 }),
    );
  });
});

describe('an update', () => {
  test('takes over what is less and nothing that is more', () => {
    const next = nextBaseline(
      with_({ 'a.py': 3, 'b.py': 1, 'gone.py': 2 }),
      counted({ 'a.py': 1, 'b.py': 2, 'new.py': 1 }),
      none,
    );
    expect(next).toEqual({ baseline: with_({ 'a.py': 1, 'b.py': 1 }), raised: 2, lowered: 4, added: [] });
  });

  test('takes over what is more with a reason, which it keeps', () => {
    const increase = { reason: 'moved from legacy/', day: '2026-08-20' };
    const next = nextBaseline(with_({ 'old.py': 2 }), counted({ 'new.py': 3 }), { ...none, increase });
    expect(next.baseline.guards['no-bad']).toEqual({
      files: { 'new.py': 3 },
      increases: [{ day: '2026-08-20', by: 3, reason: 'moved from legacy/' }],
    });
    const again = nextBaseline(next.baseline, counted({ 'new.py': 3 }), { ...none, increase });
    expect(again.baseline).toEqual(next.baseline);
  });

  test('begins with what there is of a guard that is new, keeps others that exist and drops those that do not', () => {
    const before = { guards: { other: { files: { 'x.py': 1 }, increases: [] }, gone: { files: {}, increases: [] } } };
    const next = nextBaseline(before, counted({ 'a.py': 4 }), { increase: null, keep: new Set(['other']) });
    expect(next).toEqual({
      baseline: { guards: { other: before.guards.other, ...with_({ 'a.py': 4 }).guards } },
      ...{ raised: 0, lowered: 0, added: ['no-bad'] },
    });
  });

  test('never goes up without a reason', () => {
    const files = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(files, files, (before, now) => {
        const next = nextBaseline(with_(before), counted(now), none).baseline.guards['no-bad']?.files ?? {};
        for (const [file, count] of Object.entries(next)) expect(count).toBeLessThanOrEqual(before[file] ?? 0);
      }),
    );
  });
});
