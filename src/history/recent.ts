import { bounded } from './bounded.ts';
import { seenBits, testStatuses } from './run-data.ts';
import type { KeptStatus } from './run-data.ts';
import { listRuns } from './runs.ts';
import { all, numberOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** A test as a run knows it. */
export interface NamedTest {
  readonly suite: string;
  /** Root-relative; empty where it is not known. */
  readonly file: string;
  readonly className: string;
  readonly name: string;
}

/** What a test came to in a run; `flaky` where it passed only after it had failed. */
export type RecentOutcome = KeptStatus | 'flaky';

export interface RecentTest {
  /** Its number in the history; `null` = it is not there. */
  readonly id: number | null;
  /** The oldest first. */
  readonly outcomes: readonly RecentOutcome[];
}

export interface RecentOptions {
  readonly environment: string;
  /** So many outcomes of each test. */
  readonly outcomes: number;
  /** So many runs are looked at for them: a test of another category may have been in none of the last ones. */
  readonly runs: number;
}

/** The last outcomes of many tests in one environment, in the order of the tests; a query for each run, not for each test. */
export function recentOutcomes(
  db: Database,
  tests: readonly NamedTest[],
  { environment, outcomes, runs }: RecentOptions,
): readonly RecentTest[] {
  const ids = findTests(db, tests);
  const found = new Map<number, RecentOutcome[]>();
  for (const id of ids.values()) found.set(id, []);
  let wanting = JSON.stringify([...found.keys()]);
  // CROSS keeps the order: the list as the inner loop would be read once for each test of the run.
  const select = `
    SELECT r.test, r.status, r.seen FROM json_each(?) wanted CROSS JOIN test_runs r ON r.run = ? AND r.test = wanted.value`;
  for (const { id: run } of listRuns(db, { environment, last: runs })) {
    let full = false;
    for (const row of all(db, select, wanting, run)) {
      const own = found.get(numberOf(row, 'test'));
      own?.push(outcomeOf(numberOf(row, 'status'), numberOf(row, 'seen')));
      full ||= own?.length === outcomes;
    }
    if (!full) continue;
    const rest = [...found].filter(([, own]) => own.length < outcomes).map(([id]) => id);
    if (rest.length === 0) break;
    wanting = JSON.stringify(rest);
  }
  return tests.map((_, place) => {
    const id = ids.get(place) ?? null;
    return { id, outcomes: id === null ? [] : (found.get(id) ?? []).toReversed() };
  });
}

/** Numbers of tests by their place in the list; those that the history does not know are absent. */
function findTests(db: Database, tests: readonly NamedTest[]): ReadonlyMap<number, number> {
  const words = tests.map(({ suite, file, className, name }) => [suite, file, bounded(className), bounded(name)]);
  const sql = `
    SELECT wanted.key AS place, t.id FROM json_each(?) wanted
      CROSS JOIN suites s ON s.name = wanted.value ->> 0
      CROSS JOIN files f ON f.suite = s.id AND f.path = wanted.value ->> 1
      CROSS JOIN tests t ON t.file = f.id AND t.class_name = wanted.value ->> 2 AND t.name = wanted.value ->> 3`;
  return new Map(all(db, sql, JSON.stringify(words)).map((row) => [numberOf(row, 'place'), numberOf(row, 'id')]));
}

function outcomeOf(status: number, seen: number): RecentOutcome {
  const both = (seen & seenBits.passed) !== 0 && (seen & seenBits.failed) !== 0;
  const kept = testStatuses[status] ?? 'not-run';
  return both && kept === 'passed' ? 'flaky' : kept;
}
