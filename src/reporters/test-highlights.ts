import type { RunEvent, ToldTest } from '../model/event.ts';
import type { TestId } from '../model/test.ts';
import { testKey } from '../results/test-records.ts';

const maxReasons = 50;

/** What the end of a run tells about tests that did not fail; its size does not depend on their number. */
export interface TestHighlights {
  /** How many tests their own frameworks skipped, by the reason given; the empty reason stands for none. */
  readonly skipReasons: ReadonlyMap<string, number>;
  /** The slowest tests, slowest first. */
  readonly slowest: readonly TimedTest[];
}

export interface TimedTest {
  readonly id: TestId;
  readonly durationMs: number;
}

/** Collects the highlights from the events; `slowest` is how many of the slowest tests to keep. */
export function createTestHighlights(slowest: number): TestHighlights & { readonly fold: (event: RunEvent) => void } {
  const skipReasons = new Map<string, number>();
  const timed: TimedTest[] = [];

  const count = (reason: string, tests: number): void => {
    const key = skipReasons.has(reason) || skipReasons.size < maxReasons ? reason : 'other reasons';
    const counted = (skipReasons.get(key) ?? 0) + tests;
    if (counted > 0) skipReasons.set(key, counted);
    else skipReasons.delete(key);
  };
  const time = ({ id, durationMs }: TimedTest): void => {
    const at = timed.findIndex((test) => test.durationMs < durationMs);
    if (at === -1 && timed.length >= slowest) return;
    timed.splice(at === -1 ? timed.length : at, 0, { id, durationMs });
    timed.length = Math.min(timed.length, slowest);
  };
  const forget = (id: TestId, told: ToldTest): void => {
    if (told.status === 'skipped' && told.quarantined === undefined) count(told.skipReason ?? '', -1);
    const at = timed.findIndex((test) => test.durationMs === told.durationMs && testKey(test.id) === testKey(id));
    if (at !== -1) timed.splice(at, 1);
  };
  return {
    skipReasons,
    slowest: timed,
    fold(event) {
      if (event.type !== 'test-finished' || event.test.synthetic) return;
      const { test, replaces } = event;
      if (replaces !== undefined) forget(test.id, replaces);
      // What was not run is told with what else was not.
      if (test.notRun === true) return;
      if (test.quarantined !== undefined) time(test);
      else if (test.status === 'skipped') count(test.skipReason ?? '', 1);
      else time(test);
    },
  };
}
