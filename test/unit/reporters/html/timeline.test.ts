import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextBar, places } from '../../../../src/reporters/html/client/timeline/geometry.ts';
import { layOut, overlapSlackMs, ticks } from '../../../../src/reporters/html/client/timeline/layout.ts';
import type { PageData, PageTask } from '../../../../src/reporters/html/page-data.ts';
import { failingPage, passingPage } from '../../../support/page-fixture.ts';

const laneNames = (data: PageData): readonly string[] => layOut(data).lanes.map(({ name }) => name);

describe('a timeline', () => {
  it('has a lane for each slot, used or not, and for each service', () => {
    expect(laneNames(failingPage())).toEqual(['slot 1', 'slot 2', 'slot 3', 'slot 4', 'postgres', 'api']);
  });

  it('keeps the slots of shards apart, in the order of their numbers', () => {
    const { tasks, ...data } = passingPage();
    const shards = tasks.map((task, at) => ({ ...task, worker: `${at === 0 ? 10 : 2}/10` }));
    const lanes = layOut({ ...data, run: { ...data.run, slots: 2 }, tasks: shards, services: [] }).lanes;
    expect(lanes.map(({ name }) => name)).toEqual([
      ...['shard 2/10, slot 1', 'shard 2/10, slot 2', 'shard 2/10, slot 3'],
      ...['shard 10/10, slot 1', 'shard 10/10, slot 2'],
    ]);
  });

  it('shows every attempt', () => {
    const bars = layOut(failingPage()).lanes.flatMap(({ bars: of }) => of);
    const crash = bars.filter(({ of }) => of.kind === 'attempt' && of.task.id === 'websocket/backend');
    expect(crash.map(({ of }) => (of.kind === 'attempt' ? of.attempt.cause : ''))).toEqual(['first', 'retry']);
  });

  it('does not call a slot idle that is held by a task drawn in another', () => {
    const [, , web, held] = layOut(passingPage()).lanes;
    expect(web?.bars).toHaveLength(1);
    expect(held?.held).toEqual([{ from: 500, to: 12_900 }]);
    expect(held?.gaps[0]).toEqual({ from: 0, to: 500 });
  });

  it('names the critical path in the order it began', () => {
    expect(layOut(failingPage()).critical.map(({ id }) => id)).toEqual(['api/backend/1', 'e2e/browser']);
  });

  it('lets bars of a lane cover one another no more than can be seen, and accounts for all of the time', () => {
    const attempt = fc.record({ slot: fc.nat(3), startedAt: fc.nat(1_000), durationMs: fc.nat(500) });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 20 }), (attempts) => {
        const { lanes, busyMs, idleMs, durationMs } = layOut(withAttempts(attempts));
        expect(busyMs + idleMs).toBe(lanes.length * durationMs);
        for (const { bars, rows, gaps } of lanes) {
          for (const [at, bar] of bars.entries()) {
            expect(bar.row).toBeLessThan(rows);
            const same = bars.filter((other, place) => place !== at && other.row === bar.row);
            const slackMs = overlapSlackMs(durationMs);
            expect(same.every(({ from, to }) => to - slackMs <= bar.from || bar.to - slackMs <= from)).toBe(true);
            expect(gaps.every((gap) => gap.to <= bar.from || bar.to <= gap.from)).toBe(true);
          }
        }
      }),
    );
  });
});

describe('a drawn timeline', () => {
  const drawn = places(layOut(failingPage()), { width: 800, top: 20 });

  it('keeps every bar inside, and wide enough to be seen', () => {
    for (const place of drawn.places) {
      expect(place.width).toBeGreaterThanOrEqual(2);
      expect(place.x).toBeGreaterThanOrEqual(0);
      expect(place.x).toBeLessThanOrEqual(798);
      expect(place.y + place.height).toBeLessThanOrEqual(drawn.height);
    }
  });

  it('can be gone through with the arrow keys', () => {
    const nameAt = (at: number | null): string => {
      const bar = at === null ? undefined : drawn.places[at]?.bar;
      return bar === undefined ? 'nothing' : bar.of.kind === 'attempt' ? bar.of.task.id : bar.of.service.name;
    };
    expect(nameAt(0)).toBe('unit/backend/1');
    expect(nameAt(nextBar(drawn.places, 0, 'ArrowRight'))).toBe('api/backend/1');
    expect(nameAt(nextBar(drawn.places, 0, 'ArrowDown'))).toBe('unit/backend/2');
    expect(nameAt(nextBar(drawn.places, 0, 'ArrowLeft'))).toBe('nothing');
    expect(nameAt(nextBar(drawn.places, 0, 'ArrowUp'))).toBe('nothing');
    expect(nameAt(nextBar(drawn.places, 0, 'End'))).toBe('api');
    expect(nameAt(nextBar(drawn.places, 0, 'x'))).toBe('nothing');
  });
});

describe('the marks of an axis', () => {
  it.each([
    [63_400, 8, [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]],
    [900, 5, [0, 500]],
    [0, 5, [0]],
    [7_200_000, 5, [0, 1_800_000, 3_600_000, 5_400_000, 7_200_000]],
  ])('of %i ms, at most %i', (durationMs, most, expected) => {
    expect(ticks(durationMs, most)).toEqual(expected);
  });

  it('are never more than asked for', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000_000_000),
        fc.integer({ min: 2, max: 30 }),
        (ms, most) => ticks(ms, most).length <= most,
      ),
    );
  });
});

function withAttempts(
  attempts: readonly Pick<PageTask['attempts'][number], 'slot' | 'startedAt' | 'durationMs'>[],
): PageData {
  const { run, tasks } = passingPage();
  const [first] = tasks;
  if (first === undefined) throw new Error('the page has no task');
  const made = attempts.map((attempt): PageTask => {
    const more = {
      number: 1,
      cause: 'first',
      outcome: 'passed',
      tail: null,
      log: null,
      truncated: false,
      leaked: [],
    } as const;
    return { ...first, attempts: [{ ...attempt, ...more }] };
  });
  return { format: 1, run: { ...run, durationMs: 2_000 }, tasks: made, services: [], groups: [] };
}
