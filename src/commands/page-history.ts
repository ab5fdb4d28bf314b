import { flakyScorer } from '../history/flaky.ts';
import type { UnsteadyTest } from '../history/flaky.ts';
import { readHistory } from '../history/open.ts';
import { recentOutcomes } from '../history/recent.ts';
import type { RecentOutcome, RecentTest } from '../history/recent.ts';
import { testById } from '../history/test-refs.ts';
import type { Database } from '../history/sqlite.ts';
import type { PageFlakiness, PageStatus } from '../reporters/html/page-data.ts';
import type { ReadPast } from '../reporters/html/past-tests.ts';
import type { HistoryUse } from './history-place.ts';

/** The last outcomes of a test that a page shows, and in how many runs they are looked for. */
const looked = { outcomes: 20, runs: 100 };
/** Tests that are scored: each costs a look at every run. */
const mostScored = 200;

/** What `report.html` shows of earlier runs; absent where nothing is remembered. A history that cannot be read shows nothing: whoever wrote the run into it has said so. */
export function pageHistory(use: HistoryUse | null): ReadPast | undefined {
  if (use === null) return undefined;
  return (tests, environment) => {
    const read = readHistory(use, (db) => {
      const recent = recentOutcomes(db, tests, { environment, ...looked });
      const flakiness = scoresOf(db, recent);
      return recent.map(({ id, outcomes }) => ({
        outcomes: outcomes.map((outcome) => letters[outcome]).join(''),
        flakiness: id === null ? null : (flakiness.get(id) ?? null),
      }));
    });
    return read.kind === 'read' ? read.value : null;
  };
}

const letters: Readonly<Record<RecentOutcome, PageStatus>> = {
  passed: 'p',
  flaky: 'F',
  failed: 'f',
  error: 'e',
  skipped: 's',
  'not-run': 'n',
};

function scoresOf(db: Database, recent: readonly RecentTest[]): ReadonlyMap<number, PageFlakiness> {
  const score = flakyScorer(db, Date.now());
  const unsteady = recent.filter(({ outcomes }) => outcomes.some(isBad)).slice(0, mostScored);
  return new Map(
    unsteady.flatMap(({ id }) => {
      const test = id === null ? null : testById(db, id);
      return test === null ? [] : [[test.id, flakinessOf(score(test))] as const];
    }),
  );
}

function isBad(outcome: RecentOutcome): boolean {
  return outcome === 'failed' || outcome === 'error' || outcome === 'flaky';
}

function flakinessOf({ score, lowerBound, commits, flakyCommits, flaky, alwaysFails }: UnsteadyTest): PageFlakiness {
  const verdict = flaky ? 'flaky' : alwaysFails ? 'always-fails' : 'unsure';
  return { score, atLeast: lowerBound, commits, flakyCommits, verdict };
}
