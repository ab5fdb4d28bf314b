import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boundedMatcher } from '../../../src/base/bounded-match.ts';
import { compileGlobs, compilePatterns } from '../../../src/base/glob.ts';
import { matchesName } from '../../../src/base/test-address.ts';
import { UsageError } from '../../../src/errors.ts';
import { parseKeyword } from '../../../src/frameworks/keyword.ts';
import type { Keyword } from '../../../src/frameworks/keyword.ts';
import { exactNamePattern, keywordPattern, splitKeyword } from '../../../src/frameworks/name-pattern.ts';
import { globSegments, globTokens, meansName, meansPath, paths, writeGlob } from '../glob-model.ts';
import type { GlobSegment, GlobToken } from '../glob-model.ts';
import type { FuzzTarget } from '../target.ts';

/** Globs, `--pattern`, `--keyword` and patterns of configs: what they mean, and how long that takes to say. */
export const patterns: FuzzTarget = {
  name: 'patterns',
  reads: 'globs, expressions over names, and patterns of configs',
  runsInCi: 3000,
  property: () => Promise.resolve(fc.property(fc.oneof(...arms), (check) => check.run())),
};

/** One thing to try, which says for a report what it is. */
interface Check {
  readonly run: () => void;
  readonly [fc.toStringMethod]: () => string;
}

function arm<T>(weight: number, input: fc.Arbitrary<T>, run: (value: T) => void): fc.WeightedArbitrary<Check> {
  const arbitrary = input.map((value) => ({ run: () => run(value), [fc.toStringMethod]: () => fc.stringify(value) }));
  return { weight, arbitrary };
}

const arms = [
  arm(300, fc.tuple(fc.array(globSegments, { minLength: 1, maxLength: 2 }), paths), globsOfConfigs),
  arm(300, fc.tuple(globSegments, paths), patternOverPath),
  arm(300, fc.tuple(globTokens, paths), patternOverNames),
  arm(200, fc.tuple(expressions(3), names()), keywords),
  arm(200, fc.tuple(fc.array(fc.constantFrom('*', 'a', 'b', 'ab', '::')), names()), namesWithStars),
  arm(100, names(), exactNames),
  arm(20, fc.tuple(hostileGlobs(), fc.nat(4000)), boundedGlobs),
  arm(20, fc.array(fc.constantFrom('(', ')', 'not ', ' and ', 'a', ' or ', '"'), { maxLength: 30 }), anyKeyword),
  arm(5, fc.tuple(fc.constantFrom('(', 'not ', '((a) or ', 'a and '), fc.integer({ min: 1, max: 4096 })), longKeyword),
  arm(20, fc.tuple(fc.constantFrom('a+', '^(?:ab)*$', 'x|y', '(?=b)', '[ab]{2,}$'), names()), regexes),
];

/** A glob of a config means what is below a folder of its name, too, unless it ends in a star. */
function globsOfConfigs([globs, path]: readonly [readonly (readonly GlobSegment[])[], readonly string[]]): void {
  const written = globs.map(writeGlob);
  if (written.some(isOdd) || globs.some((segments) => isUnclear(segments, path))) return;
  const expected = globs.some((segments) =>
    meansPath(writeGlob(segments).endsWith('*') ? segments : [...segments, null], path),
  );
  const matches = tolerated(() => compileGlobs(written));
  if (matches !== null) assert.equal(matches(path.join('/')), expected, `${written.join(' ')} over ${path.join('/')}`);
}

