import { appendFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { oneLine, plural, truncate } from '../base/text.ts';
import { annotation } from '../base/workflow-commands.ts';
import type { AnnotationLevel, AnnotationPlace } from '../base/workflow-commands.ts';
import type { Reporter } from '../ports.ts';
import { createRunRecord } from '../results/run-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import type { RunState } from '../results/run-state.ts';
import { totalsOf } from '../results/run-state.ts';
import { isOfTest } from '../results/test-records.ts';
import { alertsOf } from './alerts.ts';
import { testLabel } from './describe.ts';
import { failureText } from './failure-text.ts';
import { maxSummaryBytes, slowestInSummary } from './markdown.ts';
import { markdownSummary } from './markdown-summary.ts';
import type { SummaryOptions } from './markdown-summary.ts';
import { failuresOmitted, rankedFailures } from './ranked-failures.ts';
import { createTestHighlights } from './test-highlights.ts';

/** What GitHub Actions gives a step, and what the summary says beside the events. */
export interface GithubOptions {
  /** Writes lines that Actions obeys. */
  readonly write: (text: string) => void;
  /** `GITHUB_STEP_SUMMARY`; `null` = there is none. */
  readonly summaryPath: string | null;
  /** From the checkout to what paths of tests are relative to. */
  readonly prefix: string;
  /** Asked at the end. */
  readonly about: () => Omit<SummaryOptions, 'maxBytes'>;
  /** Kept by whoever hands out the events, ahead of them; absent = the reporter keeps its own. */
  readonly record?: RunRecord | undefined;
}

/** Of a kind that GitHub shows of a step; it hides the others without a word. */
const maxAnnotations = 10;
const leastSummaryBytes = 2_000;
const maxTitle = 200;
const lines = { lines: 12, width: 200 };

/** The annotations and the summary of a step in GitHub Actions, written when it is closed: what matters most first, within its limits. */
export function createGithubReporter({ write, summaryPath, prefix, about, record: shared }: GithubOptions): Reporter {
  const record = shared ?? createRunRecord();
  const highlights = createTestHighlights(slowestInSummary);
  return {
    onEvent(event) {
      record.apply(event);
      highlights.fold(event);
    },
    close() {
      const options = about();
      const { state } = record;
      write([...errorsOf(state, options.problems), ...flakyOf(state)].map((note) => toLine(note, prefix)).join(''));
      if (summaryPath !== null) {
        // Other programs of the step may have written there.
        const maxBytes = maxSummaryBytes - sizeOf(summaryPath);
        if (maxBytes >= leastSummaryBytes) {
          appendFileSync(summaryPath, markdownSummary(state, highlights, { ...options, maxBytes }));
        }
      }
      return Promise.resolve();
    },
  };
}

interface Note extends AnnotationPlace {
  readonly level: AnnotationLevel;
  readonly message: string;
}

function toLine({ level, file, line, title, message }: Note, prefix: string): string {
  const path = file === null ? null : posix.join(prefix, file);
  return annotation(level, { file: path, line, title: truncate(oneLine(title), maxTitle) }, message);
}

/** What broke the run as a whole, then its failed tests; the last says of how many there is no room to tell. */
function errorsOf(run: RunState, problems: readonly string[]): readonly Note[] {
  const alerts = alertsOf({ state: run, problems }).filter(({ kind }) => kind !== 'not-run');
  const notes: readonly Note[] = [
    ...alerts.map(({ kind, text }) => ({
      ...{ level: 'error' as const, file: null, line: null, title: kind, message: oneLine(text) },
    })),
    ...rankedFailures(run).map(({ record, failed }) => ({
      ...{ level: 'error' as const, file: failed.id.file, line: failed.line, title: testLabel(failed) },
      message: [
        ...failureText(failed.problems, { ...lines, synthetic: !isOfTest(failed) }),
        `in ${oneLine(record.task.id)}`,
      ].join('\n'),
    })),
  ];
  return atMost(notes, failuresOmitted(run), 'error');
}

function flakyOf(run: RunState): readonly Note[] {
  const notes = [...run.tasks.values()].flatMap(({ flaky }) =>
    [...flaky.values()].map(({ id, line, attempt, problems }) => ({
      ...{
        level: 'warning' as const,
        file: id.file,
        line,
        title: `flaky: ${testLabel({ id, line, synthetic: false })}`,
      },
      message: [`passed on attempt ${attempt}; before:`, ...failureText(problems, lines)].join('\n'),
    })),
  );
  return atMost(notes, Math.max(0, (totalsOf(run).flaky ?? 0) - notes.length), 'warning');
}

function atMost(notes: readonly Note[], omitted: number, level: AnnotationLevel): readonly Note[] {
  if (notes.length + omitted <= maxAnnotations) return notes;
  const shown = notes.slice(0, maxAnnotations - 1);
  const left = notes.length + omitted - shown.length;
  const message = 'The summary of the step and the reports have them all.';
  return [...shown, { level, file: null, line: null, title: `and ${plural(left, `more ${level}`)}`, message }];
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
