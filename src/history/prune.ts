import type { HistoryLimits } from '../model/settings.ts';
import { deleteRun } from './delete-run.ts';
import { all, execute, first, numberOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';

const dayMs = 24 * 3_600_000;
/** So much more than `runs` may come together before it is worth clearing up. */
const slack = 1.1;

/** Forgets the oldest runs of the attached `history` beyond what is to be kept, but never the last one, and what no run is left of. */
export function prune(stage: Database, limits: HistoryLimits, now: number): void {
  const ids = all(stage, 'SELECT id, started_at FROM history.runs ORDER BY id DESC').map((row) => ({
    id: numberOf(row, 'id'),
    old: numberOf(row, 'started_at') < now - limits.days * dayMs,
  }));
  const tooMany = ids.length > Math.floor(limits.runs * slack);
  const doomed = ids.slice(1).filter(({ old }, index) => old || (tooMany && index + 1 >= limits.runs));
  for (const { id } of doomed) deleteRun(stage, id);
  if (doomed.length > 0) forgetOrphans(stage);
  const left = ids.filter((run) => !doomed.includes(run)).map(({ id }) => id);
  shrink(stage, limits.bytes, left);
  stage.exec('PRAGMA history.incremental_vacuum');
}

/** A tenth of the runs at a time, the oldest first, until what is left fits. */
function shrink(stage: Database, bytes: number, newestFirst: readonly number[]): void {
  let left = newestFirst;
  while (left.length > 1 && usedBytes(stage) > bytes) {
    const keep = Math.min(left.length - 1, Math.ceil(left.length * 0.9));
    for (const id of left.slice(keep)) deleteRun(stage, id);
    left = left.slice(0, keep);
    forgetOrphans(stage);
  }
}

function usedBytes(stage: Database): number {
  const pragma = (name: string): number => numberOf(first(stage, `PRAGMA history.${name}`) ?? {}, name);
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
}

function forgetOrphans(stage: Database): void {
  execute(stage, 'DELETE FROM history.tests WHERE id NOT IN (SELECT test FROM history.test_runs)');
  execute(stage, 'DELETE FROM history.files WHERE id NOT IN (SELECT file FROM history.file_runs)');
  execute(stage, 'DELETE FROM history.suites WHERE id NOT IN (SELECT suite FROM history.files)');
}
