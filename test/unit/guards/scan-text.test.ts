import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSearch } from '../../../src/base/guard-search.ts';
import { createTextScan, longestMatch } from '../../../src/guards/scan-text.ts';
import type { ScannedText } from '../../../src/guards/scan-text.ts';

const scan = (pattern: string, ...pieces: readonly string[]): ScannedText => {
  const started = createTextScan(compileSearch({ kind: 'pattern', pattern, ignoreCase: false }));
  for (const [index, piece] of pieces.entries()) started.push(piece, index === pieces.length - 1);
  return started.result();
};

describe('a scan', () => {
  test.each<[string, string, string, number, readonly number[]]>([
    ['counts every match of a line', 'a', 'aab\na', 3, [1, 1, 2]],
    ['takes each line for its own start and end', '^a$', 'a\nba\na', 2, [1, 3]],
    ['does so with the line ends of Windows', '^a$', 'a\r\nba\r\na\r\n', 2, [1, 3]],
    ['goes over several lines', String.raw`f\(\s*x`, 'f(\r\n  x)\nf(x)', 2, [1, 3]],
    ['counts what has no length once a place', '(?=a)', 'aa😀a', 3, [1, 1, 1]],
    ['takes code points as they are', '^.$', '😀\nab', 1, [1]],
    ['finds nothing in an empty text', 'a', '', 0, []],
  ])('%s', (_title, pattern, text, count, lines) => {
    const found = scan(pattern, text);
    expect([found.count, found.hits.map(({ line }) => line)]).toEqual([count, lines]);
  });

  test('takes a text literally where it is one', () => {
    const search = compileSearch({ kind: 'text', text: 'connect(a.b', ignoreCase: true });
    expect('x CONNECT(A.B)'.match(search)).toHaveLength(1);
    expect('connect(a-b'.match(search)).toBeNull();
  });

  test('keeps no more than twenty places, and cuts long lines', () => {
    const found = scan('bad', `${'bad\n'.repeat(30)}${'x'.repeat(100_000)}bad`);
    expect([found.count, found.hits.length]).toEqual([31, 20]);
    const [hit] = scan('bad', `${'x'.repeat(100_000)}bad${'y'.repeat(100_000)}`).hits;
    expect(hit?.text.length).toBeLessThanOrEqual(200);
  });

  test('finds the same in pieces, wherever a text is cut', () => {
    const part = fc.constantFrom(
      'bad',
      'a',
      '\r\n',
      '\n',
      '\r',
      '😀',
      'b',
      ' '.repeat(longestMatch / 2),
      'x\n'.repeat(30_000),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(1_000_000), { maxLength: 6 }), (parts, cuts) => {
        const text = parts.join('');
        const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort(
          (a, b) => a - b,
        );
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        const pattern = '^bad|bad$|a(?=\\s)|(?<=b)a';
        expect(scan(pattern, ...(pieces.length === 0 ? [''] : pieces))).toEqual(scan(pattern, text));
      }),
      { numRuns: 60 },
    );
  });
});
