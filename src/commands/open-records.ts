import { dirname, resolve } from 'node:path';
import { stateDirOf } from '../base/state-dir.ts';
import { readConfigFile } from '../config/read-file.ts';
import { ConfigError } from '../errors.ts';
import { createProcesses } from '../io/node-io.ts';
import { createRunRecords } from '../records/run-records.ts';
import type { RunRecords } from '../records/run-records.ts';
import { journalledReports } from '../services/recover.ts';
import type { CommandContext } from './context.ts';
import { preserveRuns } from './preserve-runs.ts';

/** The recorded runs of the workspace, or where there is none, of this folder: a run may be given as a file. */
export async function openRecords(config: string | undefined, context: CommandContext): Promise<RunRecords> {
  const root = await readConfigFile(context.cwd, config ?? null).then(
    ({ path }) => dirname(path),
    (error: unknown) => {
      if (config === undefined && error instanceof ConfigError) return context.cwd;
      throw error;
    },
  );
  const stateDir = stateDirOf(root);
  const records = createRunRecords(stateDir);
  const folders = [resolve(root, 'reports'), ...journalledReports(stateDir)];
  await preserveRuns(folders, { records, processes: createProcesses() });
  return records;
}
