import type { ToldTest } from '../model/event.ts';
import type { Exit, Outcome } from '../model/outcome.ts';
import type { TestResult, Totals } from '../model/test.ts';
import type { LeaseWatch, ServiceAddress } from '../ports.ts';
import { cancelReasonOf } from './cancel-reason.ts';
import { endChild, logNameOf } from './end-child.ts';
import type { EndedChild } from './end-child.ts';
import { prepareLaunch } from './launch.ts';
import type { Launch } from './launch.ts';
import { followReport } from './live-report.ts';
import type { LiveReport } from './live-report.ts';
import { isComplete, outcomeOf } from './next-attempt.ts';
import type { Attempt, EndedAttempt } from './next-attempt.ts';
import { describeCut, notRepeated, serviceExcuse, synthesise } from './synthesise.ts';
import type { TaskContext } from './task-context.ts';
import type { TaskHistory } from './task-history.ts';
import { weigh } from './weigh.ts';
import type { Excuse } from './weigh.ts';

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
  const from = tools.io.now();
  // Files have their times by the clock of the machine, whoever sets it.
  const startedAt = Date.now();
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
      ...(launch.command.narrowed === true ? { narrowed: true } : {}),
      log: logNameOf(launch.paths.logPath, tools),
    });
    const live = followReport(launch, context, { attempt: number, emit: tellerOf(number, context) });
    const child = tools.io.spawn({
      argv: launch.command.argv,
      cwd: launch.cwd,
      env: launch.env,
      logPath: launch.paths.logPath,
      logLimitBytes: tools.settings.logLimitBytes,
      mark: `${tools.runId}/${task.id}/${number}`,
    });
    const ended = await endChild(child, attempt, context).catch(async (error: unknown) => {
      await live.finish();
      throw error;
    });
    const durationMs = tools.io.now() - from;
    // Somebody may have set that clock back meanwhile.
    const earliest = Math.min(startedAt, Date.now() - durationMs);
    return await tellEnd({ ...ended, launch, live, attempt, startedAt: earliest, durationMs }, context);
  } finally {
    const left = await context.folders.tidy(launch.paths);
    if (left !== null) tools.emit({ type: 'warning', message: `${task.id}: ${left}` });
  }
}

/** Tells each result as it counts, and what it takes the place of. */
function tellerOf(attempt: number, { task, tools, history }: AttemptContext): (test: TestResult) => void {
  return (test) => {
    const before = history.told(test.id);
    const replaces = before === null ? {} : { replaces: toldOf(before) };
    tools.emit({ type: 'test-finished', task: task.id, attempt, test: history.add(test), ...replaces });
  };
}

function toldOf({ status, durationMs, skipReason, flaky, quarantined }: TestResult): ToldTest {
  return {
    ...{ status, durationMs, skipReason },
    ...(flaky === undefined ? {} : { flaky }),
    ...(quarantined === undefined ? {} : { quarantined }),
  };
}

interface AttemptFacts extends EndedChild {
  readonly launch: Launch;
  readonly live: LiveReport;
  readonly attempt: Attempt;
  readonly startedAt: number;
  readonly durationMs: number;
}

async function tellEnd(facts: AttemptFacts, context: AttemptContext): Promise<EndedAttempt> {
  const { task, tools, history, watch } = context;
  const { launch, live, attempt, durationMs, log, leaked, failure } = facts;
  const { number, cause } = attempt;
  const narrowed = { ...context, task: attempt.task };
  // Of a framework that cannot tell, the worst is assumed.
  const stoppedEarly = launch.framework.stoppedEarly?.({ argv: launch.command.argv, tail: log?.tail ?? '' }) ?? true;
  const weighed = await weighOrNote({ ...facts, stoppedEarly, isExcused: history.isExcused }, narrowed);
  const own = unmeasurable(weighed, facts) ?? weighed;
  const blamed: Outcome = failure !== null && isServicesFault(own) ? { kind: 'service-failed', ...failure } : own;
  const how = describeCut(blamed, launch.framework.name, exitOf(facts));
  const synthetic = synthesise(blamed, { task: attempt.task, ran: true, log, durationMs });
  const why = synthetic?.problems[0]?.message ?? '';
  const isNamed = how !== null && live.tellUnfinished({ how, why, log, at: tools.io.now() });
  if (synthetic !== null && !isToldByTests(blamed, own, { ...facts, isNamed })) live.results.addResult(synthetic);
  if (cause === 'service-restart' && !isComplete({ outcome: blamed, stoppedEarly })) {
    const tell = tellerOf(number, context);
    for (const test of history.unrepeated()) tell(notRepeated(test));
  }
  const recovered = blamed.kind === 'passed' ? history.recovered() : null;
  if (recovered !== null) tools.emit({ type: 'test-finished', task: task.id, attempt: number, test: recovered });
  const outcome = task.repeat === undefined ? outcomeOf(blamed, history) : blamed;
  history.end(blamed);
  const coverage = await context.coverage.collect({ task, cause, launch, outcome: own });
  tools.emit({
    ...{ type: 'attempt-finished', task: task.id, attempt: number, cause, outcome },
    ...{ durationMs, log, leaked },
    ...(outcome.kind === 'tests-failed' && isComplete({ outcome: blamed, stoppedEarly }) ? { toldAll: true } : {}),
    ...(coverage === null ? {} : { coverage }),
  });
  return { outcome: blamed, exit: exitOf(facts), tail: log?.tail ?? '', canRestart: watch.lost.aborted, stoppedEarly };
}

/** A process that ended for want of what it was to measure coverage with says so in words of its own; `null` where it did not. */
function unmeasurable(outcome: Outcome, { launch, log }: Pick<AttemptFacts, 'launch' | 'log'>): Outcome | null {
  const way = launch.framework.coverage;
  if (launch.command.coverage === undefined || way?.needs === undefined) return null;
  const words = outcome.kind === 'spawn-failed' ? outcome.problem : (log?.tail ?? '');
  const isBroken = ['spawn-failed', 'crashed', 'report-unusable', 'tests-failed'].includes(outcome.kind);
  if (!isBroken || way.isMissing?.(words) !== true) return null;
  const problem = `its coverage cannot be measured without ${way.needs}. Install it, or leave out --coverage`;
  return { kind: 'spawn-failed', problem };
}

/** A test that was running says what became of its process; only of a service's death more has to be said. */
function isToldByTests(
  blamed: Outcome,
  own: Outcome,
  { launch, live, isNamed }: Pick<AttemptFacts, 'launch' | 'live'> & { readonly isNamed: boolean },
): boolean {
  if (blamed.kind === 'service-failed') return false;
  return isNamed || (launch.command.report.kind === 'exit-code' && live.results.totals().tests > 0 && blamed === own);
}

function exitOf({ ending }: Pick<AttemptFacts, 'ending'>): Exit | null {
  return ending.kind === 'exited' && ending.exit.kind === 'exited' ? ending.exit.exit : null;
}

/** A defect of runner while it reads one task's report must not lose that task, nor the others. */
async function weighOrNote(facts: AttemptFacts & Excuse, context: TaskContext): Promise<Outcome> {
  const { live, failure } = facts;
  try {
    const read = await live.finish();
    if (failure !== null) live.results.blame(serviceExcuse(failure));
    return await weigh({ ...facts, results: live.results, read }, context);
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
