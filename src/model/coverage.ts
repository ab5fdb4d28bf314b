/** What a run that measures coverage knows about that before it starts. */
export interface PlannedCoverage {
  /** Suites that cannot be measured, each with its framework. */
  readonly without: readonly { readonly suite: string; readonly framework: string }[];
}

/** What one attempt left of its coverage. */
export interface AttemptCoverage {
  /** Of an LCOV file with root-relative paths, relative to the reports directory; `null` = it left none that is whole. */
  readonly path: string | null;
}

/** The coverage of all tasks of a category together. */
export interface CategoryCoverage {
  /** Lines of code in the files that were measured. */
  readonly lines: number;
  readonly covered: number;
  /** Processes that were to be measured. */
  readonly processes: number;
  /** Those of them that left no coverage, so that it is incomplete. */
  readonly lost: number;
  /** `minCoverage` of the category, in percent; absent = it has none. */
  readonly minimum?: number;
}
