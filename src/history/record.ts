import type { HistoryLimits } from '../model/settings.ts';
import { deleteRun } from './delete-run.ts';
import { updateEstimates } from './estimates.ts';
import { prune } from './prune.ts';
import type { RunData } from './run-data.ts';
import { readWords } from './runs.ts';
import { all, execute, first, insert, numberOf, textOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** What became of a run that was to be recorded. */
export type Recorded = 'recorded' | 'known';

export interface RecordOptions {
  readonly limits: HistoryLimits;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Lets other work go on; rejects when it has taken too long. */
  readonly pause: () => Promise<void>;
}

/**
 * Writes a run and what is staged of it into the history that is attached to the stage as `history`, whole or not at all. A run that is
 * there already, alone or merged with others, is not written again; runs that this one was merged from give way to it.
 * Inside a transaction of the caller. @throws SQLite's error
 */
export async function recordRun(stage: Database, run: RunData, options: RecordOptions): Promise<Recorded> {
  const { pause } = options;
  const superseded = supersededBy(stage, run);
  if (superseded === null) return 'known';
  for (const id of superseded) deleteRun(stage, id);
  const id = insertRun(stage, run);
  insertNames(stage);
  execute(stage, insertFileRuns, id);
  for (const [from, to] of chunks(stage)) {
    await pause();
    execute(stage, insertTests, from, to);
    execute(stage, insertTestRuns, id, from, to);
  }
  insertCategories(stage, id, run);
  insertProcesses(stage, id, run);
  await updateEstimates(stage, id, pause);
  prune(stage, options.limits, options.now);
  return 'recorded';
}

/** The runs that a merged one replaces; `null` when it is there already, or a part of what is there. */
function supersededBy(stage: Database, { run, parts }: RunData): readonly number[] | null {
  const known = all(
    stage,
    `SELECT id, parts FROM history.runs WHERE EXISTS
       (SELECT 1 FROM json_each(runs.parts) p JOIN json_each(?) own ON own.value = p.value)`,
    JSON.stringify(parts),
  );
  const superseded: number[] = [];
  for (const row of known) {
    const theirs = new Set(readWords(textOf(row, 'parts')));
    if (parts.every((part) => theirs.has(part))) return null;
    if ([...theirs].every((part) => parts.includes(part))) superseded.push(numberOf(row, 'id'));
  }
  // Of this name, and said to be of other parts: an export that was changed.
  const namesake = first(stage, 'SELECT id FROM history.runs WHERE run = ?', run);
  return namesake === null || superseded.includes(numberOf(namesake, 'id')) ? superseded : null;
}

/** Room for so many runs that started in the same millisecond. */
const idsPerMs = 16;

function insertRun(stage: Database, run: RunData): number {
  let id = run.startedAt * idsPerMs;
  while (first(stage, 'SELECT 1 FROM history.runs WHERE id = ?', id) !== null) id += 1;
  const { totals } = run;
  insert(stage, 'history.runs', {
    id,
    run: run.run,
    parts: JSON.stringify(run.parts),
    project: run.project,
    environment: run.environment,
    selection: JSON.stringify(run.selection),
    shard: run.shard,
    slots: run.slots,
    verdict: run.verdict,
    started_at: run.startedAt,
    duration_ms: Math.round(run.durationMs),
    tests: totals.tests,
    passed: totals.passed,
    failed: totals.failed,
    errors: totals.errors,
    skipped: totals.skipped,
    flaky: totals.flaky ?? 0,
    commit_id: run.commit,
    branch: run.branch,
    clean: run.clean ? 1 : 0,
    machine: run.machine,
    left_out: run.leftOut,
  });
  return id;
}

function insertNames(stage: Database): void {
  stage.exec(`
    INSERT INTO history.suites (name, framework) SELECT DISTINCT suite, framework FROM main.files WHERE true
      ON CONFLICT (name) DO UPDATE SET framework = excluded.framework WHERE framework <> excluded.framework;
    INSERT OR IGNORE INTO history.files (suite, path)
      SELECT s.id, f.path FROM main.files f JOIN history.suites s ON s.name = f.suite;
    CREATE TABLE IF NOT EXISTS main.numbers (staged INTEGER PRIMARY KEY, kept INTEGER);
    DELETE FROM main.numbers;
    INSERT INTO main.numbers SELECT f.id, h.id FROM main.files f JOIN history.suites s ON s.name = f.suite
      JOIN history.files h ON h.suite = s.id AND h.path = f.path;
  `);
}

/** A file whose tasks all ended went as its tests did. */
const insertFileRuns = `
  INSERT INTO history.file_runs
  SELECT ?, n.kept, sum(t.ms), f.use, max(f.attempts, 1),
    CASE WHEN f.outcome <> 'passed' THEN f.outcome WHEN max(t.status IN (1, 2)) THEN 'tests-failed'
      WHEN max(t.status = 0) THEN 'passed' WHEN count(t.file) > 0 THEN 'skipped' ELSE 'no-tests' END,
    f.detail
  FROM main.files f JOIN main.numbers n ON n.staged = f.id LEFT JOIN main.tests t ON t.file = f.id
  GROUP BY f.id`;

// Joined in this order: the stage is small beside the history.
const stagedTests = 'main.tests t CROSS JOIN main.numbers n ON n.staged = t.file';

const insertTests = `
  INSERT OR IGNORE INTO history.tests (file, class_name, name)
  SELECT n.kept, t.class_name, t.name FROM ${stagedTests} WHERE t.file BETWEEN ? AND ?`;

const insertTestRuns = `
  INSERT INTO history.test_runs
  SELECT ?, h.id, t.status, t.ms, t.attempts, t.before | t.now FROM ${stagedTests}
    CROSS JOIN history.tests h ON h.file = n.kept AND h.class_name = t.class_name AND h.name = t.name
  WHERE t.file BETWEEN ? AND ?`;

const testsPerChunk = 20_000;

/** Ranges of staged files with about as many tests as can be written without keeping everything else waiting. */
function chunks(stage: Database): readonly (readonly [number, number])[] {
  const result: (readonly [number, number])[] = [];
  let from: number | null = null;
  let tests = 0;
  const counts = all(stage, 'SELECT file, count(*) AS tests FROM main.tests GROUP BY file ORDER BY file');
  for (const [index, row] of counts.entries()) {
    const file = numberOf(row, 'file');
    from ??= file;
    tests += numberOf(row, 'tests');
    if (tests < testsPerChunk && index < counts.length - 1) continue;
    result.push([from, file]);
    [from, tests] = [null, 0];
  }
  return result;
}

function insertCategories(stage: Database, id: number, { categories }: RunData): void {
  for (const { category, totals } of categories) {
    const { tests, passed, failed, errors, skipped } = totals;
    const duration_ms = Math.round(totals.durationMs);
    insert(stage, 'history.category_runs', { run: id, category, tests, passed, failed, errors, skipped, duration_ms });
  }
}

function insertProcesses(stage: Database, id: number, { processes }: RunData): void {
  const add = stage.prepare('INSERT INTO history.process_runs SELECT ?, id, ?, ? FROM history.suites WHERE name = ?');
  for (const own of Map.groupBy(processes, ({ suite }) => suite).values()) {
    for (const { suite, files, ms } of own.slice(0, processesPerSuite)) add.run(id, files, ms, suite);
  }
}

/** More say no more about what one costs. */
const processesPerSuite = 50;
