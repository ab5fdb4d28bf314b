import { median } from './statistics.ts';

/** The median of durations, and how many there were. */
export interface Median {
  readonly medianMs: number;
  readonly runs: number;
}

/** The last runs beside those before. */
export interface Change {
  readonly before: Median;
  readonly after: Median;
}

const recentRuns = 5;
const minRecent = 3;
const minBefore = 5;

/** How durations, the newest first, have changed; `null` = too few to say. */
export function changeOf(newestFirst: readonly number[]): Change | null {
  const recent = newestFirst.slice(0, recentRuns);
  const earlier = newestFirst.slice(recentRuns);
  const before = { medianMs: median(earlier) ?? 0, runs: earlier.length };
  if (recent.length < minRecent || before.runs < minBefore || before.medianMs <= 0) return null;
  return { before, after: { medianMs: median(recent) ?? 0, runs: recent.length } };
}
