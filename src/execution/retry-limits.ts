import { plural } from '../base/text.ts';
import { defaultRetryRules } from '../base/retry-rules.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { Totals } from '../model/test.ts';

/** Whether so much of a category has failed that it is no flakiness, and running it again would only take time. */
export interface RetryLimits {
  /** The first attempt of a task has told of its tests. */
  note(task: Task, totals: Totals): void;
  /** The task is one of the run's, too. */
  add(task: Task): void;
  /** Nothing of the category is run again any more. */
  isReached(category: string): boolean;
}

/** Of fewer tests, a share says nothing. */
const fewestTests = 10;
const fewestFailures = 2;

interface Tally {
  readonly limitPercent: number;
  /** Files, or tasks that are not made of files. */
  units: number;
  ended: number;
  ran: number;
  failed: number;
  isReached: boolean;
}

/**
 * Counts by category what failed in first attempts. The share is of all tests of the category, those still to come estimated from the files
 * that have ended: so the first batch of many is not taken for all. What is reached stays so, and is told to `warn` once.
 */
export function createRetryLimits(plan: Pick<Plan, 'tasks'>, warn: (message: string) => void): RetryLimits {
  const tallies = new Map<string, Tally>();
  const add = (task: Task): void => {
    if (task.settled !== null || task.retries === 0) return;
    const tally = tallies.get(task.category) ?? newTally(task);
    tally.units += unitsOf(task);
    tallies.set(task.category, tally);
  };
  plan.tasks.forEach(add);
  return {
    add,
    note(task, { tests, skipped, failed, errors }) {
      const tally = tallies.get(task.category);
      if (tally === undefined) return;
      tally.ended += unitsOf(task);
      tally.ran += tests - skipped;
      tally.failed += failed + errors;
      if (tally.isReached || !isMassFailure(tally)) return;
      tally.isReached = true;
      warn(
        `category ${task.category}: ${tally.failed} of ${plural(expectedTests(tally), 'test')} failed, more than ` +
          `retryLimit ${tally.limitPercent}%: that is no flakiness, and nothing of it is run again any more`,
      );
    },
    isReached: (category) => tallies.get(category)?.isReached ?? false,
  };
}

function newTally({ retryRules }: Task): Tally {
  const { retryLimitPercent } = retryRules ?? defaultRetryRules;
  return { limitPercent: retryLimitPercent, units: 0, ended: 0, ran: 0, failed: 0, isReached: false };
}

function unitsOf({ files }: Task): number {
  return Math.max(1, files.length);
}

function isMassFailure(tally: Tally): boolean {
  const expected = expectedTests(tally);
  return (
    expected >= fewestTests && tally.failed >= fewestFailures && tally.failed * 100 > expected * tally.limitPercent
  );
}

function expectedTests({ ran, ended, units }: Tally): number {
  return Math.round((ran * Math.max(ended, units)) / ended);
}
