import type { PageFlakiness } from '../page-data.ts';
import { counted, percent } from './format.ts';

/** How flaky a test is, with how sure that is: `flaky: 83.3 %, at least 34.2 % (2 of 2 commits)`. */
export function describeFlakiness({ score, atLeast, commits, flakyCommits, verdict }: PageFlakiness): string {
  if (verdict === 'always-fails') return 'always fails: broken, not flaky';
  if (flakyCommits === 0) return 'never both passed and failed on the same code';
  const sure = `${percent(score)}, at least ${percent(atLeast)} (${flakyCommits} of ${counted(commits, 'commit')})`;
  return `${verdict === 'flaky' ? 'flaky' : 'maybe flaky'}: ${sure}`;
}

/** The same in a word or two; `null` where there is nothing to warn of. */
export function flakinessWord({ verdict, flakyCommits }: PageFlakiness): string | null {
  if (verdict === 'always-fails') return 'always fails';
  if (flakyCommits === 0) return null;
  return verdict === 'flaky' ? 'known flaky' : 'maybe flaky';
}
