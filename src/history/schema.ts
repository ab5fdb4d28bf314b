import { applicationId } from './file-header.ts';
import { execute, first, numberOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/**
 * What brings a history from each version of the schema to the next; the first makes an empty file one. Never changed, only added to:
 * somewhere lies a history in each of these versions.
 */
const migrations: readonly string[] = [
  `
  -- id grows with the start of the run, so that the last runs are those with the highest ids.
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE, parts TEXT NOT NULL,
    project TEXT NOT NULL, environment TEXT NOT NULL, selection TEXT NOT NULL, shard TEXT, slots INTEGER NOT NULL,
    verdict TEXT NOT NULL, started_at INTEGER NOT NULL, duration_ms INTEGER NOT NULL,
    tests INTEGER NOT NULL, passed INTEGER NOT NULL, failed INTEGER NOT NULL, errors INTEGER NOT NULL,
    skipped INTEGER NOT NULL, flaky INTEGER NOT NULL,
    commit_id TEXT, branch TEXT, clean INTEGER NOT NULL, machine TEXT, left_out TEXT
  );
  CREATE TABLE suites (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, framework TEXT NOT NULL,
    start_up_ms REAL, per_file_ms REAL, whole_ms REAL
  );
  CREATE TABLE files (id INTEGER PRIMARY KEY, suite INTEGER NOT NULL, path TEXT NOT NULL, median_ms REAL, UNIQUE (suite, path));
  CREATE TABLE tests (
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL, class_name TEXT NOT NULL, name TEXT NOT NULL,
    UNIQUE (file, class_name, name)
  );
  CREATE TABLE file_runs (
    run INTEGER NOT NULL, file INTEGER NOT NULL, ms REAL, use INTEGER NOT NULL, attempts INTEGER NOT NULL,
    outcome TEXT NOT NULL, detail TEXT, PRIMARY KEY (run, file)
  ) WITHOUT ROWID;
  CREATE INDEX file_runs_by_file ON file_runs (file, run, use, ms);
  CREATE TABLE test_runs (
    run INTEGER NOT NULL, test INTEGER NOT NULL, status INTEGER NOT NULL, ms REAL NOT NULL, attempts INTEGER NOT NULL,
    seen INTEGER NOT NULL, PRIMARY KEY (run, test)
  ) WITHOUT ROWID;
  CREATE TABLE category_runs (
    run INTEGER NOT NULL, category TEXT NOT NULL, tests INTEGER NOT NULL, passed INTEGER NOT NULL, failed INTEGER NOT NULL,
    errors INTEGER NOT NULL, skipped INTEGER NOT NULL, duration_ms INTEGER NOT NULL, PRIMARY KEY (run, category)
  ) WITHOUT ROWID;
  CREATE TABLE process_runs (run INTEGER NOT NULL, suite INTEGER NOT NULL, files REAL NOT NULL, ms REAL NOT NULL);
  CREATE INDEX process_runs_by_suite ON process_runs (suite, run);
  CREATE INDEX process_runs_by_run ON process_runs (run);
  `,
  `
  CREATE TABLE audits (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, commit_id TEXT, branch TEXT);
  CREATE TABLE audit_counts (
    audit INTEGER NOT NULL, guard TEXT NOT NULL, priority TEXT NOT NULL, matches INTEGER NOT NULL, files INTEGER NOT NULL,
    PRIMARY KEY (audit, guard, priority)
  ) WITHOUT ROWID;
  `,
];

/** The version of the schema that this version of runner reads and writes. */
export const schemaVersion = migrations.length;

/** The version of an open history; 0 = an empty file. */
export function versionOf(db: Database): number {
  const row = first(db, 'PRAGMA user_version');
  return row === null ? 0 : numberOf(row, 'user_version');
}

/** Brings the file to the newest version, or makes it a history; two processes may do so at once. @throws SQLite's error */
export function migrate(db: Database, steps: readonly string[] = migrations): void {
  if (versionOf(db) >= steps.length) return;
  // Only before the first table, and without effect afterwards.
  db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps.slice(versionOf(db))) db.exec(step);
    execute(db, `PRAGMA application_id = ${applicationId}`);
    execute(db, `PRAGMA user_version = ${Math.max(versionOf(db), steps.length)}`);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
