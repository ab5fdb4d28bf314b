import { writeFileAtomic } from '../base/atomic-write.ts';
import type { Reporter } from '../ports.ts';
import { createRunRecord } from '../results/run-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { markdownSummary } from './markdown-summary.ts';
import type { SummaryOptions } from './markdown-summary.ts';
import { createTestHighlights } from './test-highlights.ts';

/** Where `summary.md` is written and what it says beside the events. */
export interface MarkdownOptions {
  readonly path: string;
  /** Asked at the end. */
  readonly about: () => Omit<SummaryOptions, 'maxBytes'>;
  /** Kept by whoever hands out the events, ahead of them; absent = the reporter keeps its own. */
  readonly record?: RunRecord | undefined;
}

/** Bytes at most: GitHub drops a summary of a step above 1,048,576 altogether. */
export const maxSummaryBytes = 1_000_000;

/** Slowest tests that a summary lists. */
export const slowestInSummary = 10;

/** The run in a page of Markdown: `summary.md`, written when it is closed. */
export function createMarkdownReporter({ path, about, record: shared }: MarkdownOptions): Reporter {
  const record = shared ?? createRunRecord();
  const highlights = createTestHighlights(slowestInSummary);
  return {
    onEvent(event) {
      record.apply(event);
      highlights.fold(event);
    },
    close() {
      const options = { ...about(), maxBytes: maxSummaryBytes };
      writeFileAtomic(path, markdownSummary(record.state, highlights, options));
      return Promise.resolve();
    },
  };
}
