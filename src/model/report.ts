import type { Problem, TestStatus } from './test.ts';

/** One `<testcase>` as a framework wrote it, before it is given its identity. */
export interface ReportCase {
  /** Names of the enclosing suites, outermost first. */
  readonly suites: readonly string[];
  readonly name: string;
  readonly className: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly durationMs: number;
  readonly status: TestStatus;
  readonly problems: readonly Problem[];
  readonly skipReason: string | null;
  readonly stdout: string | null;
  readonly stderr: string | null;
  /** It was running when its process ended: the error says that, and nothing of the code. */
  readonly cutOff?: true;
}

/** What a stream of JUnit XML yields: whole cases, and what was wrong with the file. */
export type ReportItem =
  | { readonly kind: 'case'; readonly case: ReportCase }
  /** A test is to be run, or has begun; only what reports while tests run says so. */
  | { readonly kind: 'collected' | 'started'; readonly case: ReportCase }
  /** A test that was collected or has begun is over without a case of this name: others stand for it. */
  | { readonly kind: 'ended'; readonly case: ReportCase }
  /** The file is not whole or not well-formed; every case before and after it that was whole is still yielded. */
  | { readonly kind: 'damage'; readonly problem: string }
  /** A suite counts more errors than it has cases for: something failed outside any test. */
  | { readonly kind: 'suite-error'; readonly suite: string; readonly problem: string };

/** What all reports of one attempt amount to; the judge sees this and never the cases. */
export interface ReportFacts {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
  /** Root-relative files of which at least one case was reported. */
  readonly files: ReadonlySet<string>;
  /** Set when a report is missing, unreadable, damaged or older than the attempt. */
  readonly problem: { readonly path: string; readonly text: string } | null;
}
