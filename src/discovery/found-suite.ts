/** Tests of one framework in one folder, as a look at the files gives them. */
export interface FoundSuite {
  readonly framework: string;
  /** Root-relative folder, `.` for the root. */
  readonly cwd: string;
  /** Root-relative test files. */
  readonly files: readonly string[];
  /** What gave it away. */
  readonly evidence: readonly string[];
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly junit?: readonly string[];
  /** Of files whose path does not say what they are for; absent = `unit`. */
  readonly category?: string;
}

/** What one look found, and what it left out although it looks like tests. */
export interface Found {
  readonly suites: readonly FoundSuite[];
  readonly notes: readonly string[];
}

/** Names some files for a note: the first, and how many more. */
export function someFiles(files: readonly string[]): string {
  const more = files.length - 1;
  return `${files[0] ?? ''}${more > 0 ? ` and ${more} more` : ''}`;
}
