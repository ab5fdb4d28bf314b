/** The files of a workspace without a config. */
export interface Listing {
  /** Root-relative, sorted; without what no suite ever looks into. */
  readonly paths: readonly string[];
  /** Git is told to ignore this root-relative file. */
  isIgnored(path: string): boolean;
  /** Its text, or the beginning of a long one; `null` = it cannot be read, or is not there. */
  text(path: string): string | null;
}

/** What a workspace was found to hold, ready to be written as a config. */
export interface Discovery {
  readonly suites: readonly DiscoveredSuite[];
  /** Every file of every suite is in exactly one. */
  readonly categories: readonly DiscoveredCategory[];
  /** What looks like tests and is in no suite, with the reason; for people. */
  readonly notes: readonly string[];
}

export interface DiscoveredSuite {
  readonly name: string;
  readonly framework: string;
  /** Root-relative folder, `.` for the root. */
  readonly cwd: string;
  /** `null` = the framework's own. */
  readonly command: readonly string[] | null;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Globs relative to `cwd`; `null` = the framework's own. */
  readonly files: readonly string[] | null;
  readonly exclude: readonly string[];
  /** Where a `command` suite leaves its JUnit files; `null` = not such a suite. */
  readonly junit: readonly string[] | null;
  /** What gave it away: `package.json: vitest`. */
  readonly evidence: readonly string[];
  /** How many test files it has now. */
  readonly count: number;
}

export interface DiscoveredCategory {
  readonly name: string;
  readonly tests: readonly { readonly suite: string; readonly files: readonly string[] | null }[];
}
