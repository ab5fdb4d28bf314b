import { join } from 'node:path';
import type { ReportCase } from '../model/report.ts';
import type { TestId } from '../model/test.ts';
import type { ExpectedReport, Framework, FrameworkCommand, IdentifyContext, TaskRequest } from './framework.ts';
import { rootRelativeFile } from './paths.ts';
import { createTapReader } from './tap-reader.ts';

const filesPlaceholder = '{files}';

/** Linux takes no more than 128 KiB in one variable, its name included. */
const longestVariable = 96 * 1024;

/**
 * Any program: judged by the JUnit or TAP files it leaves, by the TAP it prints, or by its exit code alone. An argument that is `{files}` stands for the
 * files of the task, each an argument; `RUNNER_FILES` holds them too, one a line, or `@` and the path of a file that does.
 */
export const command: Framework = {
  name: 'command',
  ownWorkers: false,
  hasFiles: false,
  defaultBatch: 'all',
  canFilterByKeyword: false,
  canFilterByMarkers: false,
  canSelectTests: false,
  defaultFiles: [],
  defaultCommand: null,
  noTestsExitCodes: [],
  // What a shell says of a program that it may not start or cannot find.
  usageErrorExitCodes: [126, 127],
  // Tools differ in their code for failed tests (cargo 101, make 2); 126 and above are the shell's own and signals.
  failedExitCodes: Array.from({ length: 125 }, (_, index) => index + 1),
  duplicates: 'number',
  reportsEveryFile: false,
  command: commandOf,
  identify,
};

function commandOf(request: TaskRequest): FrameworkCommand {
  const { suite, files } = request;
  const list = files.join('\n');
  const isLong = Buffer.byteLength(list) > longestVariable;
  const path = join(request.reportsDir, 'files.txt');
  const argv = [...(suite.command ?? []), ...suite.args, ...request.extraArgs];
  return {
    argv: argv.flatMap((argument) => (argument === filesPlaceholder ? files : [argument])),
    // Not left out: a script that loops over nothing would pass.
    env: files.length === 0 ? {} : { RUNNER_FILES: isLong ? `@${path}` : list },
    ...(isLong ? { input: { path, text: `${list}\n` } } : {}),
    report: reportOf(request),
  };
}

function reportOf({ suite, logPath }: TaskRequest): ExpectedReport {
  const { junit, tap } = suite;
  if (junit !== null) return { kind: 'globs', globs: junit };
  if (tap === undefined || tap === null) return { kind: 'exit-code' };
  if (tap === 'output') return { kind: 'lines', path: logPath, reader: createTapReader };
  const names = tap.join(', ');
  const absent = `no file matches ${names}: the command left no TAP; see the log, or correct the suite's tap`;
  return { kind: 'globs', globs: tap, reader: createTapReader, absent };
}

function identify(reported: ReportCase, context: IdentifyContext): TestId {
  const file = reported.file === null ? null : rootRelativeFile(reported.file, context);
  return { file, className: reported.className ?? reported.suites.join('.'), name: reported.name };
}
