import type { PlannedChanges } from './changes.ts';
import type { BatchMode, Category, Priority } from './config.ts';
import type { PlannedCoverage } from './coverage.ts';
import type { Outcome, SkipReason } from './outcome.ts';
import type { PlannedQuarantine } from './quarantine.ts';

/** Everything a run will do, decided before it starts; works on another machine with the same files. */
export interface Plan {
  /** Digest of the tasks, or of the shards: equal plans have equal ids, and all shards of a plan have that of the plan. */
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly slots: number;
  /** In expected order of start. */
  readonly tasks: readonly Task[];
  readonly categories: readonly PlannedCategory[];
  /** The selected layers that have stages or a budget; absent = none. */
  readonly layers?: readonly PlannedLayer[];
  /** What each shard runs, in the order of their numbers; absent = the plan was not cut. The tasks are then those of one shard only, or of all. */
  readonly shards?: readonly PlannedShard[];
  readonly excluded: ExclusionCounts;
  /** The entries of the quarantine that concern these tasks; absent = none. */
  readonly quarantine?: readonly PlannedQuarantine[];
  /** Coverage is measured; absent = it is not. */
  readonly coverage?: PlannedCoverage;
  /** What `--changed` or `--watch` was told of, and what that concerns; absent = it was not asked. */
  readonly changes?: PlannedChanges;
  /** The command line that would make the same selection, for messages. */
  readonly selection: readonly string[];
}

/** One process of one framework over a batch of files. */
export interface Task {
  /** `category/suite` or `category/suite/3`; unique in the plan, stable for equal plans. */
  readonly id: string;
  readonly category: string;
  /** Other categories that would have run these files too. */
  readonly alsoIn: readonly string[];
  readonly suite: string;
  readonly framework: string;
  readonly role: Role;
  /** Root-relative; empty for a suite that is not made of files. */
  readonly files: readonly string[];
  /** Test names to run per root-relative file, from `file::test` ids; a file that is absent here runs whole. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
  readonly keyword: string | null;
  readonly markers: string | null;
  readonly priority: Priority;
  /** Categories that must have passed. */
  readonly dependsOn: readonly string[];
  /** Categories that must have ended. */
  readonly after: readonly string[];
  /** Categories of which nothing may run at the same time. */
  readonly conflicts: readonly string[];
  readonly needs: readonly string[];
  readonly locks: readonly string[];
  readonly slots: number;
  readonly exclusive: boolean;
  readonly timeoutMs: number;
  readonly slowAfterMs: number;
  readonly missingService: 'fail' | 'skip';
  /** How often it is run again when it fails. */
  readonly retries: number;
  /** On what conditions, and when; absent = the defaults of `base/retry-rules`. */
  readonly retryRules?: RetryRules;
  /** Runs this often, whatever comes of it, and is not retried; absent = once. */
  readonly repeat?: number;
  /** What a test that passed only on a retry counts as. */
  readonly flaky: 'pass' | 'fail';
  /** Expected duration; `null` = never measured. */
  readonly expectedMs: number | null;
  /** Known before the run, so that nothing is started: a category that is empty or may not run here. */
  readonly settled: Outcome | null;
  /** The machine that took it from a queue, in a run that was merged; absent = there was no queue. */
  readonly worker?: string;
  /** Goes before others of its priority, because something in it failed the last time. */
  readonly first?: true;
}

/** What a task has to have failed of to be run again, and when that is done. */
export type RetryRules = Pick<Category, 'retryOn' | 'backoff' | 'retryWhen' | 'retryLimitPercent'>;

/** `chosen` was asked for; `dependency` was added because a chosen category depends on it. */
export type Role = 'chosen' | 'dependency';

/** A selected layer that orders or limits its categories. */
export interface PlannedLayer {
  readonly name: string;
  /** Its categories that run, stage by stage; one stage where it has none. */
  readonly stages: readonly (readonly string[])[];
  /** A stage starts only when all of those before passed; else when they ended. */
  readonly stopOnFailure: boolean;
  /** Time for all of its tests together, from the start of the first; `null` = no limit. */
  readonly budgetMs: number | null;
}

/** What one shard runs of a plan. What that depends on comes with it, and is counted in the shard that it is planned for. */
export interface PlannedShard {
  /** From 1. */
  readonly index: number;
  /** All shards together have the work of the plan, every file exactly once. */
  readonly work: readonly ShardWork[];
  /** Expected time until its last test has ended, with what it depends on; absent = never measured. */
  readonly expectedMs?: number;
}

