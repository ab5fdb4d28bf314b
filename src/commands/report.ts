import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reportNames } from '../base/report-names.ts';
import type { ReportName } from '../base/report-names.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { createProcesses } from '../io/node-io.ts';
import type { StopSignals } from '../ports.ts';
import { chooseReports, reportFile } from '../reporters/report-table.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { ReportFlags } from './flags.ts';
import { shown } from './merge-inputs.ts';
import { mergeLogs } from './merge-logs.ts';
import { openRecords } from './open-records.ts';
import { pageDir } from './plugins-dir.ts';
import { refuseReportsOfLivingRun } from './reports-dir.ts';
import { findRun } from './run-source.ts';
import type { RunSource } from './run-source.ts';
import { findPage, showPage } from './show-report.ts';
import { splitSize } from './split-size.ts';

export interface ReportInput {
  /** An event log, a reports folder, an archive of one, or the id of a recorded run; `null` = the last run. */
  readonly run: string | null;
  readonly flags: ReportFlags;
  readonly context: CommandContext;
  /** Only where it serves: whatever else it does ends as any program does. */
  readonly signals: StopSignals | null;
}

/**
 * `runner report`: makes reports of a run that has been, from its event log, or shows its page. What the run came to is not what this
 * exits with: 3 = the log is damaged, or a report could not be written.
 * @throws UsageError when there is no such run, it has no event log, or there is no page to show
 */
export async function report(input: ReportInput): Promise<CommandResult> {
  const { flags, context } = input;
  const shows = flags.open === true || flags.serve === true;
  if (flags.format === undefined) {
    const others = `--open or --serve to show the page, or --format with some of: default, ${reportNames.join(', ')}`;
    if (!shows) throw new UsageError('report is not told what to do', `write ${others}`);
    if (flags.splitMaxBytes !== undefined) {
      throw new UsageError('--split-max-bytes is for reports that are made', 'add --format junit');
    }
    if (flags.out !== undefined) throw new UsageError('--out is for reports that are made', 'add --format html');
    return { text: '', exitCode: await showPage(findPage(input.run, context.cwd), input) };
  }
  const made = await makeReports(input, chooseReports('--format', flags.format));
  if (!shows) return made.result;
  const page = findPage(made.reportsDir, context.cwd);
  for (const line of made.result.notes ?? []) context.out.stream.write(`${line}\n`);
  const exitCode = await showPage(page, input);
  return { text: '', exitCode: exitCode === exitCodes.passed ? made.result.exitCode : exitCode };
}

async function makeReports(
  input: ReportInput,
  chosen: readonly ReportName[],
): Promise<{ readonly result: CommandResult; readonly reportsDir: string }> {
  const { flags, context } = input;
  const splitMaxBytes = splitSize(flags.splitMaxBytes, chosen);
  await using source = await findRun(input.run ?? usualFolder(context.cwd), {
    records: await openRecords(flags.config, context),
    cwd: context.cwd,
  });
  const reportsDir = folderFor(source, flags, context);
  refuseReportsOfLivingRun(reportsDir, createProcesses());
  const outcome = await mergeLogs(
    source.logs,
    { reportsDir, chosen, pageDir: pageDir(), splitMaxBytes },
    { reporters: [], history: null, asWritten: true },
  );
  const result = {
    text: chosen.map((name) => shown(join(reportsDir, reportFile(name)), context.cwd)).join('\n'),
    notes: outcome.problems,
    exitCode: outcome.isDamaged ? exitCodes.infrastructure : exitCodes.passed,
  };
  return { result, reportsDir };
}

/** Where the last run left its reports; `null` = elsewhere, or it has been cleared. */
function usualFolder(cwd: string): string | null {
  return existsSync(join(cwd, 'reports', 'events.jsonl')) ? 'reports' : null;
}

function folderFor(source: RunSource, { out }: ReportFlags, { cwd }: CommandContext): string {
  if (source.logs.length === 0) {
    throw new UsageError(
      `${source.label} has no event log, only XML`,
      'name the events.jsonl of a run; runner merge makes one report of XML files',
    );
  }
  if (out !== undefined) return resolve(cwd, out);
  if (source.folder !== null) return source.folder;
  throw new UsageError(`${source.label} is not in a reports folder`, 'say where the reports go: --out <dir>');
}
