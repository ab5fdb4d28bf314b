import { createReadStream } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { linesOf } from '../base/lines.ts';
import type { ExpectedReport, LineReader } from '../frameworks/framework.ts';
import type { ReportFacts, ReportItem } from '../model/report.ts';
import { readJunit } from '../results/junit-reader.ts';
import type { CaseResults } from './case-results.ts';
import { findReports } from './find-reports.ts';
import type { SeenReport } from './find-reports.ts';
import { maxLineChars } from './follow-lines.ts';
import type { ReadLines } from './live-report.ts';
import { suiteError } from './synthesise.ts';

/** What is needed to find and read the reports of one attempt. */
export interface CollectInput {
  readonly task: string;
  readonly expected: ExpectedReport;
  readonly cwd: string;
  /** Where a copy of each report found by a glob is kept. */
  readonly rawDir: string;
  /** What was already there when the attempt began. */
  readonly before: readonly SeenReport[];
  readonly startedAt: number;
  readonly results: CaseResults;
  /** A report that was read while the process ran. */
  readonly read: ReadLines | null;
  /** A path as messages name it. */
  readonly shown: (path: string) => string;
  readonly warn: (message: string) => void;
}

/** Clocks of file systems tick coarsely (FAT: 2 s) and those of other machines differ a little. */
const clockToleranceMs = 2000;

/**
 * Reads every report of an attempt, case by case; what is whole in a damaged one is kept. A file that was there before and has not been
 * written since, or is older than the attempt, is no report of it.
 */
export async function collectReport(input: CollectInput): Promise<ReportFacts> {
  const { expected, results, shown } = input;
  const problems: Problem[] = [];
  const beside = await collectBeside(input);
  const found = await findReports(expected, input.cwd);
  const old = found.filter((report) => isOld(report, input));
  const fresh = found.filter((report) => !old.includes(report));
  for (const [index, report] of fresh.entries()) {
    await readReport(report, input, problems);
    if (expected.kind === 'globs') await keepCopy(report, index, input);
  }
  // Where the output tells what failed, it also tells why there is no file.
  if (!(beside.failures > 0 && fresh.length === 0)) problems.push(...missingReports(input, fresh, old));
  if (expected.kind === 'globs' && expected.keepsOld !== true && fresh.length > 0 && old.length > 0) {
    input.warn(
      `${input.task}: not counted, since older than the attempt: ${old.map(({ path }) => shown(path)).join(', ')}`,
    );
  }
  results.settle();
  return { ...results.reported(), problem: problems[0] ?? beside.problem };
}

async function collectBeside(
  input: CollectInput,
): Promise<{ readonly failures: number; readonly problem: Problem | null }> {
  const { expected } = input;
  if (expected.kind !== 'globs' || expected.beside === undefined) return { failures: 0, problem: null };
  const { failed, errors, problem } = await collectReport({ ...input, expected: expected.beside });
  return { failures: failed + errors, problem };
}

type Problem = NonNullable<ReportFacts['problem']>;

function isOld(report: SeenReport, { before, startedAt }: CollectInput): boolean {
  const unchanged = before.some(({ path, stamp }) => path === report.path && stamp === report.stamp);
  return unchanged || report.modifiedMs < startedAt - clockToleranceMs;
}

async function readReport(report: SeenReport, input: CollectInput, problems: Problem[]): Promise<void> {
  const path = input.shown(report.path);
  if (report.bytes === 0) {
    problems.push({ path, text: `${path} is empty: the process ended before its report was written; see the log` });
    return;
  }
  if (input.read?.path === report.path) {
    problems.push(...input.read.problems.map((problem) => ({ path, text: `${path} is damaged: ${problem}` })));
    return;
  }
  const stream = createReadStream(report.path);
  try {
    for await (const item of itemsOf(stream, input.expected)) {
      if (item.kind === 'case') input.results.add(item.case);
      else if (item.kind === 'suite-error') input.results.addResult(suiteError(input.task, item));
      else if (item.kind === 'damage') problems.push({ path, text: `${path} is damaged: ${item.problem}` });
    }
  } finally {
    stream.destroy();
  }
}

function itemsOf(bytes: AsyncIterable<Uint8Array>, expected: ExpectedReport): AsyncIterable<ReportItem> {
  const reader = expected.kind === 'lines' || expected.kind === 'globs' ? expected.reader : undefined;
  return reader === undefined ? readJunit(bytes) : readLines(bytes, reader());
}

async function* readLines(bytes: AsyncIterable<Uint8Array>, reader: LineReader): AsyncGenerator<ReportItem> {
  for await (const line of linesOf(bytes, maxLineChars)) yield* reader.line(line);
  yield* reader.end();
}

async function keepCopy({ path }: SeenReport, index: number, { rawDir, task, warn }: CollectInput): Promise<void> {
  try {
    await copyFile(path, join(rawDir, `${index + 1}-${basename(path)}`));
  } catch (error) {
    warn(
      `${task}: ${path} could not be copied to ${rawDir}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function missingReports(
  input: CollectInput,
  fresh: readonly SeenReport[],
  old: readonly SeenReport[],
): readonly Problem[] {
  const { expected, shown } = input;
  const stale = (path: string): Problem => ({
    path: shown(path),
    text: `${shown(path)} is older than this attempt, so it is not its report; see the log for why none was written`,
  });
  switch (expected.kind) {
    case 'exit-code':
      return [];
    case 'files':
    case 'lines':
      return (expected.kind === 'files' ? expected.paths : [expected.path])
        .filter((path) => !fresh.some((report) => report.path === path))
        .map((path) => (old.some((report) => report.path === path) ? stale(path) : neverWritten(shown(path))));
    case 'globs': {
      if (fresh.length > 0) return [];
      const oldest = old[0];
      if (expected.absent !== undefined) return [{ path: expected.globs.join(', '), text: expected.absent }];
      return [oldest === undefined ? noMatch(expected.globs, shown(input.cwd)) : stale(oldest.path)];
    }
  }
}

function neverWritten(path: string): Problem {
  return { path, text: `${path} was never written: the process ended without its report; see the log` };
}

function noMatch(globs: readonly string[], cwd: string): Problem {
  const names = globs.join(', ');
  return {
    path: names,
    text: `no file matches ${names} in ${cwd}: the command left no JUnit report; see the log, or correct the suite's junit`,
  };
}
