import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNumberCounts } from '../../../src/base/number-counts.ts';

test('numbers are counted as a Map would, up to the largest whole number and with equal last bits', () => {
  const key = fc.oneof(
    fc.maxSafeNat(),
    fc.nat(20),
    fc.nat(2000).map((high) => high * 2 ** 32 + 7),
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 3000, size: 'max' }), (added) => {
      const counts = createNumberCounts();
      const expected = new Map<number, number>();
      for (const one of added) {
        expected.set(one, (expected.get(one) ?? 0) + 1);
        expect(counts.add(one)).toBe(expected.get(one));
      }
    }),
    { numRuns: 50 },
  );
});
