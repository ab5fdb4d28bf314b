import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reportNames } from '../base/report-names.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { createProcesses } from '../io/node-io.ts';
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

/**
 * `runner report`: makes reports of a run that has been, from its event log. What the run came to is not what this exits with: 3 = the log
 * is damaged, or a report could not be written.
 * @throws UsageError when there is no such run, or it has no event log
 */
export async function report(input: {
  /** An event log, a reports folder, an archive of one, or the id of a recorded run; `null` = the last run. */
  readonly run: string | null;
  readonly flags: ReportFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { flags, context } = input;
  if (flags.format === undefined) {
    throw new UsageError('report needs --format <names...>', `known are default, ${reportNames.join(', ')}`);
  }
  const chosen = chooseReports('--format', flags.format);
  await using source = await findRun(input.run ?? usualFolder(context.cwd), {
    records: await openRecords(flags.config, context),
    cwd: context.cwd,
  });
  const reportsDir = folderFor(source, flags, context);
  refuseReportsOfLivingRun(reportsDir, createProcesses());
  const outcome = await mergeLogs(
    source.logs,
    { reportsDir, chosen, pageDir: pageDir() },
    { reporters: [], history: null, asWritten: true },
  );
  return {
    text: chosen.map((name) => shown(join(reportsDir, reportFile(name)), context.cwd)).join('\n'),
    notes: outcome.problems,
    exitCode: outcome.isDamaged ? exitCodes.infrastructure : exitCodes.passed,
  };
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
