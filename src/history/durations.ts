import { all, first, numberOf, textOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** What runs measured by the number of a file or a test, the newest first where the runs are in that order. */
export type Durations = ReadonlyMap<number, readonly number[]>;

/** Of files, in runs that ran them whole. */
export function fileDurations(db: Database, runs: readonly number[]): Durations {
  return collect(db, runs, 'SELECT file AS id, ms FROM file_runs WHERE run = ? AND use = 2');
}

/** Of tests that passed. */
export function testDurations(db: Database, runs: readonly number[]): Durations {
  return collect(db, runs, 'SELECT test AS id, ms FROM test_runs WHERE run = ? AND status = 0');
}

/** A file by its number; `null` where that stands for tests of no file. */
export function fileById(db: Database, id: number): { readonly suite: string; readonly file: string } | null {
  const sql = 'SELECT s.name AS suite, f.path FROM files f JOIN suites s ON s.id = f.suite WHERE f.id = ?';
  const row = first(db, sql, id);
  const file = row === null ? '' : textOf(row, 'path');
  return row === null || file === '' ? null : { suite: textOf(row, 'suite'), file };
}

/** A run at a time, so that memory holds numbers only. */
function collect(db: Database, runs: readonly number[], sql: string): Durations {
  const durations = new Map<number, number[]>();
  for (const run of runs) {
    for (const row of all(db, sql, run)) {
      const id = numberOf(row, 'id');
      const own = durations.get(id);
      if (own === undefined) durations.set(id, [numberOf(row, 'ms')]);
      else own.push(numberOf(row, 'ms'));
    }
  }
  return durations;
}
