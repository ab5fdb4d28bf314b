import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { compileGlobs, compilePatterns, globBase } from '../../../src/base/glob.ts';
import { compileWildcard } from '../../../src/base/wildcard.ts';
import { UsageError } from '../../../src/errors.ts';

describe('the globs of a config', () => {
  it.each([
    [['tests/**/test_*.py'], 'tests/test_a.py', true],
    [['tests/**/test_*.py'], 'tests/a/b/test_a.py', true],
    [['tests/**/test_*.py'], 'tests/a/b/helper.py', false],
    [['tests/**'], 'tests/a', true],
    [['tests/**'], 'tests_more/a', false],
    [['tests'], 'tests/a/b', true],
    [['./tests/'], 'tests/a/b', true],
    [['**/*.{test,spec}.?(c|m)[jt]s?(x)'], 'a/b.test.mts', true],
    [['**/*.{test,spec}.?(c|m)[jt]s?(x)'], 'a/b.tests.ts', false],
    [['Tests/**'], 'tests/a', false],
    [['*'], '.hidden', true],
    [['**/*.py'], '.venv2/.x/a.py', true],
    [['a/*', '!a/b*'], 'a/c', true],
    [['a/*', '!a/b*'], 'a/b1', false],
    [['!**/archive/**'], 'x/archive/y', false],
    [['!**/archive/**'], 'x/y', true],
    [[], 'anything', false],
    [['app/(auth)/*.ts'], 'app/(auth)/login.ts', true],
    [['app/(auth)/*.ts'], 'app/auth/login.ts', false],
    [['a|b/*'], 'a|b/c', true],
    [['c++/*.cc'], 'c++/a.cc', true],
    [['\\[id\\]/*'], '[id]/page', true],
    [['**/test_*.py'], 'line\nbreak/test_a\n.py', true],
    [['**/-x "q\' ä.py'], 'd/-x "q\' ä.py', true],
  ])('%j on %j is %s', (globs, path, expected) => {
    expect(compileGlobs(globs)(path)).toBe(expected);
  });

  it.each([
    ['tests/e2e/*.py', 'tests/e2e'],
    ['**/a', ''],
    ['a/b/**', 'a/b'],
    ['a.py', ''],
    ['./x/{a,b}/c', 'x'],
  ])('%s is searched from %j', (glob, base) => {
    expect(globBase(glob)).toBe(base);
  });
});

describe('--pattern', () => {
  it.each([
    ['*websocket*', 'tests/websocket_core/test_a.py', true],
    ['*websocket*', 'tests/e2e/test_websocket_b.py', true],
    ['*WebSocket*', 'tests/e2e/test_websocket_b.py', true],
    ['*websocket*', 'tests/e2e/test_b.py', false],
    ['websocket*', 'tests/e2e/test_websocket_b.py', false],
    ['websocket', 'tests/e2e/test_WEBSOCKET_b.py', true],
    ['e2e/test_w', 'tests/e2e/test_websocket_b.py', true],
    ['./tests/e2e', 'tests/e2e/a.py', true],
    ['tests/*/test_*', 'tests/e2e/test_a.py', true],
    ['tests/*/test_*', 'tests/e2e/deep/test_a.py', false],
    ['tests/**/test_*', 'tests/e2e/deep/test_a.py', true],
    ['TESTS/**/TEST_A.py', 'tests/e2e/test_a.py', true],
    ['test_?.py', 'x/test_a.py', true],
    ['test_[ab].py', 'x/test_c.py', false],
    ['{unit,e2e}', 'tests/e2e/a.py', true],
    ['test_(1)*', 'x/test_(1).py', true],
    ['test_(1)', 'x/test_(1).py', true],
    ['!*a*', 'x/b', false],
    ['caf\u00e9', 'cafe\u0301/test.py', true],
  ])('%j on %j is %s', (pattern, path, expected) => {
    expect(compilePatterns([pattern])(path)).toBe(expected);
  });

  it('takes the union of several', () => {
    const matches = compilePatterns(['a*', 'zzz']);
    expect(['abc', 'x/azzz', 'nothing'].map(matches)).toEqual([true, true, false]);
  });

  it.each(['', ' ', './'])('refuses the empty pattern %j, which would select everything', (pattern) => {
    expect(() => compilePatterns([pattern])).toThrow(UsageError);
  });
});

describe('hostile globs', () => {
  const hostile = [
    ...[
      '[',
      '[]',
      '[[]',
      '{',
      '}',
      '((',
      '))',
      '**(**',
      '+(a',
      '@(a|b',
      '!(',
      '\\',
      '[a-',
      '[z-a]',
      '!!a',
      '(a+)+$',
      '***',
    ],
    ...['*a*a*a*a*a*a*a*a*b', '{*a*a*a*a*a,*b*b*b*b*b}*c', '**/a/**/a/**/a/**/a/**/b', '?*?*?*?*?*?*?b'],
    ...[
      '+(*a|*b)x',
      '+(@(a|?))x',
      '*(*a)*(*a)b',
      '+([a-z]|a)x',
      '*'.repeat(2000),
      '{'.repeat(200) + ','.repeat(200) + '}'.repeat(200),
    ],
    ...['{a,b}'.repeat(60) + '****x*y*z', 'a'.repeat(100_000)],
  ];

  it.each(hostile.map((glob) => [glob.slice(0, 30), glob]))(
    '%s ends with an answer or a usage error',
    (_start, glob) => {
      for (const path of [glob, 'a'.repeat(5000), 'a/'.repeat(2000), `${'ab'.repeat(120)}!`]) {
        for (const compile of [compileGlobs, compilePatterns]) {
          try {
            expect(typeof compile([glob])(path)).toBe('boolean');
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        }
      }
    },
  );

  it('is answered for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('ab*?[]{}()!+@|\\/,.-^')) }),
        fc.string(),
        (glob, path) => {
          try {
            compileGlobs([glob])(path);
            compilePatterns([glob])(path);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
    );
  });
});

it('matches wildcards as picomatch does, without backtracking', () => {
  const segment = fc.array(fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '.'), { minLength: 1, maxLength: 5 });
  const glob = fc
    .array(
      fc.oneof(
        segment.map((parts) => parts.join('').replace(/\*+/g, '*')),
        fc.constant('**'),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((segments) => segments.join('/'))
    // Of these picomatch has notions of its own: a leading dot, ** twice in a row, and "a*" under "a*" + "/**" at the end.
    .filter((text) => !/(^|\/)\./.test(text) && !text.includes('**/**') && !text.endsWith('/**'));
  const path = fc
    .array(fc.stringMatching(/^[abc]([abc.]{0,3}[abc])?$/), { minLength: 1, maxLength: 5 })
    .map((segments) => segments.join('/'));
  fc.assert(
    fc.property(glob, path, (pattern, text) => {
      expect(compileWildcard(pattern, false)(text)).toBe(picomatch.isMatch(text, pattern, { dot: true, posix: true }));
    }),
    { numRuns: 2000 },
  );
});
