import type { QuarantineEntry } from './quarantine.ts';

/** Names one test inside a suite; joins the stream, the report and a rerun. */
export interface TestId {
  /** Root-relative path with `/`, where the framework tells it. */
  readonly file: string | null;
  /** Dotted module, class or file, as the framework reports it. */
  readonly className: string;
  readonly name: string;
}

export type TestStatus = 'passed' | 'failed' | 'error' | 'skipped';

/** What one test did in one attempt of its task. */
export interface TestResult {
  readonly id: TestId;
  readonly status: TestStatus;
  /** Made by runner, to show what no framework reported: a crash, a timeout, a skipped or empty category. */
  readonly synthetic: boolean;
  /** Passed, after an earlier attempt in which it did not. */
  readonly flaky?: true;
  /** In how many repetitions of its task so far it was no pass; absent = none, or it is not repeated. It then counts as failed. */
  readonly failedRepetitions?: number;
  /** It is in quarantine: it passed, or it failed and is told as skipped, with its problems. */
  readonly quarantined?: Pick<QuarantineEntry, 'owner' | 'until' | 'reason'>;
  /** Skipped because its process ended before its turn came: it is owed, not left out on purpose. */
  readonly notRun?: true;
  /** An error because its process ended while it ran, which says nothing of the code. */
  readonly cutOff?: true;
  readonly durationMs: number;
  readonly line: number | null;
  /** In the order reported: pytest can report a failed call and a failing teardown for one test. */
  readonly problems: readonly Problem[];
  readonly skipReason: string | null;
  /** What the framework captured of this test's own output, cut to a few KiB. */
  readonly stdout: string | null;
  readonly stderr: string | null;
}

/** Why a test is not a pass. */
export interface Problem {
  readonly kind: 'failure' | 'error';
  readonly type: string;
  readonly message: string;
  readonly details: string;
}

/** Number of tests by status; everything a total can be asked for. */
export interface Totals {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
  /** Of those that passed, the flaky ones; absent = none. */
  readonly flaky?: number;
  /** Of those that are skipped, those that failed in quarantine; absent = none. */
  readonly quarantined?: number;
  /** Sum of the tests' own durations. */
  readonly durationMs: number;
}