/** Files that a category runs of a suite in the same way. */
export interface ShardWork {
  readonly category: string;
  /** Empty for a category of which nothing is started, so that its outcome is reported once. */
  readonly suite: string;
  readonly keyword: string | null;
  readonly markers: string | null;
  /** Root-relative, sorted; empty for what is not made of files. */
  readonly files: readonly string[];
}

export interface PlannedCategory {
  readonly name: string;
  readonly role: Role;
  readonly priority: Priority;
  /** Why it is in: `--category`, `layer fast_feedback`, `dependency of e2e`. */
  readonly because: string;
  readonly dependsOn: readonly string[];
  readonly files: number;
  readonly tasks: number;
  /** Set when nothing of it will run. */
  readonly skip: SkipReason | null;
  /** It has no tests although nothing filtered them away; only `allowEmpty` makes that harmless. */
  readonly empty: boolean;
  readonly allowEmpty: boolean;
  /** The least share of lines that its tests are to execute, in percent; absent = none. */
  readonly minCoverage?: number;
}

/** How many test files are left out, by reason. */
export interface ExclusionCounts {
  readonly pattern: number;
  readonly files: number;
  readonly suite: number;
  readonly category: number;
  readonly uncategorised: number;
  /** Passed before in this chain of reruns; absent = none. */
  readonly passed?: number;
  /** Not concerned by what has changed; absent = none. */
  readonly changed?: number;
}

/** What the frameworks tell the planner about themselves. */
export interface FrameworkTraits {
  readonly name: string;
  /** It runs its files in workers of its own, so one task may hold several slots. */
  readonly ownWorkers: boolean;
  /** Its suites consist of test files; `command` suites may not. */
  readonly hasFiles: boolean;
  readonly defaultBatch: BatchMode;
  /** It can run tests by an expression over names (`--keyword`). */
  readonly canFilterByKeyword: boolean;
  /** It can run tests by an expression over tags (`--markers`). */
  readonly canFilterByMarkers: boolean;
  /** It can run named tests of a file (`file::test`). */
  readonly canSelectTests: boolean;
  /** One process can run different named tests of different files; otherwise each such file wants a task of its own. */
  readonly selectsTestsPerFile?: boolean;
  /** What of a suite a changed test file may break beside itself, since tests share code there; `everything` = it is source too. Absent: nothing. */
  readonly changeReaches?: 'folder' | 'suite' | 'everything';
  /** Two of its processes in one folder disturb each other, because they build into the same files. */
  readonly oneAtATime?: boolean;
}

/** What the planner is told about the workspace. */
export interface PlanFacts {
  /** Root-relative test files of each suite, sorted. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Median duration of a root-relative file, where known. */
  readonly durations: ReadonlyMap<string, number>;
  /** What one more process of a suite costs before its first test, in milliseconds, where known. */
  readonly startUp?: ReadonlyMap<string, number>;
  /** Median duration of a suite that is not made of files, where known. */
  readonly wholeSuites?: ReadonlyMap<string, number>;
  readonly slots: number;
  /** Other machines take tasks too, and nobody knows how many there are. */
  readonly pulled?: true;
  /** What is run several times, of what was asked for; `files: null` = all of it. */
  readonly repeat?: { readonly times: number; readonly files: ReadonlySet<string> | null };
  /** Only what these concern runs; absent = everything. */
  readonly changes?: PlannedChanges;
  /** The day in UTC, for what ends on a day: `2026-08-20`; absent = nothing has ended. */
  readonly today?: string;
  /** What earlier runs leave to do; absent = everything. */
  readonly remainder?: Remainder;
  /** Whether a file of a suite, or the suite (an empty path), is to run before others. */
  readonly first?: (suite: string, file: string) => boolean;
}

/** What is left of a file of a suite, or of a suite that is not made of files (an empty path), under a selection within files. */
export type Remainder = (suite: string, file: string, narrowing: Narrowing) => Left;

/** A selection within files. */
export interface Narrowing {
  readonly keyword: string | null;
  readonly markers: string | null;
  /** Tests of the file that were asked for by name; empty = it was not by names. */
  readonly names: readonly string[];
}

/** Names as they follow `file::`. */
export type Left = 'all' | 'nothing' | readonly string[];
