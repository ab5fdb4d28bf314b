import { createReadStream, existsSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import type { LogFacts } from '../model/event.ts';
import type { Exit, Outcome } from '../model/outcome.ts';
import type { ReportFacts } from '../model/report.ts';
import type { ServiceFailure } from '../ports.ts';
import { judge } from '../results/judge.ts';
import { readJunit } from '../results/junit-reader.ts';
import { isNarrowed } from '../results/verdict.ts';
import { keptPath } from './attempt-paths.ts';
import type { CaseResults } from './case-results.ts';
import { collectReport } from './collect-report.ts';
import type { Launch } from './launch.ts';
import type { ReadLines } from './live-report.ts';
import { exitCodeResult } from './synthesise.ts';
import type { TaskContext } from './task-context.ts';
import { prematureExitFile, xmlOutputFile } from './task-env.ts';
import type { Ending } from './watch-child.ts';

/** What is known of failures that do not count. */
export interface Excuse {
  /** All that failed is in quarantine; known when the report has been read. */
  readonly isExcused: () => boolean;
  /** Its framework left out tests after a failure, or may have. */
  readonly stoppedEarly: boolean;
}

/** An ended process and where its results go. */
export interface WeighInput extends Excuse {
  readonly ending: Ending;
  readonly launch: Launch;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly log: LogFacts | null;
  /** The service that died under it. */
  readonly failure: ServiceFailure | null;
  readonly results: CaseResults;
  /** The report, where it was read while the process ran. */
  readonly read: ReadLines | null;
}

/** Reads what an ended attempt reported, telling its tests, and says what the attempt amounts to. */
export async function weigh(input: WeighInput, context: TaskContext): Promise<Outcome> {
  const { ending, launch } = input;
  if (ending.kind === 'exited' && ending.exit.kind === 'spawn-failed') return ending.exit;
  if (launch.command.report.kind === 'exit-code') {
    return ending.kind === 'exited' && ending.exit.kind === 'exited'
      ? weighExitCode(ending.exit.exit, input, context)
      : unfinished(input, context);
  }
  const facts = await collectReport({
    task: context.task.id,
    expected: launch.command.report,
    cwd: launch.cwd,
    rawDir: launch.paths.rawDir,
    before: launch.before,
    startedAt: input.startedAt,
    results: input.results,
    read: input.read,
    shown: (path) => shownPath(keptPath(path, launch.paths), context.tools.root),
    warn: (message) => context.tools.emit({ type: 'warning', message }),
  });
  if (ending.kind !== 'exited' || ending.exit.kind !== 'exited') return unfinished(input, context);
  const premature = prematureExit(launch);
  const known =
    premature === null
      ? facts
      : { ...facts, problem: facts.problem ?? { path: premature.path, text: premature.problem } };
  const witnesses = {
    asked: context.task.files,
    narrowed: isNarrowed(context.task) || launch.command.narrowed === true,
    framework: launch.framework,
    reportPath: shownPath(launch.paths.kept.rawDir, context.tools.root),
  };
  const reported = judge({ ...witnesses, exit: ending.exit.exit, facts: known });
  const outcome =
    reported.kind === 'tests-failed' && input.isExcused()
      ? (unrunBehind(input) ?? judge({ ...witnesses, exit: success, facts: withoutFailures(known) }))
      : reported;
  const tail = input.log?.tail ?? '';
  const isEmpty = facts.passed + facts.failed + facts.errors + facts.skipped === 0;
  if (outcome.kind === 'crashed' && isEmpty && launch.framework.foundNone?.(tail) === true) return { kind: 'no-tests' };
  if (outcome.kind !== 'passed' || launch.framework.cutShort?.(tail) !== true) return outcome;
  const problem = `${launch.framework.name} was ended before all of its tests had run, with exit code 0; its last words say by what`;
  return { kind: 'report-unusable', path: input.log?.path ?? '', problem };
}

const success: Exit = { kind: 'code', code: 0 };

/** Failures in quarantine count as what they are told as: skipped. */
function withoutFailures(facts: ReportFacts): ReportFacts {
  return { ...facts, failed: 0, errors: 0, skipped: facts.skipped + facts.failed + facts.errors };
}

/** A failure that does not count must not keep others from running: what has not run has not passed. */
function unrunBehind({ stoppedEarly, launch, log }: WeighInput): Outcome | null {
  const { framework, command } = launch;
  if (framework.failedBeside?.({ argv: command.argv, tail: log?.tail ?? '' }) === true) {
    const problem = `only tests in quarantine failed, but ${framework.name} failed for something else too, or may have, such as a threshold of coverage; see its log`;
    return { kind: 'report-unusable', path: log?.path ?? '', problem };
  }
  // TAP says itself how many tests there are.
  const isTap =
    command.report.kind === 'lines' || (command.report.kind === 'globs' && command.report.reader !== undefined);
  if (!stoppedEarly || (framework.stoppedEarly === undefined && isTap)) return null;
  const problem =
    framework.stoppedEarly === undefined
      ? `only tests in quarantine failed, but it cannot be told whether a suite of framework ${framework.name} that leaves JUnit ran its other tests too. Use the framework's own adapter, or TAP`
      : `only tests in quarantine failed, but ${framework.name} was to stop at a failure, so that other tests may not have run. Leave that option out`;
  return { kind: 'report-unusable', path: log?.path ?? '', problem };
}

function unfinished({ ending, failure }: WeighInput, { task }: TaskContext): Outcome {
  switch (ending.kind) {
    case 'lost':
      return { kind: 'service-failed', ...(failure ?? { service: '', problem: 'it died' }) };
    case 'timed-out':
      return { kind: 'timed-out', afterMs: task.timeoutMs };
    case 'cancelled':
      return ending;
    case 'exited':
      return ending.exit.kind === 'exited' ? { kind: 'crashed', exit: ending.exit.exit } : ending.exit;
  }
}

async function weighExitCode(exit: Exit, input: WeighInput, { task }: TaskContext): Promise<Outcome> {
  const { launch, log, durationMs } = input;
  const contradiction = prematureExit(launch) ?? (await failuresBeside(launch));
  input.results.addResult(
    exitCodeResult(exit, { task, ran: true, log, durationMs, problem: contradiction?.problem ?? null }),
  );
  if (exit.kind === 'signal') return { kind: 'crashed', exit };
  if (exit.code !== 0) return { kind: input.isExcused() ? 'passed' : 'tests-failed' };
  return contradiction === null ? { kind: 'passed' } : { kind: 'report-unusable', ...contradiction };
}

interface Contradiction {
  readonly path: string;
  readonly problem: string;
}

function prematureExit({ paths, framework }: Launch): Contradiction | null {
  const path = prematureExitFile(paths);
  if (framework.name !== 'command' || !existsSync(path)) return null;
  return {
    path,
    problem:
      'the file TEST_PREMATURE_EXIT_FILE names is still there: the program ended before its tests did; see the log',
  };
}

/** A command that is judged by its exit code may still have written a report, and that may say otherwise. */
async function failuresBeside({ paths }: Launch): Promise<Contradiction | null> {
  const path = xmlOutputFile(paths);
  if (!existsSync(path)) return null;
  let failures = 0;
  for await (const item of readJunit(createReadStream(path))) {
    const bad = item.kind === 'suite-error' || (item.kind === 'case' && ['failed', 'error'].includes(item.case.status));
    failures += bad ? 1 : 0;
  }
  if (failures === 0) return null;
  return {
    path,
    problem: `exit code 0, but the report in XML_OUTPUT_FILE has ${failures} failed tests; make the command exit with another code`,
  };
}

/** As messages name it: relative to the root where that is shorter to read. */
function shownPath(path: string, root: string): string {
  const inRoot = relative(root, path) || '.';
  return inRoot === '..' || inRoot.startsWith(`..${sep}`) || isAbsolute(inRoot) ? path : inRoot.split(sep).join('/');
}
