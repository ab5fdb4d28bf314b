import { oneLine } from '../base/text.ts';
import type { Reporter } from '../ports.ts';
import { createRunRecord } from '../results/run-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import type { RunState } from '../results/run-state.ts';
import { totalsOf } from '../results/run-state.ts';
import { isOfTest } from '../results/test-records.ts';
import { alertsOf } from './alerts.ts';
import { testLabel } from './describe.ts';
import { failureText } from './failure-text.ts';
import { addToSummary, annotate, atMost } from './github-step.ts';
import type { GithubStep, Note } from './github-step.ts';
import { slowestInSummary } from './markdown.ts';
import { markdownSummary } from './markdown-summary.ts';
import type { SummaryOptions } from './markdown-summary.ts';
import { failuresOmitted, rankedFailures } from './ranked-failures.ts';
import { createTestHighlights } from './test-highlights.ts';

/** A step of GitHub Actions, and what its summary says beside the events. */
export interface GithubOptions extends GithubStep {
  /** Asked at the end. */
  readonly about: () => Omit<SummaryOptions, 'maxBytes'>;
  /** Kept by whoever hands out the events, ahead of them; absent = the reporter keeps its own. */
  readonly record?: RunRecord | undefined;
}

const lines = { lines: 12, width: 200 };

/** The annotations and the summary of a step in GitHub Actions, written when it is closed: what matters most first, within its limits. */
export function createGithubReporter({ about, record: shared, ...step }: GithubOptions): Reporter {
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
      annotate(step, [...errorsOf(state, options.problems), ...flakyOf(state)]);
      addToSummary(step, (maxBytes) => markdownSummary(state, highlights, { ...options, maxBytes }));
      return Promise.resolve();
    },
  };
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
