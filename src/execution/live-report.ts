import { rm } from 'node:fs/promises';
import type { LineStream } from '../frameworks/framework.ts';
import type { ReportItem } from '../model/report.ts';
import type { TestResult } from '../model/test.ts';
import { createCaseResults } from './case-results.ts';
import type { CaseResults } from './case-results.ts';
import { followLines } from './follow-lines.ts';
import type { FollowedLines } from './follow-lines.ts';
import type { Launch } from './launch.ts';
import { createLiveTests } from './live-tests.ts';
import type { LiveTests } from './live-tests.ts';
import { cutOffTest, notRunTest } from './synthesise.ts';
import type { Cut } from './synthesise.ts';
import type { TaskContext } from './task-context.ts';

/** The results of an attempt, told as far as its framework tells them while it runs. */
export interface LiveReport {
  readonly results: CaseResults;
  /** Reads on to the end, for when nothing writes any more. Resolves to what was read of the report itself; rejects for a defect of runner. Idempotent. */
  finish(): Promise<ReadLines | null>;
  /** Tells of the tests that were running or waiting when their process ended; `true` when one was running. */
  tellUnfinished(cut: Cut): boolean;
}

/** A report of lines that needs not be read again. */
export interface ReadLines {
  readonly path: string;
  readonly problems: readonly string[];
}

export interface LiveReportOptions {
  readonly attempt: number;
  readonly emit: (test: TestResult) => void;
}

/** More than that is no word about tests any more. */
const maxEvidenceBytes = 512 * 1024 * 1024;
/** A log is cut at its end, of which a quarter is kept at most. */
const certainShare = 0.75;

/** Starts to follow what the process of an attempt writes of its tests, where its framework can be followed. */
export function followReport(launch: Launch, context: TaskContext, options: LiveReportOptions): LiveReport {
  const { framework, suite, command } = launch;
  const { tools, task } = context;
  const results = createCaseResults({
    framework,
    context: { suiteCwd: suite.cwd, root: tools.root, files: task.files },
    emit: options.emit,
  });
  const evidence = command.stream ?? null;
  const lines = evidence ?? linesOf(launch);
  if (lines === null) return { results, finish: () => Promise.resolve(null), tellUnfinished: () => false };
  const tests = createLiveTests({ share: framework.duplicates === 'number' });
  const reading: Reading = { results, tests, isReport: evidence === null, problems: [] };
  const followed = follow(lines, reading, { launch, context, attempt: options.attempt });
  const finish = async (): Promise<ReadLines | null> => {
    const problem = await followed.finish();
    if (reading.isReport)
      return { path: lines.path, problems: [...(problem === null ? [] : [problem]), ...reading.problems] };
    for (const text of reading.problems.slice(0, 1)) tools.emit(unfollowed(task.id, text));
    // All that it holds is told by now, and it is no report.
    await rm(lines.path, { recursive: true, force: true }).catch(() => undefined);
    return null;
  };
  let finished: Promise<ReadLines | null> | null = null;
  return {
    results,
    finish: () => (finished ??= finish()),
    // A plugin that has given up says nothing more of tests that run.
    tellUnfinished: (cut) => (reading.isReport || reading.problems.length === 0) && tellUnfinished(reading, cut),
  };
}

function linesOf({ command: { report } }: Launch): LineStream | null {
  if (report.kind === 'lines') return report;
  return report.kind === 'globs' ? (report.beside ?? null) : null;
}

interface Reading {
  readonly results: CaseResults;
  readonly tests: LiveTests;
  /** The lines are the report, and not evidence beside it. */
  readonly isReport: boolean;
  readonly problems: string[];
}

function follow(
  { path, reader: createReader }: LineStream,
  reading: Reading,
  { launch, context, attempt }: { readonly launch: Launch; readonly context: TaskContext; readonly attempt: number },
): FollowedLines {
  const { tools, task } = context;
  const { tests } = reading;
  const reader = createReader();
  let [isFirst, isAny] = [true, false];
  const announce = (): void => {
    const test = tests.takeRunning();
    if (test === null) return;
    isFirst = false;
    const collected = tests.collected();
    tools.emit({
      ...{ type: 'test-started', task: task.id, attempt, test: test.id },
      ...(collected === 0 ? {} : { collected }),
    });
  };
  const take = (item: ReportItem): void => {
    takeItem(item, reading, tools.io.now());
    if (isFirst && item.kind === 'started') announce();
  };
  const isLog = path === launch.paths.logPath;
  const followed = followLines(path, {
    io: tools.io,
    liveBytes: isLog
      ? Math.floor(tools.settings.logLimitBytes * certainShare)
      : reading.isReport
        ? Infinity
        : maxEvidenceBytes,
    onLines: (lines) => {
      isAny = true;
      for (const line of lines) for (const item of reader.line(line)) take(item);
    },
    onPause: announce,
  });
  return {
    async finish() {
      const problem = await followed.finish();
      if (isAny) for (const item of reader.end()) take(item);
      return problem;
    },
  };
}

function takeItem(item: ReportItem, { results, tests, isReport, problems }: Reading, now: number): void {
  switch (item.kind) {
    case 'collected':
      tests.collect({ id: results.identify(item.case), line: item.case.line });
      return;
    case 'started':
      tests.start({ id: results.identify(item.case), line: item.case.line, startedAt: now });
      return;
    case 'ended':
      tests.end(results.identify(item.case));
      return;
    case 'case':
      tests.end(results.identify(item.case));
      if (isReport) results.add(item.case);
      else results.addLive(item.case);
      return;
    case 'damage':
      problems.push(item.problem);
      return;
    // Only whole suites of XML are told so.
    case 'suite-error':
  }
}

function unfollowed(task: string, problem: string): { readonly type: 'warning'; readonly message: string } {
  return { type: 'warning', message: `${task}: its tests could not be followed while they ran: ${problem}` };
}

function tellUnfinished({ results, tests }: Pick<Reading, 'results' | 'tests'>, cut: Cut): boolean {
  const { running, waiting } = tests.unfinished((id) => results.count(id));
  for (const test of running) results.addResult(cutOffTest(test, cut));
  for (const test of waiting) results.addResult(notRunTest(test, cut));
  return running.length > 0;
}
