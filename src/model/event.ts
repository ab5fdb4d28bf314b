import type { AttemptCoverage, CategoryCoverage } from './coverage.ts';
import type { CancelReason, Outcome, Verdict } from './outcome.ts';
import type { Plan, Task } from './plan.ts';
import type { TestId, TestResult, Totals } from './test.ts';

/** Everything that happens in a run, in one order. Reporters see nothing else. `at` is milliseconds since the epoch. */
export type RunEvent = EventBody & { readonly at: number };

export type EventBody =
  | {
      readonly type: 'run-started';
      /** Version of the event format; a reader refuses a higher major. */
      readonly format: number;
      readonly runId: string;
      readonly planId: string;
      readonly plan: Plan;
      readonly shard: Shard | null;
      /** Absent in older logs. */
      readonly origin?: RunOrigin;
      /** Digests of the planned files that could be read, by root-relative path: what has changed may hold new tests. */
      readonly digests?: Readonly<Record<string, string>>;
      /** What the command line said beside the selection, for whoever does the same again. */
      readonly given?: GivenArguments;
      /** The run that this one completes; absent = it stands for itself. */
      readonly rerunOf?: RerunLink;
      /** What commands that run its tests again are made of; absent in older logs. */
      readonly rerunWith?: RerunWords;
      /** It takes tasks from a queue, which are told as they are claimed: the plan has none in the beginning. */
      readonly queue?: QueueMembership;
    }
  /** A task of the queue is this machine's now; its plan has it from here on. Told again, it begins anew. */
  | { readonly type: 'task-claimed'; readonly task: string; readonly planned: Task; readonly lease: string }
  /** What another machine's result for the queue consists of, event by event. */
  | {
      readonly type: 'elsewhere';
      readonly worker: string;
      readonly lease: string;
      readonly event: RunEvent;
    }
  /** How far all machines together are. */
  | ({ readonly type: 'queue-progress' } & QueueProgress)
  | {
      readonly type: 'service-changed';
      readonly service: string;
      readonly change: ServiceChange;
      readonly generation: number;
    }
  | { readonly type: 'task-started'; readonly task: string; readonly slot: number }
  | {
      readonly type: 'attempt-started';
      readonly task: string;
      readonly attempt: number;
      /** Absent in older logs, which have first attempts only. */
      readonly cause?: AttemptCause;
      readonly command: readonly string[];
      readonly cwd: string;
      /** Arguments for the framework itself leave out tests, so that files may be absent from its report. */
      readonly narrowed?: true;
      /** Where its output grows, relative to the reports directory; absent in older logs. */
      readonly log?: string;
    }
  /** It ran and failed, and is started again, maybe in another slot, when all others that can run have ended. */
  | { readonly type: 'task-postponed'; readonly task: string; readonly until: 'end' | 'alone' }
  | { readonly type: 'task-slow'; readonly task: string; readonly elapsedMs: number }
  | {
      /** Told of the first test of an attempt and of one that has been running for a moment; most tests are over before. */
      readonly type: 'test-started';
      readonly task: string;
      readonly attempt: number;
      readonly test: TestId;
      /** Tests that the attempt is known to have so far; absent = not told. */
      readonly collected?: number;
    }
  | {
      readonly type: 'test-finished';
      readonly task: string;
      readonly attempt: number;
      readonly test: TestResult;
      /** This test was told before in this attempt, as this; it counts once, as it is told last. */
      readonly replaces?: ToldTest;
    }
  | {
      readonly type: 'attempt-finished';
      readonly task: string;
      readonly attempt: number;
      readonly cause: AttemptCause;
      readonly outcome: Outcome;
      readonly durationMs: number;
      readonly log: LogFacts | null;
      /** Command lines of processes that outlived the attempt and were ended. */
      readonly leaked: readonly string[];
      /** Tests failed, and all the others ran too; absent = some may have been left out, or the outcome says it. */
      readonly toldAll?: true;
      /** Absent = it was not to be measured. */
      readonly coverage?: AttemptCoverage;
    }
  | {
      readonly type: 'task-finished';
      readonly task: string;
      readonly outcome: Outcome;
      readonly totals: Totals;
      readonly durationMs: number;
      /** Of its category, told with the last task of that; absent = nothing was to be measured. */
      readonly coverage?: CategoryCoverage;
      /** The queue has accepted this as the result of the task, under this lease; absent = it comes from no queue, or was not accepted. */
      readonly lease?: string;
    }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'run-cancelling'; readonly reason: CancelReason }
  | { readonly type: 'run-finished'; readonly verdict: Verdict; readonly totals: Totals; readonly durationMs: number };

