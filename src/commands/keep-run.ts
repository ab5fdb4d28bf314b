import { join } from 'node:path';
import { writeLedger } from '../records/ledger-file.ts';
import { ledgerFile, recordedLog } from '../records/run-records.ts';
import type { NamedReporter } from '../reporters/fan-out.ts';
import { createRecorder } from '../reporters/recorder.ts';
import type { Chain } from './chain.ts';
import type { RunPlace } from './run-place.ts';

/** Keeps a run for later ones. */
export interface RunKeeper {
  readonly recorder: NamedReporter;
  /** Hands over what could not be kept, what comes up later too. */
  listen(tell: (message: string) => void): void;
  /** The run has ended: forgets the oldest. */
  prune(): void;
}

/**
 * Records the run, and what it goes on from: beside its event log too, so that its reports folder is all that another machine needs.
 * Nothing of it may fail the run.
 */
export function keepRun({ runId, records, reportsDir }: RunPlace, chain: Chain | null): RunKeeper {
  const early: string[] = [];
  // As old as they are now: the clock of the machine may be set while the run goes on.
  const openedAt = Date.now();
  let tell = (message: string): void => void early.push(message);
  const warn = (problem: string): void => {
    tell(`this run cannot be kept (${problem}): runner rerun and runner compare will not know it`);
  };
  if (chain !== null && chain.mode !== 'first') {
    try {
      writeLedger(join(reportsDir, ledgerFile), chain.run.ledger);
      writeLedger(join(records.open(runId), ledgerFile), chain.run.ledger);
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
    }
  }
  return {
    recorder: {
      name: 'the record of the run',
      reporter: createRecorder({ path: () => join(records.open(runId), recordedLog), warn }),
    },
    listen(listener) {
      tell = listener;
      early.forEach(listener);
    },
    prune: () => records.prune(chain === null ? [] : [chain.run.started.runId], openedAt),
  };
}
