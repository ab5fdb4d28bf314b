import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExportHeader, parseExportLine } from '../../../src/history/export-lines.ts';
import { testStatuses } from '../../../src/history/run-data.ts';

const test = fc.record({
  className: fc.string({ unit: 'binary' }),
  name: fc.string({ unit: 'binary' }),
  status: fc.constantFrom(...testStatuses),
  ms: fc.double({ min: 0, max: 1e9, noNaN: true }).map((ms) => ms + 0),
  attempts: fc.nat(100),
  seen: fc.nat(7),
});

describe('a line of an export', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(test, (value) => {
        expect(parseExportLine(JSON.stringify({ test: value }))).toEqual({ test: value });
      }),
    );
  });

  it('of anything else is none, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(parseExportLine(text)).toBeNull();
      }),
    );
  });

  const whole = { className: 'a', name: 'b', status: 'passed', ms: 1, attempts: 1, seen: 1 };

  it.each([
    ['a status that no test has', { status: 'lost' }],
    ['a negative time', { ms: -1 }],
    ['a time without end', { ms: 1e300 }],
    ['a name that is no text', { name: 5 }],
    ['a missing field', { attempts: undefined }],
  ])('with %s is refused', (_, change) => {
    expect(parseExportLine(JSON.stringify({ test: { ...whole, ...change } }))).toBeNull();
  });
});

describe('the first line', () => {
  it.each([
    ['', 'is no exported history'],
    ['{"format":"events","version":1}', 'is no exported history'],
    ['{"format":"runner-history","version":2}', 'later version of runner (format 2, this version reads 1)'],
  ])('%s is refused', (text, message) => {
    expect(() => checkExportHeader(text, 'x.gz')).toThrow(message);
  });

  it('says that it is one', () => {
    expect(() => checkExportHeader('{"format":"runner-history","version":1}', 'x.gz')).not.toThrow();
  });
});