/** The part that a run has in a build of many machines. */
export interface QueueMembership {
  readonly build: string;
  /** Names this machine among those of the build. */
  readonly worker: string;
}

/** Tasks of a build, over all its machines. */
export interface QueueProgress {
  readonly total: number;
  /** Those with a result, also where that is that they were lost. */
  readonly done: number;
  readonly running: number;
  /** Machines that were heard of lately. */
  readonly workers: number;
}

/** What a total was told of a test. */
export type ToldTest = Pick<TestResult, 'status' | 'durationMs' | 'flaky' | 'quarantined' | 'skipReason'>;

export type AttemptCause = 'first' | 'retry' | 'repeat' | 'service-restart';

/** Arguments that say how tests run, each option in the form `--name=value`. */
export interface GivenArguments {
  readonly options: readonly string[];
  /** After `--`, for the framework. */
  readonly extraArgs: readonly string[];
}

/** What a command has to hold, beside the tests themselves, to run them again as they ran. */
export interface RerunWords {
  /** The words that start this program in the reader's shell. */
  readonly program: readonly string[];
  /** What the run was told about how and where, other than what to run. */
  readonly options: readonly string[];
  /** The folder that it was started in, relative to the root. */
  readonly cwd: string;
  /** The root, relative to that folder. */
  readonly root: string;
  /** By task, then by file: the words without which other categories or suites would run it too, or instead; absent = none are needed. */
  readonly owners: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Links a run to the one before it in a chain. */
export interface RerunLink {
  readonly runId: string;
  /** What was left to pass when this run began. */
  readonly outstanding: readonly OutstandingFile[];
}

/** Tests of one file of a suite that have yet to pass. */
export interface OutstandingFile {
  readonly suite: string;
  /** Root-relative; empty for a suite that is not made of files. */
  readonly file: string;
  /** `null` = whatever is in it under the selection `scope`, because that is not known. */
  readonly tests: readonly TestId[] | null;
  readonly scope?: string;
}

export interface Shard {
  readonly index: number;
  readonly total: number;
}

/** Which code a run tested, and on what machine, as far as that can be had without asking another program. */
export interface RunOrigin {
  readonly commit: string | null;
  readonly branch: string | null;
  /** The files are those of the commit: a CI job has checked them out. Anywhere else they may have been changed. */
  readonly clean: boolean;
  readonly machine: { readonly platform: string; readonly arch: string; readonly cpus: number; readonly node: string };
}

/** Where an attempt's output is and how it ended. */
export interface LogFacts {
  /** Relative to the reports directory. */
  readonly path: string;
  readonly bytes: number;
  readonly truncated: boolean;
  /** The last 20 lines, at most 8 KiB. */
  readonly tail: string;
}

export type ServiceChange =
  | { readonly kind: 'starting'; readonly provider: string }
  | {
      readonly kind: 'ready';
      /** `kept`: it was running already. */
      readonly provider: string;
      readonly url: string | null;
      readonly afterMs: number;
      /** What it saved that it was running already. */
      readonly savedMs?: number;
      /** It goes on after the run. */
      readonly stays?: true;
    }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'unavailable'; readonly problem: string; readonly remedy: string }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped'; readonly afterMs: number; readonly leaked: readonly string[] };
