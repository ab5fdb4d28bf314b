import { estimateProcessCost, median } from './statistics.ts';
import type { ProcessSample } from './statistics.ts';
import { fileUse } from './run-data.ts';
import { all, numberOf, numberOrNull } from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';

/** Durations a median is made of, and processes the cost of one is. */
const lastDurations = 15;
const lastProcesses = 100;
const filesPerChunk = 2000;

/**
 * Brings up to date what plans are made with, for the staged files and the suites of the run (its id): the median of each file's last durations (of whole
 * runs of the file, or else of parts), and what starting a process of each suite costs. A plan then reads a number per file, however
 * long the history is.
 */
export async function updateEstimates(stage: Database, run: number, pause: () => Promise<void>): Promise<void> {
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
  updateSuites(stage, run);
}

/** Of each suite only what the run says something new of: to find that there is nothing of the other kind takes as long as its history. */
function updateSuites(stage: Database, run: number): void {
  const latest = (condition: string): ((suite: number) => readonly Row[]) => {
    const select = stage.prepare(
      `SELECT files, ms FROM history.process_runs WHERE suite = ? AND ${condition} ORDER BY run DESC LIMIT ?`,
    );
    return (suite) => select.all(suite, lastProcesses);
  };
  const [partly, wholly] = [latest('files > 0'), latest('files = 0')];
  const setCost = stage.prepare('UPDATE history.suites SET start_up_ms = ?, per_file_ms = ? WHERE id = ?');
  const setWhole = stage.prepare('UPDATE history.suites SET whole_ms = ? WHERE id = ?');
  for (const row of all(
    stage,
    'SELECT DISTINCT suite, files > 0 AS partly FROM history.process_runs WHERE run = ?',
    run,
  )) {
    const suite = numberOf(row, 'suite');
    if (row['partly'] === 1) {
      const cost = estimateProcessCost(partly(suite).map(toSample));
      setCost.run(cost?.startUpMs ?? null, cost?.perFileMs ?? null, suite);
    } else {
      setWhole.run(median(wholly(suite).map((found) => toSample(found).ms)), suite);
    }
  }
}

function toSample(row: Row): ProcessSample {
  return { files: numberOf(row, 'files'), ms: numberOrNull(row, 'ms') ?? 0 };
}
