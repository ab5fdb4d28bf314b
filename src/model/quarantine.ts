/** A test whose failures are known: it runs and is reported, but does not make the run red. */
export interface QuarantineEntry {
  /** `file::name` as the reports print it; `*` in the name stands for any text. */
  readonly test: string;
  readonly owner: string;
  /** The last day on which the entry counts, in UTC: `2026-08-20`. */
  readonly until: string;
  readonly reason: string;
}

/** A quarantine entry where it concerns a run. */
export interface PlannedQuarantine extends QuarantineEntry {
  /** Tasks that may tell of the test; not empty. */
  readonly tasks: readonly string[];
  /** They run all tests of its file, so that a test of which they do not tell does not exist. */
  readonly isWhole: boolean;
  /** Its last day is over: the test counts like any other. */
  readonly expired?: true;
}
