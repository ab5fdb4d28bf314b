import { isDeepStrictEqual } from 'node:util';
import { defaultRetryRules, retryRulesOf } from '../base/retry-rules.ts';
import type { Category } from '../model/config.ts';
import type { PlanFacts, Role, Task } from '../model/plan.ts';
import type { Claim } from './assign-files.ts';

/** How often the files of a claim run; only what was asked for is repeated. */
export function timesOf({ file }: Pick<Claim, 'file'>, role: Role, { repeat }: Pick<PlanFacts, 'repeat'>): number {
  if (repeat === undefined || role === 'dependency') return 1;
  return repeat.files === null || repeat.files.has(file) ? repeat.times : 1;
}

/** What a task says of running more than once; told only where it is not as usual, so that plans stay as they were. */
export function againOf(category: Category, times: number): Pick<Task, 'retries' | 'retryRules' | 'repeat'> {
  // A repetition tells how often a test fails, which a retry would hide.
  if (times > 1) return { retries: 0, repeat: times };
  const retryRules = retryRulesOf(category);
  const isUsual = category.retries === 0 || isDeepStrictEqual(retryRules, defaultRetryRules);
  return { retries: category.retries, ...(isUsual ? {} : { retryRules }) };
}
