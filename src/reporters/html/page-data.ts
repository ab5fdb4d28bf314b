import type { Totals } from '../../model/test.ts';

/**
 * What `report.html` holds and its script shows. Times are milliseconds; `from`, `to` and `startedAt` of tasks count from the start of the
 * run. Numbers named `task` are places in `tasks`.
 */
export interface PageData {
  readonly format: 1;
  readonly run: PageRun;
  readonly tasks: readonly PageTask[];
  readonly services: readonly PageService[];
  /** Of every task that has any. Failures are never left out. */
  readonly groups: readonly PageGroup[];
  /** The last outcomes of tests, oldest first, a letter each as in `PageStatus`, by `place.place`: of the test's group in `groups` by its task, and in the group. Absent = no history. */
  readonly history?: Readonly<Record<string, string>>;
  /** How flaky tests are by the history, by the same places; of those alone that did not always do the same. */
  readonly flakiness?: Readonly<Record<string, PageFlakiness>>;
}

/** How flaky a test is, as `runner history flaky` tells it. */
export interface PageFlakiness {
  /** How likely the same code passes and fails, 0 to 1. */
  readonly score: number;
  /** It is at least this, with 97.5 % confidence. */
  readonly atLeast: number;
  /** Commits tested more than once, and those of them on which it both passed and failed. */
  readonly commits: number;
  readonly flakyCommits: number;
  /** Enough evidence to call it flaky; its last results are all failures. */
  readonly verdict: 'flaky' | 'always-fails' | 'unsure';
}

export interface PageRun {
  readonly runId: string;
  readonly project: string;
  readonly environment: string;
  readonly shard: string | null;
  readonly verdict: string;
  readonly exitCode: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly slots: number;
  readonly totals: Totals;
  readonly categories: readonly PageCategory[];
  /** Suites that cannot be measured, with their framework, where coverage is measured. */
  readonly withoutCoverage?: readonly string[];
  /** What is wrong beside failed tests, the worst first: what is missing, killed, cut off, or was never run. */
  readonly alerts: readonly PageAlert[];
  readonly warnings: readonly string[];
  readonly warningsOmitted: number;
  /** The command that runs everything again that is outstanding; `null` where there is nothing, or it is not known. */
  readonly rerun: string | null;
  /** Other reports of the run, relative to the page. */
  readonly links: readonly { readonly name: string; readonly path: string }[];
}

export interface PageAlert {
  readonly kind: 'infrastructure' | 'incomplete' | 'interrupted' | 'not-run';
  readonly text: string;
  readonly hint: string | null;
}

export interface PageCategory {
  readonly name: string;
  readonly role: 'chosen' | 'dependency';
  readonly totals: Totals;
  readonly tasks: number;
  /** Number of tasks by kind of outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly skip: string | null;
  /** Of lines; absent where it is not measured. */
  readonly coverage?: PageCoverage;
}

export interface PageCoverage {
  /** `71.2`; `null` = nothing was measured. */
  readonly percent: string | null;
  /** All there is to say of it. */
  readonly text: string;
  /** It is too little, or not whole. */
  readonly short: boolean;
}

export interface PageTask {
  readonly id: string;
  readonly category: string;
  readonly suite: string;
  readonly framework: string;
  /** Counted from 0. */
  readonly slot: number | null;
  /** How many slots it holds while it runs; absent = one. */
  readonly slots?: number;
  /** The shard that it ran in, or the machine that took it from a queue, in a report of several: its slots are others than those of the rest. */
  readonly worker?: string;
  readonly startedAt: number | null;
  readonly durationMs: number | null;
  readonly files: number;
  readonly outcome: string;
  /** The outcome in words. */
  readonly outcomeText: string;
  readonly totals: Totals;
  readonly attempts: readonly PageAttempt[];
  /** Runs it again; `null` = not known. */
  readonly rerun: string | null;
  /** It is part of the chain of tasks that the run's duration hangs on. */
  readonly critical: boolean;
}

export interface PageAttempt {
  readonly number: number;
  readonly cause: 'first' | 'retry' | 'repeat' | 'service-restart';
  readonly startedAt: number;
  readonly durationMs: number;
  readonly slot: number | null;
  readonly outcome: string;
  /** The last lines of its output. */
  readonly tail: string | null;
  /** Relative to the page. */
  readonly log: string | null;
  readonly truncated: boolean;
  readonly leaked: readonly string[];
}

export interface PageService {
  readonly name: string;
  readonly spans: readonly PageSpan[];
}

export interface PageSpan {
  readonly kind: 'starting' | 'ready' | 'stopping' | 'failed' | 'unavailable';
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The tests of one task. */
export interface PageGroup {
  readonly task: number;
  readonly files: readonly string[];
  readonly classNames: readonly string[];
  readonly tests: readonly PageTest[];
}

/** Places of file (-1: none) and class name in their group, name, status, duration, line (0: none), and what else there is to tell. */
export type PageTest = readonly [
  file: number,
  className: number,
  name: string,
  status: PageStatus,
  durationMs: number,
  line: number,
  details?: PageDetails,
];

/** Passed, flaky, failed, error, skipped, not run, quarantined. */
export type PageStatus = 'p' | 'F' | 'f' | 'e' | 's' | 'n' | 'q';

export interface PageDetails {
  readonly skipReason?: string;
  readonly problems?: readonly PageProblem[];
  readonly stdout?: string;
  readonly stderr?: string;
  /** Attempts before the one that counts, and after it where it never passed. */
  readonly attempts?: readonly {
    readonly status: PageStatus;
    readonly durationMs: number;
    readonly problems: readonly PageProblem[];
  }[];
  /** Made by runner, to show what no framework reported. */
  readonly synthetic?: true;
  readonly quarantine?: { readonly owner: string; readonly until: string; readonly reason: string };
  /** Runs this test again. */
  readonly rerun?: string;
}

export interface PageProblem {
  readonly kind: 'failure' | 'error';
  readonly type: string;
  readonly message: string;
  readonly details: string;
}
