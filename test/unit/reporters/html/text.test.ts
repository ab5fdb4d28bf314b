import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText } from '../../../../src/reporters/html/client/text/cut.ts';
import { diffLines } from '../../../../src/reporters/html/client/text/diff.ts';
import { pieces, visibleText } from '../../../../src/reporters/html/client/text/pieces.ts';

describe('text that is shown', () => {
  it.each([
    ['plain text', 'plain text'],
    ['a\tb\nc', 'a\tb\nc'],
    ['one\r\ntwo', 'one\ntwo'],
    ['10%\r20%', '10%␍20%'],
    ['a\0b\u0007c\u007f', 'a␀b␇c␡'],
    ['user\u202egnp.exe', 'userU+202Egnp.exe'],
    ['pass\u200bword', 'passU+200Bword'],
    ['\u2066x\u2069', 'U+2066xU+2069'],
    ['\ufeffx', 'U+FEFFx'],
    ['line\u2028end', 'lineU+2028end'],
    ['\u0085', 'U+0085'],
    ['half \ud83d', 'half U+D83D'],
    ['tag \u{e0041}', 'tag U+E0041'],
    ['\u3164name', 'U+3164name'],
    ['👩‍👩‍👧 ❤️ 1️⃣ 👍🏽', '👩‍👩‍👧 ❤️ 1️⃣ 👍🏽'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001b[2J\u001b[1;1Hhome', 'home'],
    ['cut \u001b', 'cut ␛'],
    ['cut \u001b[3', 'cut ␛[3'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('never holds a character that hides or reorders others', () => {
    const nasty = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      'm',
      '\u202e',
      '\u200d',
      '\r',
      '\0',
      '\u0090',
      '\u009c',
      '\ud800',
      'a',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 40 }), (parts) => {
        const shown = visibleText(parts.join('')).replaceAll(
          /\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic})*/gu,
          '',
        );
        return !/[^\P{C}\n\t]|[\u2028\u2029]/u.test(shown);
      }),
    );
  });

  it('keeps the colours of a terminal, and no other of its wishes', () => {
    expect(pieces('\u001b[1;31mred\u001b[39m bold\u001b[0m \u001b[8mhidden\u001b[28m \u001b[41mback\u001b[0m')).toEqual(
      [
        { text: 'red', look: 't-bold t-1', mark: null },
        { text: ' bold', look: 't-bold', mark: null },
        { text: ' ', look: '', mark: null },
        { text: 'hidden', look: '', mark: null },
        { text: ' ', look: '', mark: null },
        { text: 'back', look: 't-back', mark: null },
      ],
    );
  });

  it('does not take the numbers of a colour of 24 bits for codes', () => {
    expect(pieces('\u001b[38;2;31;4;7mx\u001b[48;5;1my')).toEqual([
      { text: 'x', look: '', mark: null },
      { text: 'y', look: '', mark: null },
    ]);
  });

  it('says what a mark stands for', () => {
    expect(pieces('\u202e').map(({ mark }) => mark)).toEqual(['right-to-left override']);
  });
});

describe('a cut text', () => {
  const text = 'one\ntwo\nthree\nfour\n';

  it.each([
    ['first', 2, ['one', 'two'], 2],
    ['last', 2, ['three', 'four'], 2],
    ['first', 9, ['one', 'two', 'three', 'four'], 0],
    ['last', 4, ['one', 'two', 'three', 'four'], 0],
    ['last', 9, ['one', 'two', 'three', 'four'], 0],
  ] as const)('holds the %s %i lines', (keep, lines, expected, more) => {
    const cut = cutText(text, { lines, characters: 100 }, keep);
    expect(cut.lines.map((line) => line.text)).toEqual(expected);
    expect(cut.moreLines).toBe(more);
  });

  it('says how much of a line is left out, and never cuts a character in two', () => {
    expect(cutText('ab😀cd', { lines: 5, characters: 3 }).lines).toEqual([{ text: 'ab', more: 4 }]);
  });

  it('counts all lines, whatever is shown of them', () => {
    const lines = fc.array(
      fc.string({ maxLength: 8 }).map((line) => line.replace(/[\r\n]/g, '')),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 40 }), fc.constantFrom('first', 'last'), (all, limit, keep) => {
        const cut = cutText(`${all.join('\n')}\n`, { lines: limit, characters: 100 }, keep);
        const shown = keep === 'first' ? all.slice(0, limit) : all.slice(-limit);
        expect(cut.lines.map((line) => line.text)).toEqual(shown);
        expect(cut.moreLines).toBe(all.length - shown.length);
      }),
    );
  });
});

describe('a comparison', () => {
  const kinds = (text: string): readonly string[] | null =>
    diffLines(text.split('\n'))?.map(({ kind }) => kind) ?? null;

  it.each([
    ['vitest and jest', '- Expected\n+ Received\n\n- 1\n+ 2', ['heading', 'heading', 'plain', 'expected', 'actual']],
    ['mocha', '+ expected - actual\n\n-1\n+2', ['heading', 'plain', 'actual', 'expected']],
    ['node', '+ actual - expected\n\n+ 1\n- 2', ['heading', 'plain', 'actual', 'expected']],
    [
      'testify',
      '--- Expected\n+++ Actual\n@@ -1 +1 @@\n-a\n+b',
      ['heading', 'heading', 'heading', 'expected', 'actual'],
    ],
    ['pytest', 'E       - right\nE       + wrong', ['expected', 'actual']],
    ['labels', 'Expected: 1\nReceived: 2', ['expected', 'actual']],
  ])('of %s is told apart', (_, text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  it.each([
    ['a list', 'Missing:\n- one\n- two'],
    ['a trace', 'Error: no\n    at run (a.ts:1:2)'],
    ['a rule', 'a\n-----\nb'],
    ['nothing', ''],
  ])('is not seen in %s', (_, text) => {
    expect(kinds(text)).toBeNull();
  });

  it('marks what differs within a line', () => {
    expect(diffLines(['-  "name": "Ada",', '+  "name": "Eva",'])).toEqual([
      { kind: 'expected', parts: ['-  "name": "', 'Ad', 'a",'] },
      { kind: 'actual', parts: ['+  "name": "', 'Ev', 'a",'] },
    ]);
  });

  it('leaves out nothing', () => {
    const line = fc.string({ unit: fc.constantFrom('+', '-', 'a', 'b', ' ', '😀'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const shown = diffLines(lines);
        if (shown !== null) expect(shown.map(({ parts }) => parts.join(''))).toEqual(lines);
      }),
    );
  });
});
