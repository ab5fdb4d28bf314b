import type { Totals } from '../model/test.ts';

/** What a history keeps of a run, beside its files and tests. */
export interface RunData {
  readonly run: string;
  /** The runs that it was merged from; itself when it was not. */
  readonly parts: readonly string[];
  readonly project: string;
  readonly environment: string;
  /** The command line that would make the same selection. */
  readonly selection: readonly string[];
  /** `2/5`; `null` = it was not a shard. */
  readonly shard: string | null;
  readonly slots: number;
  /** A `Verdict`, as the version that recorded it knew them. */
  readonly verdict: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly totals: Totals;
  readonly commit: string | null;
  readonly branch: string | null;
  /** The files were those of the commit. */
  readonly clean: boolean;
  /** JSON, for people. */
  readonly machine: string | null;
  /** Why its results say nothing about whether tests are flaky; `null` = they do. */
  readonly leftOut: string | null;
  readonly categories: readonly CategoryData[];
  readonly processes: readonly ProcessData[];
}

/** What became of one category in a run. */
export interface CategoryData {
  readonly category: string;
  readonly totals: Totals;
}

/** One process of a suite that ran to its end. */
export interface ProcessData {
  readonly suite: string;
  /** Files for each of its workers; 0 = the suite is not made of files, and `ms` is the whole process. */
  readonly files: number;
  /** Time that none of its tests accounts for. */
  readonly ms: number;
}

/** How far the duration of a file can be used: not at all, as that of a part of the file, or of the whole. */
export const fileUse = { none: 0, part: 1, whole: 2 } as const;

export type FileUse = (typeof fileUse)[keyof typeof fileUse];

/** One file of one suite in a run. */
export interface FileData {
  readonly suite: string;
  readonly framework: string;
  /** Root-relative; empty for tests that belong to no file. */
  readonly path: string;
  readonly use: FileUse;
  readonly attempts: number;
  /** The kind of an `Outcome`; `passed` of a file whose tests say how it went. */
  readonly outcome: string;
  /** Why it did not run, or not to its end, for people; `null` = it did. */
  readonly detail: string | null;
}

/** The order is the code in the file: only ever added to. */
export const testStatuses = ['passed', 'failed', 'error', 'skipped', 'not-run'] as const;

export type KeptStatus = (typeof testStatuses)[number];

/** What the attempts of a test came to, as bits. */
export const seenBits = { passed: 1, failed: 2, infrastructure: 4 } as const;

/** One test in a run. */
export interface TestData {
  readonly className: string;
  readonly name: string;
  readonly status: KeptStatus;
  /** Of the last attempt. */
  readonly ms: number;
  readonly attempts: number;
  /** `seenBits` of all attempts. */
  readonly seen: number;
}
