import { relative, sep } from 'node:path';
import type { LogFacts } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Totals } from '../model/test.ts';
import type { Child, ServiceAddress } from '../ports.ts';
import { emptyTotals } from '../results/totals.ts';
import { tidyAttempt } from './attempt-paths.ts';
import { cancelReasonOf } from './cancel-reason.ts';
import { createCaseResults } from './case-results.ts';
import type { CaseResults } from './case-results.ts';
import { prepareLaunch } from './launch.ts';
import type { Launch } from './launch.ts';
import { serviceExcuse, synthesise } from './synthesise.ts';
import type { TaskContext } from './task-context.ts';
import { watchChild } from './watch-child.ts';
import type { Ending } from './watch-child.ts';
import { weigh } from './weigh.ts';

/** How one attempt ended, every test of it told. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  readonly totals: Totals;
}

/**
 * Runs a task's process once, tells its tests and what became of it, and leaves no process and no private file behind.
 * Rejects only for defects of runner before anything was started.
 */
export async function runAttempt(
  attempt: number,
  services: Readonly<Record<string, ServiceAddress>>,
  context: TaskContext,
): Promise<AttemptEnd> {
  const { task, tools } = context;
  const startedAt = tools.io.now();
  const launched = await prepareLaunch(attempt, services, context);
  if (launched.kind === 'problem') return tellUnstarted({ kind: 'spawn-failed', problem: launched.problem }, context);
  const { launch } = launched;
  try {
    if (context.stop.aborted)
      return tellUnstarted({ kind: 'cancelled', reason: cancelReasonOf(context.stop) }, context);
    tools.emit({ type: 'attempt-started', task: task.id, attempt, command: launch.shownArgv, cwd: launch.suite.cwd });
    const child = tools.io.spawn({
      argv: launch.command.argv,
      cwd: launch.cwd,
      env: launch.env,
      logPath: launch.paths.logPath,
      logLimitBytes: tools.settings.logLimitBytes,
      mark: `${tools.runId}/${task.id}/${attempt}`,
    });
    const ended = await endChild(child, context);
    return await tellEnd({ ...ended, launch, attempt, startedAt, durationMs: tools.io.now() - startedAt }, context);
  } finally {
    const left = await tidyAttempt(launch.paths, tools.masker);
    if (left !== null) tools.emit({ type: 'warning', message: `${task.id}: ${left}` });
  }
}

interface EndedChild {
  readonly ending: Ending;
  readonly leaked: readonly string[];
  readonly log: LogFacts | null;
}

/** Waits for the process, ends it where that is due, and makes sure that nothing of it is left. */
async function endChild(child: Child, { task, tools, stop }: TaskContext): Promise<EndedChild> {
  const { kill } = tools.signals;
  const { graceMs } = tools.settings;
  const onSlow = (elapsedMs: number): void => tools.emit({ type: 'task-slow', task: task.id, elapsedMs });
  try {
    const ending = await watchChild(child, task, { io: tools.io, stop, onSlow });
    const exited = ending.kind === 'exited';
    if (exited && ending.exit.kind === 'spawn-failed') return { ending, leaked: [], log: null };
    if (!exited) await child.end(graceMs, kill);
    const leaked = exited ? await child.sweep(graceMs, kill) : [];
    if (leaked.length > 0) {
      tools.emit({ type: 'warning', message: `${task.id}: ended what it left running: ${leaked.join(', ')}` });
    }
    const log = await child.log();
    return { ending, leaked, log: { ...log, path: relative(tools.reportsDir, log.path).split(sep).join('/') } };
  } catch (error) {
    await child.end(graceMs, kill);
    throw error;
  }
}

interface AttemptFacts extends EndedChild {
  readonly launch: Launch;
  readonly attempt: number;
  readonly startedAt: number;
  readonly durationMs: number;
}

async function tellEnd(facts: AttemptFacts, context: TaskContext): Promise<AttemptEnd> {
  const { task, tools } = context;
  const { launch, attempt, durationMs, log, leaked } = facts;
  const failure = tools.leases.failureOf(task.needs);
  const results = createCaseResults({
    framework: launch.framework,
    context: { suiteCwd: launch.suite.cwd, root: tools.root, files: task.files },
    excuse: failure === null ? null : serviceExcuse(failure),
    emit: (test) => tools.emit({ type: 'test-finished', task: task.id, attempt, test }),
  });
  const own = await weighOrNote(facts, results, context);
  const outcome: Outcome = failure !== null && isServicesFault(own) ? { kind: 'service-failed', ...failure } : own;
  const toldByTest = launch.command.report.kind === 'exit-code' && results.totals().tests > 0 && outcome === own;
  const synthetic = toldByTest ? null : synthesise(outcome, { task, ran: true, log, durationMs });
  if (synthetic !== null) results.addResult(synthetic);
  tools.emit({ type: 'attempt-finished', task: task.id, attempt, cause: 'first', outcome, durationMs, log, leaked });
  return { outcome, totals: results.totals() };
}

/** A defect of runner while it reads one task's report must not lose that task, nor the others. */
async function weighOrNote(facts: AttemptFacts, results: CaseResults, context: TaskContext): Promise<Outcome> {
  try {
    return await weigh({ ...facts, results }, context);
  } catch (error) {
    context.bug(error);
    return brokenBy(error);
  }
}

/** What a task ends as when runner itself fails on it. */
export function brokenBy(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: 'spawn-failed',
    problem: `runner itself failed on this task: ${message}. This is a defect of runner, please report it`,
  };
}

/** Ends a task of which nothing was started. */
export function tellUnstarted(outcome: Outcome, { task, tools }: Pick<TaskContext, 'task' | 'tools'>): AttemptEnd {
  const test = synthesise(outcome, { task, ran: false, log: null, durationMs: 0 });
  if (test === null) return { outcome, totals: emptyTotals };
  const results = createCaseResults({
    framework: { duplicates: 'number', identify: () => test.id },
    context: { suiteCwd: '.', root: tools.root, files: [] },
    excuse: null,
    emit: (told) => tools.emit({ type: 'test-finished', task: task.id, attempt: 1, test: told }),
  });
  results.addResult(test);
  return { outcome, totals: results.totals() };
}

function isServicesFault(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'tests-failed':
    case 'crashed':
    case 'report-unusable':
    case 'timed-out':
    case 'no-tests':
      return true;
    case 'passed':
    case 'spawn-failed':
    case 'service-failed':
    case 'cancelled':
    case 'skipped':
      return false;
  }
}
