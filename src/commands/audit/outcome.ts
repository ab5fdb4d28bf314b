import { UsageError, exitCodes } from '../../errors.ts';
import { guardPriorities, isViolated, leftUpTo } from '../../guards/judge.ts';
import type { GuardVerdict } from '../../model/guard.ts';
import type { AuditFlags } from '../flags.ts';

/** Refuses options of an audit that contradict each other. @throws UsageError */
export function checkAuditFlags(flags: AuditFlags): void {
  if (flags.allowIncrease !== undefined && flags.updateBaseline !== true)
    throw new UsageError('--allow-increase goes with --update-baseline', 'write both, or leave it out');
  if (flags.allowIncrease?.trim() === '')
    throw new UsageError('--allow-increase has no reason', 'write why: --allow-increase "moved from legacy/"');
  if (flags.updateBaseline === true && flags.failOnStale === true)
    throw new UsageError(
      '--update-baseline and --fail-on-stale contradict each other',
      'what is lowered can go down no more: leave one out',
    );
  if (flags.history !== true) return;
  const given = Object.entries({
    '--update-baseline': flags.updateBaseline,
    '--fail-on-stale': flags.failOnStale,
    '--phase': flags.phase,
    '--junit': flags.junit,
  }).find(([, value]) => value !== undefined);
  if (given !== undefined)
    throw new UsageError(
      `--history and ${given[0]} contradict each other`,
      'with --history nothing is counted: leave one out',
    );
}

/** What is left up to the phase that was asked for, as lines; none = it is done, or none was asked for. */
export function phaseLeft(verdicts: readonly GuardVerdict[], { phase }: AuditFlags): readonly string[] {
  const last = guardPriorities.find((priority) => priority === phase);
  if (last === undefined) return [];
  const left = leftUpTo(verdicts, last);
  if (left.length === 0) return [];
  return [`${last} is not done: ${left.map(({ guard, matches }) => `${guard} ${matches}`).join(', ')} left`];
}

/** By how much the baseline could go down. */
export function slackOf(verdicts: readonly GuardVerdict[]): number {
  return verdicts.flatMap(({ cells }) => cells).reduce((sum, { slack }) => sum + slack, 0);
}

/** What the audit exits with: a violation before what could not be read, before globs that match nothing. */
export function exitCodeOf(
  verdicts: readonly GuardVerdict[],
  { isFailed, problems }: { readonly isFailed: boolean; readonly problems: readonly string[] },
): number {
  if (isFailed || verdicts.some(isViolated)) return exitCodes.failed;
  if (problems.length > 0) return exitCodes.infrastructure;
  return verdicts.some(({ empty }) => empty) ? exitCodes['nothing-ran'] : exitCodes.passed;
}
