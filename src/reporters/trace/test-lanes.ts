/** A test as it was told: when, and how long it took. */
export interface ToldTest {
  /** Milliseconds since the epoch at which it was told, which is not before it ended. */
  readonly at: number;
  readonly durationMs: number;
}

/** When a test ran, as far as can be said, beside which others. */
export interface Placed<T> {
  readonly test: T;
  readonly from: number;
  readonly to: number;
  /** 0 = in the slot itself; what ran at the same time is in another. */
  readonly lane: number;
}

/** Puts the tests of one attempt side by side. */
export interface TestLanes<T extends ToldTest> {
  /** In the order told; gives back those whose place is known by then. */
  add(test: T): readonly Placed<T>[];
  /** The rest. */
  end(): readonly Placed<T>[];
}

const maxHeld = 2000;
const maxLanes = 32;

/**
 * Lanes of an attempt that began at `startedAt`. Frameworks tell of many tests at once, so those of one telling are laid out one after the
 * other up to it, or in several lanes where that would be longer than there was time.
 */
export function createTestLanes<T extends ToldTest>(startedAt: number): TestLanes<T> {
  const ends: number[] = [];
  let held: T[] = [];
  let toldBefore = startedAt;

  const laneFor = ({ at, durationMs }: T, from: number): number => {
    // Tests are told of with some delay, so that one may seem to begin before the one in front of it has ended.
    const free = ends.findIndex((end) => end <= from || at - end >= durationMs / 2);
    if (free !== -1) return free;
    if (ends.length < maxLanes) return ends.push(0) - 1;
    return ends.indexOf(Math.min(...ends));
  };
  const put = (test: T, wanted: number): Placed<T> => {
    const from = Math.max(startedAt, wanted);
    const lane = laneFor(test, from);
    // With more at once than there are lanes, the rest can only be shown later than it was.
    const start = Math.max(from, ends[lane] ?? 0);
    const to = Math.max(start, Math.min(start + test.durationMs, Math.max(start, test.at)));
    ends[lane] = to;
    return { test, from: start, to, lane };
  };
  const flush = (): readonly Placed<T>[] => {
    const [first] = held;
    if (first === undefined) return [];
    const { at } = first;
    const together = held.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const room = at - toldBefore;
    let next = at - together;
    const placed = held.map((test) => {
      const from = together <= room ? next : freeStart(test, at);
      next += test.durationMs;
      return put(test, from);
    });
    held = [];
    return placed;
  };
  /** The earliest time since the last telling at which a lane is free and the test can have ended by now. */
  const freeStart = ({ durationMs }: T, at: number): number => {
    const starts = ends.map((end) => Math.max(end, toldBefore)).filter((start) => start + durationMs <= at);
    return starts.length > 0
      ? Math.min(...starts)
      : ends.length < maxLanes && toldBefore + durationMs <= at
        ? toldBefore
        : at - durationMs;
  };
  return {
    add(test) {
      const [first] = held;
      const isNew = first !== undefined && first.at !== test.at;
      const placed = isNew || held.length >= maxHeld ? flush() : [];
      if (isNew) toldBefore = first.at;
      held.push(test);
      return placed;
    },
    end: flush,
  };
}
