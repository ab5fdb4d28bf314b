import { dayOf, daysBetween } from '../base/calendar.ts';
import { formatDuration } from '../base/duration.ts';
import { codeBlock, codeSpan } from '../base/markdown.ts';
import { plural, truncate } from '../base/text.ts';
import { exitCodeOf } from '../errors.ts';
import type { TestId } from '../model/test.ts';
import { categoriesOf, totalsOf } from '../results/run-state.ts';
import type { RunState } from '../results/run-state.ts';
import { isOfTest, testKey } from '../results/test-records.ts';
import { sumTotals } from '../results/totals.ts';
import { verdictOf } from '../results/verdict.ts';
import { alertsOf } from './alerts.ts';
import { coverageLines } from './coverage-lines.ts';
import { failureText } from './failure-text.ts';
import { joinSections } from './markdown-sections.ts';
import type { Section } from './markdown-sections.ts';
import { totalsTable } from './markdown-table.ts';
import type { TotalsRow } from './markdown-table.ts';
import { outstandingLines } from './outstanding-lines.ts';
import { failuresOmitted, rankedFailures } from './ranked-failures.ts';
import type { RankedFailure } from './ranked-failures.ts';
import { rerunRestCommand, rerunTasksCommand, rerunTestCommand } from './rerun-command.ts';
import type { RerunContext } from './rerun-command.ts';
import type { TestHighlights } from './test-highlights.ts';

/** What a summary says beside the events. */
export interface SummaryOptions {
  /** How commands run tests again; `null` = not known. */
  readonly rerun: RerunContext | null;
  /** Hides secrets in commands. */
  readonly mask: (text: string) => string;
  /** What is known to be missing or damaged from elsewhere. */
  readonly problems: readonly string[];
  /** Where there is more, relative to the reports folder. */
  readonly reports: readonly string[];
  /** Of the whole text. */
  readonly maxBytes: number;
}

const lineWidth = 200;
const failureLineCount = 20;
const maxCommand = 4_000;
const maxWarnings = 20;

/** A run as Markdown that shows whatever tests print as text: verdict, what is wrong, totals, failures, flaky, quarantined, slowest. */
export function markdownSummary(run: RunState, highlights: TestHighlights, options: SummaryOptions): string {
  const more = (what: string) => moreOf(what, options);
  const sections: readonly Section[] = [
    { heading: titleOf(run), blocks: [factsOf(run)], more: more('line') },
    { heading: '', blocks: alertBlocks(run, options), more: more('problem') },
    { heading: '', blocks: [totalsTable(categoryRows(run), totalsOf(run))], more: more('table') },
    failureSection(run, options),
    listSection(
      'Outstanding',
      outstandingLines(run.unseen).map((line) => codeSpan(line)),
      more('line'),
    ),
    listSection('Flaky', flakyBlocks(run), more('flaky test'), hiddenFlaky(run)),
    listSection('Quarantined', quarantinedBlocks(run), more('test')),
    listSection(
      'Slowest tests',
      distinct(highlights.slowest).map(({ id, durationMs }) => `${formatDuration(durationMs)} ${testSpan(id, null)}`),
      more('test'),
    ),
    listSection(
      'Coverage of lines',
      coverageLines(run, lineWidth)
        .slice(1)
        .map((line) => codeSpan(line)),
      more('line'),
    ),
    listSection(
      'Warnings',
      run.warnings.slice(0, maxWarnings).map((message) => codeSpan(truncate(message, lineWidth * 2))),
      more('warning'),
      run.warningCount - Math.min(run.warningCount, maxWarnings),
    ),
    { heading: '', blocks: reportsBlock(options), more: more('report') },
  ];
  return joinSections(sections, options.maxBytes);
}

/** A test that was retried took its time more than once. */
function distinct(tests: TestHighlights['slowest']): TestHighlights['slowest'] {
  const keys = tests.map(({ id }) => testKey(id));
  return tests.filter((_test, index) => keys.indexOf(keys[index] ?? '') === index);
}

function moreOf(what: string, { reports }: SummaryOptions): (count: number) => string {
  const where = reports.length === 0 ? 'the reports' : reports.map((file) => codeSpan(file)).join(' or ');
  return (count) => `${plural(count, `more ${what}`)} in ${where} of the artifact`;
}

function titleOf(run: RunState): string {
  const name = codeSpan(run.plan?.project ?? 'runner');
  return `## ${run.verdict ?? verdictOf(run)}: ${name} in ${codeSpan(run.plan?.environment ?? '')}`;
}

