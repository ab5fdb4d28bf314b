import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TestResult } from '../../../src/model/test.ts';
import { addTest, emptyTotals, subtractTest, sumTotals } from '../../../src/results/totals.ts';

const quarantined = { owner: 'a', until: '2026-09-01', reason: 'b' };
type Counted = Pick<TestResult, 'status' | 'durationMs' | 'flaky' | 'quarantined'>;
const anyTest: fc.Arbitrary<Counted> = fc.oneof(
  fc.record({ status: fc.constantFrom('passed', 'failed', 'error', 'skipped'), durationMs: fc.nat(100) }),
  fc.constant<Counted>({ status: 'passed', durationMs: 1, flaky: true }),
  fc.constantFrom<Counted>(
    { status: 'passed', durationMs: 1, quarantined },
    { status: 'skipped', durationMs: 1, quarantined },
  ),
);

it('counts what failed in quarantine among the skipped, and what passed there only as passed', () => {
  const tests: Counted[] = [
    { status: 'passed', durationMs: 1, quarantined },
    { status: 'skipped', durationMs: 1, quarantined },
    { status: 'skipped', durationMs: 1 },
  ];
  expect(tests.reduce(addTest, emptyTotals)).toEqual({
    ...{ tests: 3, passed: 1, failed: 0, errors: 0, skipped: 2, quarantined: 1, durationMs: 3 },
  });
});

it('a test that is taken away leaves no trace, and sums are those of all tests', () => {
  fc.assert(
    fc.property(fc.array(anyTest), fc.array(anyTest), anyTest, (some, others, one) => {
      const totals = some.reduce(addTest, emptyTotals);
      expect(subtractTest(addTest(totals, one), one)).toEqual(totals);
      expect(sumTotals([totals, others.reduce(addTest, emptyTotals)])).toEqual(
        [...some, ...others].reduce(addTest, emptyTotals),
      );
    }),
  );
});
