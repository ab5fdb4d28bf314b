import { join, resolve } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import type { ReportName } from '../base/report-names.ts';
import { defaultHistoryLimits } from '../config/normalise-history.ts';
import { exitCodeOf, UsageError } from '../errors.ts';
import { createProcesses } from '../io/node-io.ts';
import type { Verdict } from '../model/outcome.ts';
import type { Totals } from '../model/test.ts';
import type { NamedReporter } from '../reporters/fan-out.ts';
import { chooseReports, defaultReports, reportFile } from '../reporters/report-table.ts';
import type { ReportPlace } from '../reporters/report-table.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { githubStep, readReporters } from './github-step.ts';
import { findMergeInputs, shown } from './merge-inputs.ts';
import { mergeLogs } from './merge-logs.ts';
import { mergeXml, xmlReports } from './merge-xml.ts';
import type { MergeOutcome } from './merge-xml.ts';
import { namedHistory } from './history-place.ts';
import type { HistoryUse } from './history-place.ts';
import type { MergeFlags } from './options.ts';
import { pageDir } from './plugins-dir.ts';
import { adoptReportsDir, refuseReportsOfLivingRun } from './reports-dir.ts';
import { splitSize } from './split-size.ts';

/** What to merge, and where to. */
export interface MergeOptions {
  /** Files, directories (their `events.jsonl`, or else their `*.xml`), globs. */
  readonly paths: readonly string[];
  readonly cwd: string;
  /** Absolute folder of `junit.xml` and `summary.json`. */
  readonly reportsDir: string;
  /** Further reporters that event logs are replayed through. */
  readonly reporters?: readonly NamedReporter[];
  /** The reports to make; absent = those that every merge leaves. */
  readonly chosen?: readonly ReportName[];
  /** Of a part of `junit.xml`; absent or `null` = it is not split. */
  readonly splitMaxBytes?: number | null;
  /** The step of GitHub Actions that is told; absent = it is none. */
  readonly github?: ReportPlace['github'];
  /** Where the run that event logs make together is remembered; absent = nowhere. */
  readonly history?: HistoryUse;
}

export interface MergeResult extends CommandResult {
  readonly verdict: Verdict;
}

/** `runner merge`. @throws {UsageError} when there is nothing to merge. */
export async function mergeCommand(input: {
  readonly paths: readonly string[];
  readonly flags: MergeFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { cwd } = input.context;
  const reportsDir = resolve(cwd, input.flags.reports ?? 'reports');
  refuseReportsOfLivingRun(reportsDir, createProcesses());
  const { history: flag } = input.flags;
  // Where the reports of other machines are merged there is no checkout whose history they would belong to.
  const history =
    flag === undefined || flag === 'none' ? {} : { history: namedHistory(flag, { cwd, limits: defaultHistoryLimits }) };
  const { files, isGithub } = readReporters(input.flags.reporter, input.context);
  const chosen = chooseReports('--reporter', files);
  const splitMaxBytes = splitSize(input.flags.splitMaxBytes, chosen);
  return merge({
    ...{ paths: input.paths, cwd, reportsDir, splitMaxBytes, ...history },
    ...(files === undefined ? {} : { chosen }),
    github: isGithub ? githubStep(cwd, input.context) : undefined,
  });
}

/**
 * Makes one report of many and exits as the run that they describe would: 1 failures, 3 a damaged input, 5 incomplete, 4 nothing ran.
 * @throws {UsageError} when nothing is found to merge.
 */
export async function merge(options: MergeOptions): Promise<MergeResult> {
  const own = [join(options.reportsDir, 'junit.xml')];
  const inputs = findMergeInputs(options.paths, options.cwd, own);
  if (inputs.logs.length === 0 && options.history !== undefined) {
    throw new UsageError(
      '--history needs event logs: XML does not say which run it is of',
      'merge events.jsonl, or leave it out',
    );
  }
  if (inputs.logs.length === 0) refuseForXml(options.chosen ?? []);
  openFolder(options.reportsDir);
  adoptReportsDir(options.reportsDir);
  const outcome =
    inputs.logs.length > 0
      ? await mergeLogs(
          inputs.logs,
          {
            reportsDir: options.reportsDir,
            chosen: options.chosen ?? defaultReports,
            pageDir: pageDir(),
            github: options.github,
            splitMaxBytes: options.splitMaxBytes ?? null,
          },
          { reporters: options.reporters ?? [], history: options.history ?? null },
        )
      : await mergeXml(inputs.reports, { ...options, chosen: options.chosen ?? xmlReports });
  const what = inputs.logs.length > 0 ? count(inputs.logs.length, 'event log') : count(inputs.reports.length, 'report');
  const problems = [...outcome.problems, ...describeLeftOut(inputs.leftOut, options.cwd)];
  const text = describe({ ...outcome, problems }, what, options);
  return { verdict: outcome.verdict, exitCode: exitCodeOf(outcome.verdict), text, reportsDir: options.reportsDir };
}

/** @throws UsageError for a report that cannot be made of XML */
function refuseForXml(chosen: readonly ReportName[]): void {
  const other = chosen.find((name) => !xmlReports.includes(name));
  if (other === undefined) return;
  throw new UsageError(
    `--reporter ${other} needs event logs: XML does not say what it would show`,
    `merge events.jsonl, or leave it out; of XML there are ${xmlReports.join(', ')}`,
  );
}

function describeLeftOut(paths: readonly string[], cwd: string): readonly string[] {
  if (paths.length === 0) return [];
  const names = paths.slice(0, 3).map((path) => shown(path, cwd));
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  const what = `${count(paths.length, 'XML report')} beside the event logs ${paths.length === 1 ? 'was' : 'were'} not merged`;
  return [`${what}: ${names.join(', ')}${more}; merge the junit.xml of this with them`];
}

function openFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the reports folder ${path} cannot be made: ${reason}`, 'use --reports <dir> for another one');
  }
}

function describe(
  outcome: MergeOutcome,
  what: string,
  { cwd, reportsDir, chosen = defaultReports }: MergeOptions,
): string {
  const main = chosen.includes('junit') ? 'junit' : chosen[0];
  return [
    ...outcome.problems,
    `Merged ${what}: ${describeTotals(outcome.totals)} (${outcome.verdict})`,
    ...(main === undefined ? [] : [`Report: ${shown(join(reportsDir, reportFile(main)), cwd)}`]),
  ].join('\n');
}

function describeTotals(totals: Totals): string {
  const parts = [`${totals.passed} passed${totals.flaky === undefined ? '' : ` (${totals.flaky} flaky)`}`];
  if (totals.failed > 0) parts.push(`${totals.failed} failed`);
  if (totals.errors > 0) parts.push(count(totals.errors, 'error'));
  const quarantined = totals.quarantined === undefined ? '' : ` (${totals.quarantined} quarantined)`;
  if (totals.skipped > 0) parts.push(`${totals.skipped} skipped${quarantined}`);
  return `${count(totals.tests, 'test')}: ${parts.join(', ')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
