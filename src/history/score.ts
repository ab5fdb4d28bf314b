import { wilsonLowerBound } from './statistics.ts';

/** What became of one test in one run, over all of its attempts; failures of the infrastructure are left out. */
export interface Observation {
  /** Runs that tested the same files in the same environment have the same. */
  readonly group: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly attempts: number;
  readonly passed: boolean;
  readonly failed: boolean;
}

export interface FlakyScore {
  /** How likely the same code passes and fails: 0 to 1, recent evidence weighs more. */
  readonly score: number;
  /** It is at least this, with 97.5 % confidence. */
  readonly lowerBound: number;
  /** Commits tested more than once, and those of them on which the test both passed and failed. */
  readonly commits: number;
  readonly flakyCommits: number;
  /** Enough evidence to call it flaky. */
  readonly flaky: boolean;
  /** Its last results are all failures: it is broken, not flaky. */
  readonly alwaysFails: boolean;
}

const halfLifeMs = 14 * 24 * 3_600_000;
const minFlakyCommits = 2;
const minLowerBound = 0.01;
/** Results that must be failures, if there are so many, and how many there must be. */
const lastResults = { most: 5, least: 3 };

/**
 * `(w_f + 0.5) / (w_n + 1)`, where w_n counts the commits on which the test ran at least twice and w_f those of them on which it both
 * passed and failed, each halved every 14 days. Flaky: seen on two commits, and the lower bound above 1 %.
 */
export function scoreOf(observations: readonly Observation[], now: number): FlakyScore {
  const groups = [...Map.groupBy(observations, ({ group }) => group).values()]
    .map((own) => ({
      attempts: own.reduce((sum, { attempts }) => sum + attempts, 0),
      both: own.some(({ passed }) => passed) && own.some(({ failed }) => failed),
      weight: 0.5 ** (Math.max(0, now - Math.max(...own.map(({ at }) => at))) / halfLifeMs),
    }))
    .filter(({ attempts }) => attempts >= 2);
  const tried = groups.reduce((sum, { weight }) => sum + weight, 0);
  const flipped = groups.reduce((sum, { both, weight }) => sum + (both ? weight : 0), 0);
  const lowerBound = wilsonLowerBound(flipped, tried);
  const flakyCommits = groups.filter(({ both }) => both).length;
  const alwaysFails = onlyFailures(observations);
  return {
    score: (flipped + 0.5) / (tried + 1),
    lowerBound,
    commits: groups.length,
    flakyCommits,
    flaky: !alwaysFails && flakyCommits >= minFlakyCommits && lowerBound > minLowerBound,
    alwaysFails,
  };
}

function onlyFailures(observations: readonly Observation[]): boolean {
  const last = observations
    .filter(({ passed, failed }) => passed || failed)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, lastResults.most);
  return last.length >= lastResults.least && last.every(({ passed, failed }) => failed && !passed);
}