function patternOverPath([segments, path]: readonly [readonly GlobSegment[], readonly string[]]): void {
  const written = writeGlob(segments);
  if (!written.includes('/') || isOdd(written) || !/[*?[{]/.test(written) || isUnclear(folded(segments), path)) return;
  const matches = tolerated(() => compilePatterns([written]));
  const expected = meansPath(
    folded(segments),
    path.map((name) => name.toLowerCase()),
  );
  if (matches !== null) assert.equal(matches(path.join('/')), expected, `${written} over ${path.join('/')}`);
}

function patternOverNames([tokens, path]: readonly [readonly GlobToken[], readonly string[]]): void {
  const written = writeGlob([tokens]);
  if (isOdd(written)) return;
  const lower = path.map((name) => name.toLowerCase());
  const [own = []] = folded([tokens]);
  const isText = tokens.every(({ kind }) => kind === 'text');
  const expected = isText
    ? lower.join('/').includes(written.toLowerCase())
    : lower.some((name) => meansName(own ?? [], name));
  const matches = tolerated(() => compilePatterns([written]));
  if (matches !== null) assert.equal(matches(path.join('/')), expected, `${written} over ${path.join('/')}`);
}

/** Whether `a/**` means `a` itself, which is a file here and can have nothing below it, is said by nobody. */
function isUnclear(segments: readonly GlobSegment[], path: readonly string[]): boolean {
  if (segments.at(-1) !== null) return false;
  const name = path.map((part) => part.toLowerCase());
  const ends = segments.slice(0, segments.findLastIndex((segment) => segment !== null) + 1);
  return [path, name].some((own) => meansPath(ends, own));
}

/** What is no name, or a range as in `{1..3}`. */
function isOdd(glob: string): boolean {
  return glob.split('/').some((segment) => /^\.+$/.test(segment)) || /\{.*\.\..*\}/.test(glob);
}

function folded(segments: readonly GlobSegment[]): readonly GlobSegment[] {
  return segments.map((segment) =>
    segment === null
      ? null
      : segment.map((token): GlobToken => {
          if (token.kind === 'text') return { ...token, text: token.text.toLowerCase() };
          return token.kind === 'either'
            ? { ...token, choices: token.choices.map((word) => word.toLowerCase()) }
            : token;
        }),
  );
}

function tolerated<T>(compile: () => T): T | null {
  try {
    return compile();
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function names(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', '::', 'x', '.', '(', '$', 'ß', 'İ'), maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
}

function expressions(depth: number): fc.Arbitrary<Keyword> {
  const words = fc.constantFrom('a', 'b', 'ab', 'x.', '$', 'B', 'ß').map((text): Keyword => ({ kind: 'word', text }));
  if (depth === 0) return words;
  const inner = expressions(depth - 1);
  const pair = fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), left: inner, right: inner });
  return fc.oneof(
    words,
    inner.map((of): Keyword => ({ kind: 'not', of })),
    pair,
  );
}

/** An expression is read as it is written, and its pattern and its split say the same as its meaning. */
function keywords([expression, name]: readonly [Keyword, string]): void {
  const parsed = parseKeyword(writeKeyword(expression));
  assert.ok(parsed.kind === 'keyword', 'it can be read');
  const expected = holds(expression, name);
  assert.equal(holds(parsed.keyword, name), expected, 'it is read as it is written');
  const matches = (keyword: Keyword): boolean => new RegExp(keywordPattern(keyword)).test(name);
  assert.equal(matches(parsed.keyword), expected, 'its pattern says the same');
  const split = splitKeyword(parsed.keyword);
  if (split === null) return;
  const { must, mustNot } = split;
  assert.equal(
    (must === null || matches(must)) && (mustNot === null || !matches(mustNot)),
    expected,
    'and so does its split',
  );
}

function writeKeyword(keyword: Keyword): string {
  switch (keyword.kind) {
    case 'word':
      return keyword.text;
    case 'not':
      return `not (${writeKeyword(keyword.of)})`;
    case 'and':
    case 'or':
      return `(${writeKeyword(keyword.left)}) ${keyword.kind} (${writeKeyword(keyword.right)})`;
  }
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

function namesWithStars([parts, name]: readonly [readonly string[], string]): void {
  const written = parts.join('');
  const pattern = written.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  assert.equal(matchesName(written, name), new RegExp(`^${pattern.join('[^]*')}$`).test(name));
}

function exactNames(name: string): void {
  if (name.trim() === '') return;
  assert.ok(new RegExp(exactNamePattern(name)).test(name), 'a test is found by its own name');
  assert.ok(!new RegExp(exactNamePattern(name)).test(`${name}x`), 'and another is not');
}

function hostileGlobs(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    '*a',
    '**/',
    '?',
    '{a,b}',
    '+(a|b*)',
    '!(a)',
    '[!a]',
    '@(a|*)',
    '(',
    '\\',
    '[',
    '*(a)',
    'a',
  );
  return fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 300 }))
    .map(([pieces, times]) => pieces.join('').repeat(times).slice(0, 5000));
}

function boundedGlobs([glob, length]: readonly [string, number]): void {
  const texts = ['a'.repeat(length), 'a/'.repeat(length / 2) + 'b', `${'ab'.repeat(length / 2)}c`];
  bounded(() => {
    for (const compile of [compileGlobs, compilePatterns]) {
      const matches = tolerated(() => compile([glob]));
      for (const text of texts) matches?.(text);
    }
  });
}

function anyKeyword(parts: readonly string[]): void {
  bounded(() => {
    const parsed = parseKeyword(parts.join(''));
    if (parsed.kind === 'keyword') new RegExp(keywordPattern(parsed.keyword)).test('a b a b');
  });
}

function longKeyword([part, times]: readonly [string, number]): void {
  anyKeyword([part.repeat(times).slice(0, 4090), 'a']);
}

function regexes([source, name]: readonly [string, string]): void {
  assert.equal(boundedMatcher(new RegExp(source))(name), new RegExp(source).test(name) ? 'yes' : 'no');
}

/** Of this processor, so that nobody else's work counts. */
function bounded(work: () => void): void {
  const before = process.cpuUsage();
  work();
  const { user } = process.cpuUsage(before);
  assert.ok(user < 5_000_000, `it took ${user / 1e6} s of processor time`);
}
