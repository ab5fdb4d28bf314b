import type { Framework } from '../frameworks/framework.ts';
import { nameInFile } from '../frameworks/test-name.ts';
import type { AttemptCause } from '../model/event.ts';
import { buildFailure } from '../frameworks/made-case.ts';
import type { Exit, Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { TestResult } from '../model/test.ts';
import { isNarrowed } from '../results/verdict.ts';
import type { Allowed, RetryRule } from './retry-rule.ts';
import type { TaskHistory } from './task-history.ts';

/** One go at a task. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  readonly cause: AttemptCause;
  /** The task with the files and tests of this attempt. */
  readonly task: Task;
  readonly isWhole: boolean;
  /** Attempts before this one that count against the task's retries. */
  readonly retried: number;
  /** Repetitions before this one. */
  readonly repeated: number;
  /** An attempt was repeated because its service had died, which is done once. */
  readonly restarted: boolean;
  /** An attempt before this one told of every test, so that the failed ones are all there is to run. */
  readonly isCovered: boolean;
}

/** What is known of an attempt that has ended. */
export interface EndedAttempt {
  readonly outcome: Outcome;
  /** How its process ended, where it ended by itself. */
  readonly exit: Exit | null;
  /** The end of its log. */
  readonly tail: string;
  /** The service that died under it can be started again. */
  readonly canRestart: boolean;
  /** Its framework left out tests after a failure, or may have. */
  readonly stoppedEarly: boolean;
}

/** More names than that are no command line any more. */
const maxSelectionLength = 30_000;

/** The first attempt at a task: all of it. */
export function firstAttempt(task: Task): Attempt {
  return {
    ...{ number: 1, cause: 'first', task, isWhole: true },
    ...{ retried: 0, repeated: 0, restarted: false, isCovered: false },
  };
}

/** Attempts that a task may have in all; one more is made when a service died. */
export function totalAttempts(attempt: Attempt, task: Task): number {
  return Math.max(attempt.number, (task.repeat ?? 1 + task.retries) + (attempt.restarted ? 1 : 0));
}

/** What an attempt is one of. */
export interface AttemptsSoFar {
  readonly task: Task;
  readonly framework: Framework;
  readonly history: TaskHistory;
  readonly rule: Pick<RetryRule, 'allows'>;
}

/**
 * The attempt that follows, or `null` when the task has ended. What died with its service runs once more as it was. A retry runs the failed
 * tests only, where the framework can and the attempts so far have told of all; or else their files; or else everything. A task that is
 * repeated runs whole each time, unless it cannot run at all.
 */
export function nextAttempt(last: Attempt, ended: EndedAttempt, soFar: AttemptsSoFar): Attempt | null {
  const { task, history } = soFar;
  const number = last.number + 1;
  if (ended.outcome.kind === 'service-failed') {
    if (last.restarted || !ended.canRestart) return null;
    return { ...last, number, cause: 'service-restart', restarted: true };
  }
  if (task.repeat !== undefined) return nextRepetition(last, ended, soFar);
  if (last.retried >= task.retries || isUsageError(ended, soFar.framework)) return null;
  const allowed = soFar.rule.allows({ ...ended, anyMatches: history.failures('matching').length > 0 });
  if (allowed === 'none' || history.failures('all').some(isBuildFailure)) return null;
  const isCovered = last.isCovered || coversAll(last, ended, soFar);
  const selected = isCovered ? selectFailed(allowed, soFar) : task;
  if (selected === null || (ended.outcome.kind === 'tests-failed' && history.failedOutside())) return null;
  const retried = last.retried + 1;
  return { ...last, number, cause: 'retry', retried, isCovered, task: selected, isWhole: selected === task };
}

function nextRepetition(last: Attempt, ended: EndedAttempt, { task, framework }: AttemptsSoFar): Attempt | null {
  const repeated = last.repeated + 1;
  if (repeated >= (task.repeat ?? 1) || isUsageError(ended, framework) || !canRun(ended.outcome)) return null;
  return { ...last, number: last.number + 1, cause: 'repeat', repeated };
}

function canRun({ kind }: Outcome): boolean {
  return ['passed', 'tests-failed', 'timed-out', 'crashed', 'report-unusable'].includes(kind);
}

/** Which of two repetitions says more of what is wrong with the task. */
export function worseOutcome(one: Outcome | null, other: Outcome): Outcome {
  if (one === null) return other;
  return fromWorst.indexOf(one.kind) <= fromWorst.indexOf(other.kind) ? one : other;
}

const fromWorst: readonly Outcome['kind'][] = [
  ...(['spawn-failed', 'service-failed', 'report-unusable', 'crashed', 'timed-out', 'tests-failed'] as const),
  ...(['cancelled', 'no-tests', 'skipped', 'passed'] as const),
];

/** What a task amounts to after its last attempt: one that repeats only some tests, or finds none, makes nothing pass that failed before. */
export function outcomeOf(last: Outcome, history: TaskHistory): Outcome {
  const isHarmless = last.kind === 'passed' || last.kind === 'no-tests';
  return isHarmless && history.anyFailed() ? { kind: 'tests-failed' } : last;
}

/** Every test of the attempt is in its report, as far as can be known. */
export function isComplete(ended: Pick<EndedAttempt, 'outcome' | 'stoppedEarly'>): boolean {
  return ended.outcome.kind === 'passed' || (ended.outcome.kind === 'tests-failed' && !ended.stoppedEarly);
}

function isUsageError({ exit }: EndedAttempt, { usageErrorExitCodes = [] }: Framework): boolean {
  return exit?.kind === 'code' && usageErrorExitCodes.includes(exit.code);
}

function isBuildFailure({ problems }: TestResult): boolean {
  return problems.some(({ type }) => type === buildFailure);
}

function coversAll(last: Attempt, ended: EndedAttempt, { task, framework, history }: AttemptsSoFar): boolean {
  if (!last.isWhole || !isComplete(ended)) return false;
  const files = history.files();
  return !framework.reportsEveryFile || isNarrowed(task) || task.files.every((file) => files.has(file));
}

/** The task with nothing but what failed; `null` where something failed that cannot be told from the rest of its file. */
function selectFailed(allowed: Allowed, { task, framework, history }: AttemptsSoFar): Task | null {
  const failed = history.failures(allowed).map(({ id }) => id);
  if (failed.length === 0) return null;
  const files = new Set(failed.map(({ file }) => file ?? ''));
  if (!framework.hasFiles || ![...files].every((file) => task.files.includes(file))) return task;
  const ordered = task.files.filter((file) => files.has(file));
  const byFile = { ...task, files: ordered, tests: pick(task.tests, ordered) };
  if (!framework.canSelectTests || framework.testSelector === undefined) return byFile;
  const tests = new Map<string, Set<string>>();
  for (const id of failed) {
    const name = nameInFile(framework, id, (other) => history.has(other));
    // A file that cannot be imported fails again.
    if (name === null) return null;
    tests.set(id.file ?? '', (tests.get(id.file ?? '') ?? new Set()).add(name));
  }
  const length = [...tests].reduce((sum, [file, names]) => sum + [...names].join(file).length, 0);
  if (length > maxSelectionLength) return byFile;
  return { ...byFile, tests: Object.fromEntries([...tests].map(([file, names]) => [file, [...names]])) };
}

function pick(
  tests: Readonly<Record<string, readonly string[]>>,
  files: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(tests).filter(([file]) => files.includes(file)));
}
