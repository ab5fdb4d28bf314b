import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTestLanes } from '../../../src/reporters/trace/test-lanes.ts';
import type { Placed } from '../../../src/reporters/trace/test-lanes.ts';

interface Told {
  readonly at: number;
  readonly durationMs: number;
}

function place(startedAt: number, tests: readonly Told[]): readonly Placed<Told>[] {
  const lanes = createTestLanes<Told>(startedAt);
  return [...tests.flatMap((told) => lanes.add(told)), ...lanes.end()];
}

const spans = (placed: readonly Placed<Told>[]): readonly (readonly number[])[] =>
  placed.map(({ from, to, lane }) => [from, to, lane]);

describe('the place of tests in an attempt', () => {
  test('one that is told when it ends is before that', () => {
    expect(
      spans(
        place(0, [
          { at: 100, durationMs: 30 },
          { at: 200, durationMs: 60 },
        ]),
      ),
    ).toEqual([
      [70, 100, 0],
      [140, 200, 0],
    ]);
  });

  test('many that are told together follow one another', () => {
    expect(
      spans(
        place(
          0,
          [10, 20, 30].map((durationMs) => ({ at: 100, durationMs })),
        ),
      ),
    ).toEqual([
      [40, 50, 0],
      [50, 70, 0],
      [70, 100, 0],
    ]);
  });

  test('what cannot have been one after the other was side by side', () => {
    expect(
      spans(
        place(
          0,
          [90, 80, 10].map((durationMs) => ({ at: 100, durationMs })),
        ),
      ),
    ).toEqual([
      [0, 90, 0],
      [0, 80, 1],
      [90, 100, 0],
    ]);
  });

  test('no two overlap in a lane, all are between the start of the attempt and when they were told', () => {
    const told = fc.record({ wait: fc.integer({ min: 0, max: 50 }), durationMs: fc.integer({ min: 0, max: 400 }) });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 60 }), (list) => {
        let at = 1000;
        const tests = list.map(({ wait, durationMs }) => ({ at: (at += wait), durationMs }));
        const placed = place(1000, tests);
        expect(placed).toHaveLength(tests.length);
        const ends = new Map<number, number>();
        for (const { from, to, lane } of placed) {
          expect(from).toBeGreaterThanOrEqual(Math.max(1000, ends.get(lane) ?? 0));
          expect(to).toBeGreaterThanOrEqual(from);
          ends.set(lane, to);
        }
      }),
    );
  });
});
