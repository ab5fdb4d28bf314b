import type { RunEvent } from '../model/event.ts';
import type { TestId } from '../model/test.ts';

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
  return {
    skipReasons,
    slowest: timed,
    fold(event) {
      if (event.type !== 'test-finished' || event.test.synthetic) return;
      const { id, status, skipReason, durationMs } = event.test;
      if (status === 'skipped') {
        const reason = skipReason ?? '';
        const key = skipReasons.has(reason) || skipReasons.size < maxReasons ? reason : 'other reasons';
        skipReasons.set(key, (skipReasons.get(key) ?? 0) + 1);
        return;
      }
      const at = timed.findIndex((test) => test.durationMs < durationMs);
      if (at === -1 && timed.length >= slowest) return;
      timed.splice(at === -1 ? timed.length : at, 0, { id, durationMs });
      timed.length = Math.min(timed.length, slowest);
    },
  };
}
