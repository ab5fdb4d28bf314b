import { changeOf } from './change.ts';
import type { Change } from './change.ts';
import { fileById, fileDurations } from './durations.ts';
import { listRuns } from './runs.ts';
import type { KeptRun, RunFilter } from './runs.ts';
import type { Database } from './sqlite.ts';

/** A file that takes longer than it did. */
export interface Drift extends Change {
  readonly suite: string;
  readonly file: string;
  readonly environment: string;
}

/** What a file must have become slower by: of one that takes a few milliseconds, twice as long says nothing. */
const leastMs = 50;

/**
 * Files of which the median of the last runs is at least so many times that of the runs before, the worst first. Each environment is
 * compared with itself: they are not equally fast.
 */
export function findDrift(db: Database, filter: RunFilter, factor: number): readonly Drift[] {
  return [...Map.groupBy(listRuns(db, filter), ({ environment }) => environment)]
    .flatMap(([environment, runs]) => driftIn(db, runs, factor).map((drift) => ({ ...drift, environment })))
    .sort((a, b) => factorOf(b) - factorOf(a) || (a.file < b.file ? -1 : 1));
}

function driftIn(db: Database, runs: readonly KeptRun[], factor: number): readonly Omit<Drift, 'environment'>[] {
  const ids = runs.map(({ id }) => id);
  return [...fileDurations(db, ids)].flatMap(([id, newestFirst]) => {
    const change = changeOf(newestFirst);
    if (change === null || !isSlower(change, factor)) return [];
    const file = fileById(db, id);
    return file === null ? [] : [{ ...file, ...change }];
  });
}

function isSlower(change: Change, factor: number): boolean {
  const { before, after } = change;
  return factorOf(change) >= factor && after.medianMs - before.medianMs >= leastMs;
}

function factorOf({ before, after }: Change): number {
  return after.medianMs / before.medianMs;
}
