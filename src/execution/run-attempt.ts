import type { Exit, Outcome } from '../model/outcome.ts';
import type { TestResult, Totals } from '../model/test.ts';
import type { LeaseWatch, ServiceAddress } from '../ports.ts';
import { tidyAttempt } from './attempt-paths.ts';
import { cancelReasonOf } from './cancel-reason.ts';
import { createCaseResults } from './case-results.ts';
import type { CaseResults } from './case-results.ts';
import { endChild } from './end-child.ts';
import type { EndedChild } from './end-child.ts';
import { prepareLaunch } from './launch.ts';
import type { Launch } from './launch.ts';
import { isComplete, outcomeOf } from './next-attempt.ts';
import type { Attempt, EndedAttempt } from './next-attempt.ts';
import { notRepeated, serviceExcuse, synthesise } from './synthesise.ts';
import type { TaskContext } from './task-context.ts';
import type { TaskHistory } from './task-history.ts';
import { weigh } from './weigh.ts';

/** How a task, or one attempt at it, ended, every test of it told. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  readonly totals: Totals;
}

/** What an attempt is given beside its task. */
export interface AttemptContext extends TaskContext {
  readonly services: Readonly<Record<string, ServiceAddress>>;
  readonly watch: LeaseWatch;
  readonly history: TaskHistory;
}

/**
 * Runs a task's process once, tells its tests and what became of it, and leaves no process and no private file behind.
 * Rejects only for defects of runner before anything was started.
 */
export async function runAttempt(attempt: Attempt, context: AttemptContext): Promise<EndedAttempt> {
  const { task, tools, history } = context;
  const { number, cause } = attempt;
  const startedAt = tools.io.now();
  history.begin(number, cause);
  const unstarted = (outcome: Outcome): EndedAttempt => {
    tellUnstarted(outcome, context, { attempt: number, history });
    return { outcome, exit: null, tail: '', canRestart: false, stoppedEarly: false };
  };
  const launched = await prepareLaunch(attempt, context.services, context);
  if (launched.kind === 'problem') return unstarted({ kind: 'spawn-failed', problem: launched.problem });
  const { launch } = launched;
  try {
    if (context.stop.aborted) return unstarted({ kind: 'cancelled', reason: cancelReasonOf(context.stop) });
    tools.emit({
      ...{ type: 'attempt-started', task: task.id, attempt: number, cause },
      ...{ command: launch.shownArgv, cwd: launch.suite.cwd },
    });
    const child = tools.io.spawn({
      argv: launch.command.argv,
      cwd: launch.cwd,
      env: launch.env,
      logPath: launch.paths.logPath,
      logLimitBytes: tools.settings.logLimitBytes,
      mark: `${tools.runId}/${task.id}/${number}`,
    });
    const ended = await endChild(child, attempt, context);
    return await tellEnd({ ...ended, launch, attempt, startedAt, durationMs: tools.io.now() - startedAt }, context);
  } finally {
    const left = await tidyAttempt(launch.paths, tools.masker);
    if (left !== null) tools.emit({ type: 'warning', message: `${task.id}: ${left}` });
  }
}

interface AttemptFacts extends EndedChild {
  readonly launch: Launch;
  readonly attempt: Attempt;
  readonly startedAt: number;
  readonly durationMs: number;
}

async function tellEnd(facts: AttemptFacts, context: AttemptContext): Promise<EndedAttempt> {
  const { task, tools, history, watch } = context;
  const { launch, attempt, durationMs, log, leaked, failure } = facts;
  const { number, cause } = attempt;
  const narrowed = { ...context, task: attempt.task };
  const emit = (test: TestResult): void =>
    tools.emit({ type: 'test-finished', task: task.id, attempt: number, test: history.add(test) });
  const results = createCaseResults({
    framework: launch.framework,
    context: { suiteCwd: launch.suite.cwd, root: tools.root, files: task.files },
    excuse: failure === null ? null : serviceExcuse(failure),
    emit,
  });
  const own = await weighOrNote(facts, results, narrowed);
  const blamed: Outcome = failure !== null && isServicesFault(own) ? { kind: 'service-failed', ...failure } : own;
  // Of a framework that cannot tell, the worst is assumed.
  const stoppedEarly = launch.framework.stoppedEarly?.({ argv: launch.command.argv, tail: log?.tail ?? '' }) ?? true;
  const toldByTest = launch.command.report.kind === 'exit-code' && results.totals().tests > 0 && blamed === own;
  const synthetic = toldByTest ? null : synthesise(blamed, { task: attempt.task, ran: true, log, durationMs });
  if (synthetic !== null) results.addResult(synthetic);
  if (cause === 'service-restart' && !isComplete({ outcome: blamed, stoppedEarly }))
    for (const test of history.unrepeated()) emit(notRepeated(test));
  const outcome = outcomeOf(blamed, history);
  history.end(blamed);
  tools.emit({
    ...{ type: 'attempt-finished', task: task.id, attempt: number, cause, outcome },
    ...{ durationMs, log, leaked },
  });
  return { outcome: blamed, exit: exitOf(facts), tail: log?.tail ?? '', canRestart: watch.lost.aborted, stoppedEarly };
}

function exitOf({ ending }: AttemptFacts): Exit | null {
  return ending.kind === 'exited' && ending.exit.kind === 'exited' ? ending.exit.exit : null;
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

/** Ends a task, or an attempt at it, of which nothing was started. */
export function tellUnstarted(
  outcome: Outcome,
  { task, tools }: Pick<TaskContext, 'task' | 'tools'>,
  { attempt, history }: { readonly attempt: number; readonly history: TaskHistory },
): void {
  const test = synthesise(outcome, { task, ran: false, log: null, durationMs: 0 });
  if (test === null) return;
  tools.emit({ type: 'test-finished', task: task.id, attempt, test: history.add(test) });
}

/** Also a pass may be one for want of what was to be tested. */
function isServicesFault(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'tests-failed':
    case 'crashed':
    case 'report-unusable':
    case 'timed-out':
    case 'no-tests':
    case 'passed':
      return true;
    case 'spawn-failed':
    case 'service-failed':
    case 'cancelled':
    case 'skipped':
      return false;
  }
}
