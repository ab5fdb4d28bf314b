import { resolve } from 'node:path';
import { stateDirOf } from '../base/state-dir.ts';
import { createProcesses } from '../io/node-io.ts';
import { createRunRecords } from '../records/run-records.ts';
import type { RunRecords } from '../records/run-records.ts';
import { journalledReports } from '../services/recover.ts';
import type { CommandContext } from './context.ts';
import { workspaceRoot } from './workspace-root.ts';
import { preserveRuns } from './preserve-runs.ts';

/** The recorded runs of the workspace, or where there is none, of this folder: a run may be given as a file. */
export async function openRecords(config: string | undefined, context: CommandContext): Promise<RunRecords> {
  const root = workspaceRoot(context.cwd, config);
  const stateDir = stateDirOf(root);
  const records = createRunRecords(stateDir);
  const folders = [resolve(root, 'reports'), ...journalledReports(stateDir)];
  await preserveRuns(folders, { records, processes: createProcesses() });
  return records;
}
