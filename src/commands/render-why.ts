import { formatDuration } from '../base/duration.ts';
import { oneLine, plural, wrap } from '../base/text.ts';
import type { FileOutcome, TestOutcome } from '../history/results-of.ts';
import type { KeptRun } from '../history/runs.ts';
import { formatTime, indented, percent } from './render-history.ts';
import type { Look } from './render-history.ts';
import { testName } from './test-name.ts';
import type { FileReport, TestReport, WhyReport } from './why.ts';

/** The answer for people: selection, then what became of it lately, then how flaky it is. */
export function renderWhy({ files, tests, lastRun, notes }: WhyReport, look: Look): string {
  const columns = Math.max(80, look.columns);
  return [
    ...files.flatMap((file) => fileLines(file, { lastRun, columns, withOutcomes: tests.length === 0 })),
    ...tests.flatMap((test) => testLines(test, columns)),
    ...notes.flatMap((note) => wrap(oneLine(note), columns)),
    ...(lastRun === null ? ['no run is remembered'] : []),
  ].join('\n');
}

function fileLines(
  { file, selected, because, outcomes }: FileReport,
  {
    lastRun,
    columns,
    withOutcomes,
  }: { readonly lastRun: KeptRun | null; readonly columns: number; readonly withOutcomes: boolean },
): readonly string[] {
  const ran = outcomes.some(({ run }) => run.id === lastRun?.id);
  const selection = lastRun?.selection.join(' ') ?? '';
  const left = `not part of the last run ${lastRun?.run ?? ''}${selection === '' ? '' : ` (${selection})`}`;
  return [
    `${oneLine(file)}: ${selected ? 'runs' : 'does not run'}`,
    ...because.flatMap((reason) => wrapped(reason, columns)),
    ...(lastRun === null || ran ? [] : wrapped(left, columns)),
    ...(withOutcomes ? outcomeLines(outcomes, columns) : []),
  ];
}

/** Why a file did not run, or what broke, is on lines of its own: it is what is looked for. */
function outcomeLines(outcomes: readonly FileOutcome[], columns: number): readonly string[] {
  const rows = indented(outcomes.map(fileRow), { columns });
  return outcomes.flatMap(({ detail }, index) => [
    rows[index] ?? '',
    ...(detail === null ? [] : wrapped(detail, columns - 2).map((line) => `  ${line}`)),
  ]);
}

function fileRow({ run, outcome, durationMs, attempts }: FileOutcome): readonly string[] {
  return [
    ...place(run),
    outcome,
    durationMs === null ? '' : formatDuration(durationMs),
    attempts > 1 ? plural(attempts, 'attempt') : '',
  ];
}

function testLines({ test, outcomes, score, quarantine }: TestReport, columns: number): readonly string[] {
  const { flaky, alwaysFails, flakyCommits, commits, lowerBound } = score;
  const evidence = `${flakyCommits} of ${plural(commits, 'commit')} that it ran on more than once`;
  const judgement = alwaysFails
    ? 'fails always: broken, not flaky'
    : flaky
      ? `flaky: ${percent(score.score)}, at least ${percent(lowerBound)}; passed and failed on ${evidence}`
      : flakyCommits > 0
        ? `perhaps flaky: passed and failed on ${evidence}`
        : 'not known as flaky';
  return [
    `${oneLine(testName(test))} (suite ${oneLine(test.suite)}): ${judgement}`,
    ...(quarantine === null
      ? []
      : wrapped(`in quarantine until ${quarantine.until} (${quarantine.owner}): ${quarantine.reason}`, columns)),
    ...indented(outcomes.map(testRow), { columns }),
  ];
}

function testRow({ run, status, durationMs, attempts, flaky, infrastructure }: TestOutcome): readonly string[] {
  return [
    ...place(run),
    flaky ? `${status} (flaky)` : status,
    formatDuration(durationMs),
    attempts > 1 ? plural(attempts, 'attempt') : '',
    infrastructure ? 'infrastructure' : '',
  ];
}

function place({ startedAt, environment, commit, run }: KeptRun): readonly string[] {
  return [formatTime(startedAt), environment, commit === null ? '' : commit.slice(0, 8), run];
}

function wrapped(text: string, columns: number): readonly string[] {
  return wrap(oneLine(text), columns - 2).map((line) => `  ${line}`);
}
