import { estimateProcessCost, median } from './statistics.ts';
import { fileUse } from './run-data.ts';
import { all, execute, numberOf, numberOrNull } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Durations a median is made of, and processes the cost of one is. */
const lastDurations = 15;
const lastProcesses = 100;
const filesPerChunk = 2000;

/**
 * Brings up to date what plans are made with, for the staged files and suites: the median of each file's last durations (of whole
 * runs of the file, or else of parts), and what starting a process of each suite costs. A plan then reads a number per file, however
 * long the history is.
 */
export async function updateEstimates(stage: Database, pause: () => Promise<void>): Promise<void> {
  const durations = stage.prepare(
    'SELECT ms, use FROM history.file_runs WHERE file = ? AND use > 0 AND ms IS NOT NULL ORDER BY run DESC LIMIT ?',
  );
  const update = stage.prepare('UPDATE history.files SET median_ms = ? WHERE id = ?');
  const files = all(stage, 'SELECT kept FROM main.numbers');
  for (const [index, row] of files.entries()) {
    if (index % filesPerChunk === filesPerChunk - 1) await pause();
    const rows = durations.all(numberOf(row, 'kept'), lastDurations);
    const whole = rows.filter((found) => found['use'] === fileUse.whole);
    const known = (whole.length > 0 ? whole : rows).map((found) => numberOf(found, 'ms'));
    if (known.length > 0) update.run(median(known), numberOf(row, 'kept'));
  }
  const suites = all(stage, 'SELECT DISTINCT s.id FROM main.files f JOIN history.suites s ON s.name = f.suite');
  for (const row of suites) updateSuite(stage, numberOf(row, 'id'));
}

function updateSuite(stage: Database, suite: number): void {
  const select = 'SELECT files, ms FROM history.process_runs WHERE suite = ?';
  const read = (condition: string): readonly { readonly files: number; readonly ms: number }[] =>
    all(stage, `${select} AND ${condition} ORDER BY run DESC LIMIT ?`, suite, lastProcesses).map((row) => ({
      files: numberOf(row, 'files'),
      ms: numberOrNull(row, 'ms') ?? 0,
    }));
  const cost = estimateProcessCost(read('files > 0'));
  const whole = median(read('files = 0').map(({ ms }) => ms));
  execute(
    stage,
    'UPDATE history.suites SET start_up_ms = ?, per_file_ms = ?, whole_ms = ? WHERE id = ?',
    cost?.startUpMs ?? null,
    cost?.perFileMs ?? null,
    whole,
    suite,
  );
}
