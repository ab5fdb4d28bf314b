import { describe, expect, it } from 'vitest';
import {
  displayWidth,
  firstLines,
  groupDigits,
  oneLine,
  plain,
  plural,
  truncate,
  wrap,
} from '../../../src/base/text.ts';
import { shellCommand, shellQuote } from '../../../src/base/shell-quote.ts';

describe('plain', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['cursor movement', 'a\u001b[2K\u001b[1Gb', 'ab'],
    ['window titles', '\u001b]0;owned\u0007text', 'text'],
    ['links', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['device control strings', '\u001bPq#0\u001b\\after', 'after'],
    ['8-bit sequences', '\u009b31mred', 'red'],
    ['a full reset', '\u001bcx', 'x'],
    ['an escape at the very end', 'x\u001b', 'x␛'],
    ['lines that overwrite themselves', '10%\r20%\r\ndone', '10%\n20%\ndone'],
    ['bells and backspaces', 'a\u0007\u0008b\u0000', 'ab'],
    ['right-to-left overrides', 'user\u202etxt.exe', 'user\\u{202e}txt.exe'],
    ['isolates and marks', '\u2066a\u2069\u200f\u061c', '\\u{2066}a\\u{2069}\\u{200f}\\u{61c}'],
    ['zero-width characters', 'a\u200bb', 'a\\u{200b}b'],
    ['line separators', 'a\u2028b', 'a\\u{2028}b'],
    ['lone surrogates', 'a\ud800b', 'a\ufffdb'],
    ['byte order marks', '\ufeffa', 'a'],
    ['tabs', '\ta', '    a'],
    ['ordinary text of any script', 'Zażółć 漢字 👍 e\u0301', 'Zażółć 漢字 👍 e\u0301'],
  ])('makes %s harmless', (_, hostile, harmless) => {
    expect(plain(hostile)).toBe(harmless);
  });

  it.each([
    '\u001b',
    '\u001b]',
    '\u001b[',
    '\u001b[1;',
    '\u001bP',
    '\u009d',
    '\u0090a',
    '\u001b]0;a',
    '\u001b;',
    ' ',
    '\r',
  ])('ends for a megabyte of %j, which has made other strippers hang', (piece) => {
    expect(plain(piece.repeat(1_000_000 / piece.length)).length).toBeLessThan(2_000_000);
  });

  it('keeps a bounded part of a very long text', () => {
    expect(plain('x'.repeat(5_000_000))).toHaveLength(256 * 1024 + 1);
  });
});

describe('oneLine', () => {
  it('joins lines and blanks', () => {
    expect(oneLine('  a\r\n\tb \n')).toBe('a b');
  });
});

describe('displayWidth and truncate', () => {
  it.each([
    ['abc', 3],
    ['漢字', 4],
    ['👍', 2],
    ['e\u0301', 1],
    ['é…', 2],
    ['', 0],
  ])('%j takes %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it.each([
    ['abcdef', 6, 'start', 'abcdef'],
    ['abcdef', 5, 'start', 'abcd…'],
    ['abcdef', 4, 'end', '…def'],
    ['漢字漢字', 5, 'start', '漢字…'],
    ['漢字漢字', 4, 'end', '…字'],
    ['abc', 1, 'start', '…'],
    ['abc', 0, 'start', ''],
  ] as const)('cuts %j to %i columns keeping the %s', (text, width, keep, expected) => {
    expect(truncate(text, width, keep)).toBe(expected);
  });

  it('never exceeds the width, whatever the text', () => {
    for (const text of ['a'.repeat(500), '漢'.repeat(500), 'e\u0301'.repeat(500), `${'\u0301'.repeat(5000)}abc`]) {
      for (const width of [1, 2, 3, 10, 40]) expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
    }
  });
});

describe('wrap', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['short', 40, ['short']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['漢字漢字', 5, ['漢字', '漢字']],
  ])('breaks %j at %i columns', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});

describe('plural', () => {
  it('agrees in number', () => {
    expect([plural(1, 'test'), plural(0, 'test'), plural(1200, 'process', 'processes')]).toEqual([
      '1 test',
      '0 tests',
      '1,200 processes',
    ]);
  });
});

describe('firstLines', () => {
  it('leaves out blank lines and counts what it does not show', () => {
    expect(firstLines('a\n\n  \nb\nc\nd', 3, 40)).toEqual(['a', 'b', '… 2 more lines']);
  });

  it('shows all where there is room for all', () => {
    expect(firstLines('a\nb\nc', 3, 40)).toEqual(['a', 'b', 'c']);
  });
});

describe('shellQuote', () => {
  it.each([
    ['tests/a.test.js', 'tests/a.test.js'],
    ['tests/test_a.py::TestX::test_y', "'tests/test_a.py::TestX::test_y'"],
    ["it's", `'it'\\''s'`],
    ['$(rm -rf ~)', `'$(rm -rf ~)'`],
    ['', "''"],
    ['a\nb', "$'a\\x0ab'"],
    ['é\u001b', "$'é\\x1b'"],
    ['a\u202eb', "$'a\\u202eb'"],
  ])('quotes %j', (word, quoted) => {
    expect(shellQuote(word)).toBe(quoted);
  });

  it('joins words to a command', () => {
    expect(shellCommand(['runner', '--file', 'a b'])).toBe("runner --file 'a b'");
  });
});

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
])('%d in groups is %s', (count, text) => {
  expect(groupDigits(count)).toBe(text);
});
