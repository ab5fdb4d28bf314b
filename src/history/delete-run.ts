import { execute } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Forgets a run of the attached `history`; its files and tests stay until they are pruned. */
export function deleteRun(stage: Database, id: number): void {
  for (const table of ['test_runs', 'file_runs', 'category_runs', 'process_runs']) {
    execute(stage, `DELETE FROM history.${table} WHERE run = ?`, id);
  }
  execute(stage, 'DELETE FROM history.runs WHERE id = ?', id);
}
