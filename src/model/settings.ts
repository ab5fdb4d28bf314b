/** Limits that hold for the whole run. */
export interface Settings {
  /** Time between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  /** A task that runs longer than this is reported as slow; `null` never. */
  readonly slowAfterMs: number;
  /** Bytes of output kept per attempt; the rest is cut off and the log says so. */
  readonly logLimitBytes: number;
  /** Time services get to stop, carved out of the run's deadline. */
  readonly teardownMs: number;
  /** How much is kept of earlier runs; `null` = nothing, and nothing is learnt from them. */
  readonly history?: HistoryLimits | null;
  /** Coverage is measured unless the command line says otherwise. */
  readonly coverage?: boolean;
  /** Root-relative globs of files that no test depends on, so that a change to them runs nothing. */
  readonly affectsNothing?: readonly string[];
  /** Root-relative file that holds how often what a ratchet guard looks for may be where; absent = `runner.guards.json`. */
  readonly guardBaseline?: string;
}

/** What is kept of earlier runs: as much as all of these allow. */
export interface HistoryLimits {
  readonly runs: number;
  readonly days: number;
  readonly bytes: number;
}
