import type { TestId } from '../model/test.ts';
import { testKey } from '../results/test-records.ts';

/** A test as far as it is known before it has a result. */
export interface OpenTest {
  readonly id: TestId;
  readonly line: number | null;
  /** When its begin was heard of, milliseconds since the epoch; `null` = it has not begun. */
  readonly startedAt: number | null;
}

/** The tests of an attempt between their collection and their end. */
export interface LiveTests {
  collect(test: Pick<OpenTest, 'id' | 'line'>): void;
  start(test: OpenTest): void;
  end(id: TestId): void;
  /** Tests that were collected. */
  collected(): number;
  /** The test that began last of those that run, once; `null` = that was told, or none runs. */
  takeRunning(): OpenTest | null;
  /** What has begun and not ended, and what has not even begun. `told` is how many tests of a name have a result. */
  unfinished(told: (id: TestId) => number): {
    readonly running: readonly OpenTest[];
    readonly waiting: readonly OpenTest[];
  };
}

interface Entry {
  readonly id: TestId;
  readonly line: number | null;
  startedAt: number | null;
  collected: number;
  started: number;
  ended: number;
}

/** Starts with no tests; `share`: several tests may have one name, or else what has one name is one test. */
export function createLiveTests({ share }: { readonly share: boolean }): LiveTests {
  const entries = new Map<string, Entry>();
  const running = new Map<string, OpenTest>();
  let announced: OpenTest | null = null;
  let collected = 0;

  const entryOf = ({ id, line }: Pick<OpenTest, 'id' | 'line'>): Entry => {
    const key = testKey(id);
    const known = entries.get(key);
    if (known !== undefined) return known;
    const created = { id, line, startedAt: null, collected: 0, started: 0, ended: 0 };
    entries.set(key, created);
    return created;
  };
  const unfinishedOf = (entry: Entry, told: number): { readonly running: number; readonly waiting: number } => {
    const all = Math.max(entry.collected, entry.started);
    const left = Math.max(0, (share ? all : Math.min(1, all)) - Math.max(told, entry.ended));
    const begun = Math.min(left, Math.max(0, entry.started - entry.ended));
    return { running: begun, waiting: left - begun };
  };
  return {
    collect(test) {
      entryOf(test).collected += 1;
      collected += 1;
    },
    start(test) {
      const entry = entryOf(test);
      entry.started += 1;
      entry.startedAt = test.startedAt;
      const key = testKey(test.id);
      running.delete(key);
      running.set(key, test);
    },
    end(id) {
      const key = testKey(id);
      const entry = entries.get(key);
      if (entry === undefined) return;
      entry.ended += 1;
      if (entry.ended >= entry.started) running.delete(key);
    },
    collected: () => collected,
    takeRunning() {
      const last = [...running.values()].at(-1) ?? null;
      if (last === null || last === announced) return null;
      announced = last;
      return last;
    },
    unfinished(told) {
      const open = [...entries.values()].map((entry) => ({ entry, left: unfinishedOf(entry, told(entry.id)) }));
      const repeated = (kind: 'running' | 'waiting'): readonly OpenTest[] =>
        open.flatMap(({ entry: { id, line, startedAt }, left }) =>
          Array.from({ length: left[kind] }, () => ({ id, line, startedAt: kind === 'running' ? startedAt : null })),
        );
      return { running: repeated('running'), waiting: repeated('waiting') };
    },
  };
}
