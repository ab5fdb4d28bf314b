import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCoverageSum, writeLcov } from '../../../src/results/lcov.ts';
import type { CoverageSum } from '../../../src/results/lcov.ts';

function read(sum: CoverageSum, text: string, rename?: (path: string) => string | null): string | null {
  const reader = sum.read(rename);
  for (const line of text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined)) reader.line(line);
  return reader.end();
}

const written = (sum: CoverageSum): string => [...writeLcov(sum.files)].join('');

const one = `TN:
SF:b.py
FN:1,add
FNDA:2,add
FNF:1
FNH:1
BRDA:2,0,0,1
BRDA:2,0,1,0
BRDA:3,0,jump to line 4,-
BRF:3
BRH:1
DA:1,2
DA:4,0
LF:2
LH:1
end_of_record
`;

describe('an LCOV report', () => {
  it('is written as it was read', () => {
    const sum = createCoverageSum();
    expect(read(sum, one)).toBeNull();
    expect(written(sum)).toBe(one);
  });

  it('is added to another line by line, and a branch that was reached in one of them was reached', () => {
    const sum = createCoverageSum();
    read(sum, one);
    read(sum, one.replace('DA:4,0', 'DA:4,3').replace(',-', ',0').replace('DA:1,2', 'DA:7,1'));
    expect(written(sum)).toContain('FNDA:4,add\n');
    expect(written(sum)).toContain('BRDA:2,0,0,2\nBRDA:2,0,1,0\nBRDA:3,0,jump to line 4,0\n');
    expect(written(sum)).toContain('DA:1,2\nDA:4,3\nDA:7,1\nLF:3\nLH:3\n');
  });

  it('has its files by the names that are given to them, and none that is left out', () => {
    const sum = createCoverageSum();
    read(sum, one, (path) => `src/${path}`);
    read(sum, one, () => null);
    expect([...sum.files.keys()]).toEqual(['src/b.py']);
    expect(sum.files.get('src/b.py')?.lines.get(1)).toBe(2);
  });

  it.each([
    ['a last line of a function', 'SF:a\nFN:1,4,add\nFNDA:1,add\nend_of_record\n', 'FN:1,add\nFNDA:1,add\n'],
    ['a checksum', 'SF:a\nDA:3,1,bQ=\nend_of_record\n', 'DA:3,1\n'],
    ['a count in powers of ten', 'SF:a\nDA:3,1e+3\nend_of_record\n', 'DA:3,1000\n'],
    ['a count below zero', 'SF:a\nDA:3,-1\nend_of_record\n', 'DA:3,0\n'],
    ['line ends of Windows', 'SF:a\r\nDA:3,1\r\nend_of_record\r\n', 'SF:a\nDA:3,1\n'],
  ])('may have %s', (_what, text, expected) => {
    const sum = createCoverageSum();
    expect(read(sum, text)).toBeNull();
    expect(written(sum)).toContain(expected);
  });

  it.each([
    ['SF:a\nDA:1,1\n', 'it ends in the middle of a file'],
    ['SF:a\nDA:1,1\nend_of_re', 'it ends in the middle of a file'],
    ['SF:a\nDA:x,1\nend_of_record\n', 'line 2 is no LCOV: DA:x,1'],
    ['SF:a\nDA:1\nend_of_record\n', 'line 2 is no LCOV: DA:1'],
    ['SF:a\nSF:b\nend_of_record\n', 'line 2 begins a file before the one above has ended'],
  ])('that is not whole is noticed: %j', (text, problem) => {
    expect(read(createCoverageSum(), text)).toBe(problem);
  });

  it('adds up to the same in every order', () => {
    const file = fc.tuple(
      fc.constantFrom('a', 'b', 'c/d'),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(5)), { maxLength: 9 }),
    );
    const report = fc.array(file, { maxLength: 4 }).map((files) =>
      files
        .map(([path, lines]) => [`SF:${path}`, ...lines.map((line) => `DA:${line.join(',')}`), 'end_of_record\n'])
        .map((lines) => lines.join('\n'))
        .join(''),
    );
    fc.assert(
      fc.property(fc.array(report, { maxLength: 5 }), (reports) => {
        const [forward, backward] = [createCoverageSum(), createCoverageSum()];
        for (const text of reports) expect(read(forward, text)).toBeNull();
        for (const text of reports.toReversed()) read(backward, text);
        expect(written(backward)).toBe(written(forward));
        const again = createCoverageSum();
        read(again, written(forward));
        expect(written(again)).toBe(written(forward));
      }),
    );
  });
});
