import type { TestId, TestResult } from '../model/test.ts';
import { testKey } from '../results/test-records.ts';
import { withoutTexts } from './cap-text.ts';

/** A test of which something was told. */
export interface SeenTest {
  /** As it was told last, or as the report has it where that is still to be told. */
  readonly test: TestResult;
  readonly inReport: boolean;
  /** It was told before the report was read. */
  readonly isLive: boolean;
}

/** The tests of an attempt by their identity. */
export interface SeenTests {
  get(id: TestId): SeenTest | null;
  set(seen: SeenTest): void;
  all(): Iterable<SeenTest>;
}

type Entry = { -readonly [Key in keyof SeenTest]: SeenTest[Key] };

/** Failed tests whose texts are kept in case that they are told again: another part of a test comes soon after the first. */
const maxWithTexts = 500;
const maxKeptChars = 4 * 1024 * 1024;

/** Starts empty; keeps identities, and the texts of the latest failures, however many tests there are. */
export function createSeenTests(): SeenTests {
  const entries = new Map<string, Entry>();
  const withTexts: { readonly entry: Entry; readonly chars: number }[] = [];
  let keptChars = 0;
  return {
    get: (id) => entries.get(testKey(id)) ?? null,
    set(seen) {
      const { status } = seen.test;
      const keepsTexts = status === 'failed' || status === 'error';
      const entry = keepsTexts ? { ...seen } : { ...seen, test: withoutTexts(seen.test) };
      entries.set(testKey(seen.test.id), entry);
      if (!keepsTexts) return;
      const chars = textLength(seen.test);
      keptChars += chars;
      withTexts.push({ entry, chars });
      while (withTexts.length > maxWithTexts || (keptChars > maxKeptChars && withTexts.length > 1)) {
        const oldest = withTexts.shift();
        if (oldest === undefined) return;
        keptChars -= oldest.chars;
        oldest.entry.test = withoutTexts(oldest.entry.test);
      }
    },
    all: () => [...entries.values()],
  };
}

function textLength({ problems, stdout, stderr }: TestResult): number {
  const texts = problems.reduce((sum, { message, details }) => sum + message.length + details.length, 0);
  return texts + (stdout?.length ?? 0) + (stderr?.length ?? 0);
}