function factsOf(run: RunState): string {
  const { startedAt, lastAt, shard, runId } = run;
  const verdict = run.verdict ?? verdictOf(run);
  const tookMs = run.durationMs ?? (lastAt ?? 0) - (startedAt ?? 0);
  const facts = [
    `exit ${exitCodeOf(verdict)}`,
    formatDuration(tookMs),
    ...(startedAt === null ? [] : [new Date(startedAt).toISOString()]),
    ...(shard === null ? [] : [`shard ${shard.index}/${shard.total}`]),
    ...(runId === null ? [] : [`run ${codeSpan(runId)}`]),
  ];
  return `${facts.join(' · ')}\n`;
}

function alertBlocks(run: RunState, { problems }: SummaryOptions): readonly string[] {
  return alertsOf({ state: run, problems }).map(({ kind, text, hint }) => {
    const remedy = hint === null || hint === '' ? '' : `; to do: ${codeSpan(truncate(hint, lineWidth))}`;
    return `> **${kind}** ${codeSpan(truncate(text, lineWidth * 2))}${remedy}\n`;
  });
}

function categoryRows(run: RunState): readonly TotalsRow[] {
  return [...categoriesOf(run)].map(([name, records]) => ({
    name,
    totals: sumTotals(records.map(({ totals }) => totals)),
  }));
}

function failureSection(run: RunState, options: SummaryOptions): Section {
  const failures = rankedFailures(run);
  const blocks = failures.map((failure) => failureBlock(run, failure, options));
  const { failed, errors } = totalsOf(run);
  const rest =
    options.rerun === null || run.shard !== null || failures.length < 2 ? [] : [restBlock(options.rerun, options)];
  return {
    heading: `### ${plural(failed + errors, 'failure')}`,
    blocks: [...rest, ...blocks],
    omitted: failuresOmitted(run),
    more: moreOf('failure', options),
  };
}

function restBlock(rerun: RerunContext, { mask }: SummaryOptions): string {
  return `Run again what has not passed:\n\n${codeBlock([mask(rerunRestCommand(rerun))], 'sh')}`;
}

function failureBlock({ plan }: RunState, { record, failed }: RankedFailure, { rerun, mask }: SummaryOptions): string {
  const { task } = record;
  const text = failureText(failed.problems, {
    ...{ lines: failureLineCount, width: lineWidth, synthetic: !isOfTest(failed) },
  });
  const command =
    rerun === null || plan === null
      ? ''
      : failed.synthetic
        ? rerunTasksCommand(plan, [task], rerun)
        : rerunTestCommand(plan, task, { id: failed.id, how: rerun });
  const log = record.log === null ? '' : `, log ${codeSpan(record.log.path)}`;
  return [
    `#### ${failed.status}: ${testSpan(failed.id, failed.line)}\n`,
    codeBlock(text, 'text'),
    `in ${codeSpan(truncate(task.id, lineWidth))}${log}\n`,
    ...(command === '' || command.length > maxCommand ? [] : [codeBlock([mask(command)], 'sh')]),
  ].join('\n');
}

function testSpan({ file, className, name }: TestId, line: number | null): string {
  const place = file === null ? className : `${file}${line === null ? '' : `:${line}`}`;
  return [place, name]
    .filter((part) => part !== '')
    .map((part) => codeSpan(truncate(part, lineWidth)))
    .join(' ');
}

function listSection(heading: string, items: readonly string[], more: Section['more'], omitted = 0): Section {
  return { heading: `### ${heading}`, blocks: items.map((item) => `- ${item}\n`), omitted, more };
}

function flakyBlocks(run: RunState): readonly string[] {
  return [...run.tasks.values()].flatMap(({ flaky }) =>
    [...flaky.values()].map(({ id, line, attempt, problems }) => {
      const why = problems[0]?.message ?? '';
      return `${testSpan(id, line)} passed on attempt ${attempt}${why === '' ? '' : `; before: ${codeSpan(truncate(why, lineWidth))}`}`;
    }),
  );
}

function hiddenFlaky(run: RunState): number {
  const shown = [...run.tasks.values()].reduce((sum, { flaky }) => sum + flaky.size, 0);
  return Math.max(0, (totalsOf(run).flaky ?? 0) - shown);
}

function quarantinedBlocks(run: RunState): readonly string[] {
  const today = dayOf(run.startedAt ?? 0);
  return [...run.tasks.values()].flatMap(({ quarantined }) =>
    [...quarantined.values()].map(({ id, line, passed, owner, until, reason }) => {
      const days = daysBetween(today, until);
      const left = days === 0 ? 'last day' : `${plural(days, 'day')} left`;
      const state = passed ? 'passes: remove the entry?' : 'failed';
      return `${testSpan(id, line)} ${state} · ${codeSpan(truncate(owner, lineWidth))} · ${left} (until ${until}) · ${codeSpan(truncate(reason, lineWidth))}`;
    }),
  );
}

function reportsBlock({ reports }: SummaryOptions): readonly string[] {
  return reports.length === 0 ? [] : [`Reports: ${reports.map((file) => codeSpan(file)).join(', ')}\n`];
}
