import { readHistory } from './open.ts';
import type { HistoryPlace } from './open.ts';
import { all, numberOf, numberOrNull, textOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** What earlier runs teach a plan, in milliseconds. */
export interface KnownTimes {
  /** By root-relative path: the median of its last durations, with what the file costs its process beside its tests. */
  readonly files: ReadonlyMap<string, number>;
  /** By suite: what one more process costs. */
  readonly startUp: ReadonlyMap<string, number>;
  /** By suite, for those that are not made of files. */
  readonly wholeSuites: ReadonlyMap<string, number>;
}

export const noTimes: KnownTimes = { files: new Map(), startUp: new Map(), wholeSuites: new Map() };

/** Reads what is known; a history that cannot be read is told to `warn` and nothing is known. */
export function readTimes(place: HistoryPlace, warn: (message: string) => void): KnownTimes {
  const result = readHistory(place, read);
  if (result.kind === 'read') return result.value;
  if (result.kind === 'unusable') warn(`the history is not used: ${result.problem}`);
  return noTimes;
}

function read(db: Database): KnownTimes {
  const files = new Map<string, number>();
  // A file of two suites counts as the longer one: too long a guess leaves less to wait for at the end.
  const rows = all(
    db,
    `SELECT f.path, max(f.median_ms + coalesce(s.per_file_ms, 0)) AS ms FROM files f JOIN suites s ON s.id = f.suite
     WHERE f.median_ms IS NOT NULL AND f.path <> '' GROUP BY f.path`,
  );
  for (const row of rows) files.set(textOf(row, 'path'), numberOf(row, 'ms'));
  const [startUp, wholeSuites] = [new Map<string, number>(), new Map<string, number>()];
  for (const row of all(db, 'SELECT name, start_up_ms, whole_ms FROM suites')) {
    const [cost, whole] = [numberOrNull(row, 'start_up_ms'), numberOrNull(row, 'whole_ms')];
    if (cost !== null) startUp.set(textOf(row, 'name'), cost);
    if (whole !== null) wholeSuites.set(textOf(row, 'name'), whole);
  }
  return { files, startUp, wholeSuites };
}
