import { describe, expect, test } from 'vitest';
import { isViolated, judgeGuards, leftUpTo } from '../../../src/guards/judge.ts';
import type { Baseline, Guard, GuardedFile, GuardVerdict } from '../../../src/model/guard.ts';
import { fileWith, guardWith } from '../../support/guards.ts';

const phases: Guard['priorities'] = [
  { priority: 'P0', files: ['core/**'] },
  { priority: 'P1', files: ['tests/**'] },
];
const counted = (guard: Guard, ...found: readonly GuardedFile[]) => ({
  guard,
  count: { looked: 5, incomplete: false, found },
});
const held = (files: Readonly<Record<string, number>>): Baseline => ({
  guards: { 'no-bad': { files, increases: [] } },
});
const none: Baseline = { guards: {} };
const states = (verdicts: readonly GuardVerdict[]): readonly string[] =>
  verdicts.flatMap(({ guard, cells }) => cells.map(({ priority, state }) => `${guard.name} ${priority} ${state}`));

describe('what is forbidden', () => {
  test('is over with one match, and names its files', () => {
    const [verdict] = judgeGuards([counted(guardWith(), fileWith('a.py', 2))], none);
    expect(verdict?.cells).toEqual([
      expect.objectContaining({
        matches: 2,
        files: 1,
        allowed: 0,
        state: 'over',
        over: [{ ...fileWith('a.py', 2), allowed: 0 }],
      }),
    ]);
  });

  test('may be there as often as max says', () => {
    const guard = guardWith({ max: 3 });
    expect(states(judgeGuards([counted(guard, fileWith('a.py', 3))], none))).toEqual(['no-bad P1 within']);
    expect(states(judgeGuards([counted(guard, fileWith('a.py', 2), fileWith('b.py', 2))], none))).toEqual([
      'no-bad P1 over',
    ]);
  });

  test('as a warning violates nothing', () => {
    const verdicts = judgeGuards([counted(guardWith({ severity: 'warning' }), fileWith('a.py', 1))], none);
    expect(states(verdicts)).toEqual(['no-bad P1 over']);
    expect(verdicts.map(isViolated)).toEqual([false]);
  });
});

describe('a ratchet', () => {
  const guard = guardWith({ mode: 'ratchet' });

  test('holds each file by itself: what one has lost is no room for another', () => {
    const [verdict] = judgeGuards(
      [counted(guard, fileWith('a.py', 1), fileWith('b.py', 2))],
      held({ 'a.py': 2, 'b.py': 1 }),
    );
    expect(verdict?.cells[0]).toMatchObject({
      state: 'over',
      allowed: 3,
      slack: 1,
      over: [{ file: 'b.py', allowed: 1 }],
    });
  });

  test('takes a file that is new for one with none', () => {
    expect(judgeGuards([counted(guard, fileWith('new.py', 1))], held({})).map(isViolated)).toEqual([true]);
  });

  test('says what the baseline could lose, also in files that are gone', () => {
    const [verdict] = judgeGuards([counted(guard)], held({ 'gone.py': 4 }));
    expect(verdict?.cells).toEqual([expect.objectContaining({ state: 'zero', slack: 4 })]);
  });
});

describe('a migration', () => {
  const migration = 'websockets';
  const first = guardWith({ name: 'first', priorities: phases, migration });
  const second = guardWith({ name: 'second', priorities: phases, migration });

  test('judges a phase only when those before it are at zero in all of its guards', () => {
    const found = [
      counted(first, fileWith('core/a.py', 1, 'P0'), fileWith('tests/a.py', 9, 'P1')),
      counted(second, fileWith('tests/b.py', 1, 'P1')),
    ];
    expect(states(judgeGuards(found, none))).toEqual([
      'first P0 over',
      'first P1 waiting',
      'second P0 zero',
      'second P1 waiting',
    ]);
    const done = [counted(first, fileWith('tests/a.py', 9, 'P1')), counted(second, fileWith('tests/b.py', 1, 'P1'))];
    expect(states(judgeGuards(done, none))).toEqual([
      'first P0 zero',
      'first P1 over',
      'second P0 zero',
      'second P1 over',
    ]);
  });

  test('never lets a ratchet of a later phase go up', () => {
    const ratchet = guardWith({ priorities: phases, migration, mode: 'ratchet' });
    const found = [counted(ratchet, fileWith('core/a.py', 1, 'P0'), fileWith('tests/a.py', 2, 'P1'))];
    expect(states(judgeGuards(found, held({ 'core/a.py': 1, 'tests/a.py': 1 })))).toEqual([
      'no-bad P0 within',
      'no-bad P1 over',
    ]);
  });

  test('does not hold up guards of others', () => {
    const found = [
      counted(first, fileWith('core/a.py', 1, 'P0')),
      counted(guardWith({ priorities: phases }), fileWith('tests/a.py', 1, 'P1')),
    ];
    expect(states(judgeGuards(found, none))).toContain('no-bad P1 over');
  });

  test('knows what is left up to a phase', () => {
    const verdicts = judgeGuards(
      [counted(first, fileWith('core/a.py', 1, 'P0'), fileWith('tests/a.py', 2, 'P1'))],
      none,
    );
    expect(leftUpTo(verdicts, 'P0')).toEqual([{ guard: 'first', matches: 1 }]);
    expect(leftUpTo(verdicts, 'P3')).toEqual([{ guard: 'first', matches: 3 }]);
  });
});

test('a guard without files is a mistake unless that is allowed', () => {
  const empty = (guard: Guard) =>
    judgeGuards([{ guard, count: { looked: 0, incomplete: false, found: [] } }], none)[0]?.empty;
  expect([empty(guardWith()), empty(guardWith({ allowEmpty: true }))]).toEqual([true, false]);
});
