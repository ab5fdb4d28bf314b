import type { RetryRules } from '../model/plan.ts';

/** How failed tasks are run again where nothing says otherwise. */
export const defaultRetryRules: RetryRules = {
  retryOn: ['test-failure', 'timeout', 'crash'],
  backoff: null,
  retryWhen: 'immediately',
  retryLimitPercent: 10,
};

/** The rules of a task or category, and nothing else of it. */
export function retryRulesOf({ retryOn, backoff, retryWhen, retryLimitPercent }: RetryRules): RetryRules {
  return { retryOn, backoff, retryWhen, retryLimitPercent };
}
