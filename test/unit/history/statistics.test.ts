import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateProcessCost, median, quantile, wilsonLowerBound } from '../../../src/history/statistics.ts';

describe('the median', () => {
  it.each([
    [[], null],
    [[7], 7],
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
  ])('of %j is %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('is between the least and the most, and does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values) ?? NaN;
        expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
        expect(middle).toBeLessThanOrEqual(Math.max(...values));
        expect(median(values.toReversed())).toBe(middle);
      }),
    );
  });
});

it.each([
  [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0.9, 10],
  [[1, 2], 0.9, 1.9],
  [[], 0.9, null],
])('the quantile of %j at %d is %j', (values, share, expected) => {
  expect(quantile(values, share)).toBe(expected);
});

// The limits are those of the published tables for Wilson's interval.
it.each([
  [0, 0, 0],
  [0, 10, 0],
  [1, 10, 0.0179],
  [5, 10, 0.2366],
  [10, 10, 0.7225],
  [2, 100, 0.0055],
])('%d of %d successes are at least a share of %d', (successes, trials, expected) => {
  expect(wilsonLowerBound(successes, trials)).toBeCloseTo(expected, 4);
});

describe('the cost of a process', () => {
  it('is not known without one', () => {
    expect(estimateProcessCost([])).toBeNull();
  });

  it('is the median where all have as many files', () => {
    const samples = [300, 310, 9000].map((ms) => ({ files: 4, ms }));
    expect(estimateProcessCost(samples)).toEqual({ startUpMs: 310, perFileMs: 0 });
  });

  it('is told apart from what each file costs', () => {
    const samples = [1, 2, 4, 8, 16, 1, 2, 3].map((files) => ({ files, ms: 500 + 20 * files }));
    expect(estimateProcessCost(samples)).toEqual({ startUpMs: 500, perFileMs: 20 });
  });

  it('is not split on little evidence', () => {
    const few = [1, 2, 4, 8].map((files) => ({ files, ms: 500 + 20 * files }));
    expect(estimateProcessCost(few)?.perFileMs).toBe(0);
    const alike = [1, 2, 1, 2, 1, 2, 1, 2].map((files) => ({ files, ms: 500 + 20 * files }));
    expect(estimateProcessCost(alike)?.perFileMs).toBe(0);
  });

  it('is not moved by one process that had to wait', () => {
    const samples = [1, 2, 3, 4, 6, 8, 10, 12].map((files) => ({ files, ms: 500 + 20 * files }));
    const { startUpMs = 0, perFileMs = 0 } = estimateProcessCost([...samples, { files: 2, ms: 60_000 }]) ?? {};
    expect([Math.round(startUpMs), Math.round(perFileMs)]).toEqual([500, 20]);
  });

  it('is never negative', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ files: fc.nat(50), ms: fc.nat(10_000) }), { minLength: 1, maxLength: 20 }),
        (samples) => {
          const cost = estimateProcessCost(samples);
          expect(cost?.startUpMs).toBeGreaterThanOrEqual(0);
          expect(cost?.perFileMs).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
