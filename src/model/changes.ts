/** What has changed, and which tests that concerns. */
export interface PlannedChanges {
  /** What was compared with; `null` = nothing, somebody was watching. */
  readonly since: { readonly ref: string; readonly commit: string } | null;
  /** Number of files that changed, in the whole repository. */
  readonly files: number;
  /** Why all tests are concerned; `null` = only those below. */
  readonly everything: string | null;
  /** Categories all of whose tests are concerned. */
  readonly categories: readonly Concerned[];
  /** Suites all of whose tests are concerned. */
  readonly suites: readonly Concerned[];
  /** Test files that are concerned by themselves, by root-relative path. */
  readonly testFiles: readonly Concerned[];
  /** Some of the files that changed and concern no test. */
  readonly ignored: readonly string[];
}

/** Something that is concerned by a change, and why, for people. */
export interface Concerned {
  readonly name: string;
  readonly because: string;
}

/** A file that has changed. */
export interface ChangedPath {
  /** Root-relative with `/`; of what lies outside of the root it begins with `../`. */
  readonly path: string;
  /** `repository`: a submodule, or another repository inside this one. */
  readonly kind: 'present' | 'deleted' | 'repository';
}
