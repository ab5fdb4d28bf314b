import { gzipSync } from 'node:zlib';
import { createAtomicFile } from '../base/atomic-write.ts';
import { readHistory } from './open.ts';
import type { HistoryPlace, Missing, Unusable } from './open.ts';
import { testStatuses } from './run-data.ts';
import type { FileData, RunData, TestData } from './run-data.ts';
import { listRuns, readTotals } from './runs.ts';
import type { KeptRun, RunFilter } from './runs.ts';
import { all, first, numberOf, textOf, textOrNull } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** The first line of an export. */
export interface ExportHeader {
  readonly format: 'runner-history';
  /** Raised when an older reader would misunderstand. */
  readonly version: number;
}

export const exportVersion = 1;

/** One line of an export: a run, then its files, each with its tests; the last line says how many runs there are. */
export type ExportLine =
  | { readonly run: RunData }
  | { readonly file: FileData }
  | { readonly test: TestData }
  | { readonly end: { readonly runs: number } };

/**
 * Writes runs to a gzipped file of JSON lines, the oldest first; resolves to how many.
 * @throws the file system's error when the file cannot be written
 */
export function exportHistory(
  place: HistoryPlace,
  filter: RunFilter,
  target: string,
): { readonly kind: 'read'; readonly value: number } | Missing | Unusable {
  return readHistory(place, (db) => {
    const file = createAtomicFile(target);
    try {
      // One state of the history, whoever writes to it meanwhile.
      db.exec('BEGIN');
      const runs = listRuns(db, filter).toReversed();
      const output = createOutput((bytes) => file.write(bytes));
      output.line({ format: 'runner-history', version: exportVersion });
      for (const run of runs) writeRun(db, run, output.line);
      output.line({ end: { runs: runs.length } });
      output.flush();
      file.commit();
      return runs.length;
    } finally {
      file.abort();
    }
  });
}

const chunkChars = 1024 * 1024;

/** Lines of JSON in gzip members of about 1 MiB: memory does not grow with the history. */
function createOutput(write: (bytes: Uint8Array) => void): {
  readonly line: (value: ExportLine | ExportHeader) => void;
  readonly flush: () => void;
} {
  let pending: string[] = [];
  let chars = 0;
  const flush = (): void => {
    if (pending.length > 0) write(gzipSync(pending.join('')));
    pending = [];
    chars = 0;
  };
  return {
    flush,
    line(value) {
      const text = `${JSON.stringify(value)}\n`;
      pending.push(text);
      chars += text.length;
      if (chars >= chunkChars) flush();
    },
  };
}

function writeRun(db: Database, run: KeptRun, line: (value: ExportLine) => void): void {
  line({ run: runDataOf(db, run) });
  const files = all(
    db,
    `SELECT f.id, s.name AS suite, s.framework, f.path, r.use, r.attempts, r.outcome, r.detail
     FROM file_runs r JOIN files f ON f.id = r.file JOIN suites s ON s.id = f.suite
     WHERE r.run = ? ORDER BY s.name, f.path`,
    run.id,
  );
  const tests = db.prepare(
    `SELECT t.class_name, t.name, r.status, r.ms, r.attempts, r.seen
     FROM tests t JOIN test_runs r ON r.run = ? AND r.test = t.id WHERE t.file = ? ORDER BY t.class_name, t.name`,
  );
  for (const row of files) {
    const use = numberOf(row, 'use');
    line({
      file: {
        suite: textOf(row, 'suite'),
        framework: textOf(row, 'framework'),
        path: textOf(row, 'path'),
        use: use === 2 ? 2 : use === 1 ? 1 : 0,
        attempts: numberOf(row, 'attempts'),
        outcome: textOf(row, 'outcome'),
        detail: textOrNull(row, 'detail'),
      },
    });
    for (const test of tests.all(run.id, numberOf(row, 'id'))) {
      line({
        test: {
          className: textOf(test, 'class_name'),
          name: textOf(test, 'name'),
          status: testStatuses[numberOf(test, 'status')] ?? 'not-run',
          ms: numberOf(test, 'ms'),
          attempts: numberOf(test, 'attempts'),
          seen: numberOf(test, 'seen'),
        },
      });
    }
  }
}

function runDataOf(db: Database, run: KeptRun): RunData {
  const row = first(db, 'SELECT project, slots, parts, machine FROM runs WHERE id = ?', run.id) ?? {};
  const machine = textOrNull(row, 'machine');
  return {
    run: run.run,
    parts: run.parts,
    project: textOf(row, 'project'),
    environment: run.environment,
    selection: run.selection,
    shard: run.shard,
    slots: numberOf(row, 'slots'),
    verdict: run.verdict,
    startedAt: run.startedAt,
    durationMs: run.durationMs,
    totals: run.totals,
    commit: run.commit,
    branch: run.branch,
    clean: run.clean,
    machine,
    leftOut: run.leftOut,
    categories: all(db, 'SELECT * FROM category_runs WHERE run = ? ORDER BY category', run.id).map((found) => ({
      category: textOf(found, 'category'),
      totals: readTotals(found),
    })),
    processes: all(
      db,
      `SELECT s.name AS suite, p.files, p.ms FROM process_runs p JOIN suites s ON s.id = p.suite
       WHERE p.run = ? ORDER BY s.name, p.rowid`,
      run.id,
    ).map((found) => ({ suite: textOf(found, 'suite'), files: numberOf(found, 'files'), ms: numberOf(found, 'ms') })),
  };
}
