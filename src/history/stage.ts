import type { FileData, TestData } from './run-data.ts';
import { testStatuses } from './run-data.ts';
import { loadSqlite } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/**
 * Collects the files and tests of one run until they are recorded, in a private database that SQLite moves to a temporary file when
 * it grows.
 */
export interface Stage {
  readonly db: Database;
  /** The number of a file in the stage; it is made when it is new. */
  file(suite: string, framework: string, path: string): number;
  /** How the file ended; the last word counts. */
  settle(id: number, file: Omit<FileData, 'suite' | 'framework' | 'path'>): void;
  /** A test's result in one attempt, told by `turn`: told again in the same turn, it replaces what was told. */
  test(result: StagedResult): void;
  /** What failed in this turn says nothing about the tests. */
  excuse(turn: number): void;
  /** A test with all that is known of it, as another history has it. */
  wholeTest(file: number, test: TestData): void;
  /** Ends the transaction that results are collected in, before a history is attached. */
  save(): void;
  clear(): void;
  close(): void;
}

export interface StagedResult {
  readonly file: number;
  readonly className: string;
  readonly name: string;
  readonly turn: number;
  /** Index in `testStatuses`. */
  readonly status: number;
  readonly ms: number;
  /** `seenBits` of this attempt. */
  readonly seen: number;
}

/** An empty stage; `null` where there is no SQLite. @throws SQLite's error */
export function createStage(): Stage | null {
  const sqlite = loadSqlite();
  if (sqlite === null) return null;
  const db = new sqlite.DatabaseSync('');
  // It is lost with the process in any case.
  db.exec(`PRAGMA main.journal_mode = MEMORY; PRAGMA main.synchronous = OFF; ${tables}`);
  db.exec('BEGIN');
  let open = true;
  /** By suite and path, which the plan holds too. */
  const known = new Map<string, Map<string, number>>();
  let files = 0;
  const addFile = db.prepare('INSERT INTO files VALUES (?, ?, ?, ?, 0, 1, ?, NULL)');
  const settle = db.prepare('UPDATE files SET use = ?, attempts = ?, outcome = ?, detail = ? WHERE id = ?');
  const addTest = db.prepare(addTestSql);
  const excuse = db.prepare('UPDATE tests SET now = 4 WHERE turn = ? AND now = 2');
  return {
    db,
    file(suite, framework, path) {
      const own = known.get(suite) ?? new Map<string, number>();
      known.set(suite, own);
      const found = own.get(path);
      if (found !== undefined) return found;
      files += 1;
      addFile.run(files, suite, framework, path, 'passed');
      own.set(path, files);
      return files;
    },
    settle: (id, file) => void settle.run(file.use, file.attempts, file.outcome, file.detail, id),
    test: ({ file, className, name, turn, status, ms, seen }) =>
      void addTest.run(file, className, name, turn, 1, 0, seen, status, ms),
    excuse: (turn) => void excuse.run(turn),
    wholeTest: (file, { className, name, status, ms, attempts, seen }) =>
      void addTest.run(file, className, name, 0, attempts, 0, seen, testStatuses.indexOf(status), ms),
    save() {
      if (open) db.exec('COMMIT');
      open = false;
    },
    clear() {
      db.exec('DELETE FROM tests; DELETE FROM files');
      known.clear();
      files = 0;
    },
    close: () => db.close(),
  };
}

const tables = `
  CREATE TABLE files (
    id INTEGER PRIMARY KEY, suite TEXT, framework TEXT, path TEXT, use INTEGER, attempts INTEGER, outcome TEXT, detail TEXT
  );
  CREATE TABLE tests (
    file INTEGER, class_name TEXT, name TEXT, turn INTEGER, attempts INTEGER, before INTEGER, now INTEGER,
    status INTEGER, ms REAL, PRIMARY KEY (file, class_name, name)
  ) WITHOUT ROWID;
  CREATE INDEX failing ON tests (turn) WHERE now = 2;
`;

const addTestSql = `
  INSERT INTO tests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    attempts = attempts + (excluded.turn <> turn),
    before = CASE WHEN excluded.turn <> turn THEN before | now ELSE before END,
    now = excluded.now, turn = excluded.turn, status = excluded.status, ms = excluded.ms`;
