import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKeyword } from '../../../src/frameworks/keyword.ts';
import type { Keyword } from '../../../src/frameworks/keyword.ts';
import { exactNamePattern, keywordPattern, splitKeyword } from '../../../src/frameworks/name-pattern.ts';

function parsed(text: string): Keyword {
  const result = parseKeyword(text);
  if (result.kind === 'problem') throw new Error(result.problem);
  return result.keyword;
}

function holds(keyword: Keyword, name: string): boolean {
  switch (keyword.kind) {
    case 'word':
      return name.toLowerCase().includes(keyword.text.toLowerCase());
    case 'not':
      return !holds(keyword.of, name);
    case 'and':
      return holds(keyword.left, name) && holds(keyword.right, name);
    case 'or':
      return holds(keyword.left, name) || holds(keyword.right, name);
  }
}

const word = fc.constantFrom('login', 'Slow', 'a.b', '[1]', 'é', 'x-y');
const keyword: fc.Arbitrary<Keyword> = fc.letrec<{ node: Keyword }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    word.map((text): Keyword => ({ kind: 'word', text })),
    tie('node').map((of): Keyword => ({ kind: 'not', of })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), tie('node'), tie('node'))
      .map(([kind, left, right]): Keyword => ({ kind, left, right })),
  ),
})).node;
const fullName = fc
  .array(fc.oneof(word, fc.constantFrom('LOGIN', 'other', '\n', 'axb')), { maxLength: 5 })
  .map((words) => words.join(' '));

describe('a keyword expression', () => {
  it.each([
    ['login', 'User LOGIN works', true],
    ['login', 'logout', false],
    ['login and not slow', 'login', true],
    ['login and not slow', 'slow login', false],
    ['a or b and c', 'a', true],
    ['(a or b) and c', 'a', false],
    ['not (a or b)', 'c', true],
    ['not not a', 'a', true],
    ['adds two numbers', 'math > adds two > numbers', true],
    ['outer > inner', 'outer inner', true],
    ['"and"', 'this and that', true],
    ['a.b', 'axb', false],
    ['ümlaut', 'ÜMLAUT', true],
  ])('%s on "%s" is %s', (expression, name, expected) => {
    expect(new RegExp(keywordPattern(parsed(expression))).test(name)).toBe(expected);
  });

  it.each([
    ['', 'it is empty'],
    ['and', 'a word is missing before "and"'],
    ['a and', 'a word is missing at its end'],
    ['(a', 'a ")" is missing'],
    ['a)', '")" is not expected there'],
    ['not', 'a word is missing at its end'],
    ['a or or b', 'a word is missing before "or"'],
    ['x'.repeat(5000), 'it is longer than 4096 characters'],
    [`${'('.repeat(2000)}a`, 'it is nested too deeply'],
    [`${'not '.repeat(1000)}a`, 'it is nested too deeply'],
  ])('that reads "%s" is refused', (expression, problem) => {
    expect(parseKeyword(expression)).toEqual({ kind: 'problem', problem });
  });

  it('means the same as a regular expression', () => {
    fc.assert(
      fc.property(keyword, fullName, (expression, name) => {
        expect(new RegExp(keywordPattern(expression)).test(name)).toBe(holds(expression, name));
      }),
    );
  });

  it('means the same when it is split into what must and what must not match', () => {
    fc.assert(
      fc.property(keyword, fullName, (expression, name) => {
        const split = splitKeyword(expression);
        if (split === null) return;
        const must = split.must === null || holds(split.must, name);
        const mustNot = split.mustNot !== null && holds(split.mustNot, name);
        expect(must && !mustNot).toBe(holds(expression, name));
        expect(JSON.stringify(split)).not.toContain('"not"');
      }),
    );
  });

  it('never makes the parser throw or hang', () => {
    const token = fc.constantFrom('and', 'or', 'not', '(', ')', 'a', '"', "'", ' ');
    fc.assert(
      fc.property(fc.array(token, { maxLength: 200 }), (tokens) => {
        expect(['keyword', 'problem']).toContain(parseKeyword(tokens.join(' ')).kind);
      }),
    );
  });
});

describe('an exact name', () => {
  it.each([
    ['adds', 'adds', true],
    ['adds', 'adds two', false],
    ['adds', 'it adds', false],
    ['outer > adds', 'outer adds', true],
    ['outer > adds', 'outer > adds', true],
    ['outer', 'outer > adds', true],
    ['a.*(b) [c] {d} $1 ^ | \\', 'a.*(b) [c] {d} $1 ^ | \\', true],
    ['Adds', 'adds', false],
    ['is \uFFFD so', 'is \u0001\u001b[31m so', true],
    ['is \uFFFD so', 'is so', false],
  ])('"%s" on "%s" is %s', (name, test, expected) => {
    expect(new RegExp(exactNamePattern(name)).test(test)).toBe(expected);
  });
});
