import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTempFolder } from '../base/temp-folder.ts';
import { areProcessesHidden } from '../io/processes.ts';
import { openJournal } from '../services/run-journal.ts';
import type { OpenJournal } from '../services/run-journal.ts';
import { createRunRecords } from '../records/run-records.ts';
import type { RunRecords } from '../records/run-records.ts';
import { journalledReports } from '../services/recover.ts';
import { preserveRuns } from './preserve-runs.ts';
import { newRunId } from './run-id.ts';
import { claimReportsDir } from './reports-dir.ts';
import { openState, recover } from './state.ts';
import type { State } from './state.ts';

/** What a run has to itself on disk, whatever other runs of the checkout do. */
export interface RunPlace {
  readonly runId: string;
  /** Absolute. */
  readonly reportsDir: string;
  /** Absolute. */
  readonly tmpDir: string;
  readonly state: State;
  /** What is kept of runs for later ones. */
  readonly records: RunRecords;
  readonly journal: OpenJournal;
  /** Hands over what the user should know, what comes up later too. */
  listen(tell: (message: string) => void): void;
  /** Nothing of the run is alive: forgets it and lets others have its reports folder. */
  close(): Promise<void>;
}

/**
 * Ends what killed runs left, takes a reports folder and opens the run's journal.
 *
 * @throws UsageError when the reports folder that was asked for cannot be had
 */
export async function openRunPlace(
  root: string,
  options: {
    /** `--reports`; `null` = `reports`, or another one while a run is writing there. */
    readonly reports: string | null;
    readonly env: Readonly<Record<string, string>>;
    readonly kill: AbortSignal;
  },
): Promise<RunPlace> {
  const startedAt = Date.now();
  const runId = newRunId(startedAt);
  const state = openState(root, options.env);
  const records = createRunRecords(state.dir);
  await preserveRuns([options.reports ?? join(root, 'reports'), ...journalledReports(state.dir)], {
    ...state,
    records,
  });
  const claim = claimReportsDir(root, options.reports, { runId, processes: state.processes, stateDir: state.dir });
  const early = [...claim.notes];
  let tell = (message: string): void => void early.push(message);
  try {
    early.push(...(await recover(state, options.kill)));
    const tmpDir = await makeTempFolder('runner-');
    const journal = openJournal(
      { runId, startedAt, tmpDir, reportsDir: claim.path },
      { stateDir: state.dir, processes: state.processes, warn: (message) => tell(message) },
    );
    const close = async (): Promise<void> => {
      // What a test made undeletable was told when its attempt ended; it must not cost the result of the run.
      await rm(tmpDir, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
      // Whoever reads it then looks for what is left.
      if (!areProcessesHidden()) journal.close();
      claim.release();
    };
    const listen: RunPlace['listen'] = (listener) => {
      tell = listener;
      early.forEach(listener);
    };
    return { runId, reportsDir: claim.path, tmpDir, state, records, journal, listen, close };
  } catch (error) {
    claim.release();
    throw error;
  }
}
