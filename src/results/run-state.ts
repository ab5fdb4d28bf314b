import type { CategoryCoverage } from '../model/coverage.ts';
import type { AttemptCause, LogFacts, QueueMembership, QueueProgress, ServiceChange, Shard } from '../model/event.ts';
import type { CancelReason, Outcome, Verdict } from '../model/outcome.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { QuarantineEntry } from '../model/quarantine.ts';
import type { Problem, TestId, TestStatus, Totals } from '../model/test.ts';
import type { Unseen } from './outstanding.ts';
import { sumTotals } from './totals.ts';

/** A run as far as its events tell; its size depends on tasks and failures, not on tests. */
export interface RunState {
  readonly runId: string | null;
  readonly planId: string | null;
  readonly plan: Plan | null;
  readonly shard: Shard | null;
  /** The queue that it takes its tasks from; `null` = its plan has them. */
  readonly queue: QueueMembership | null;
  /** How far all machines of that are; `null` = it has not been told. */
  readonly queueProgress: QueueProgress | null;
  /** Milliseconds since the epoch; `null` before the run starts. */
  readonly startedAt: number | null;
  /** Of the last event. */
  readonly lastAt: number | null;
  readonly endedAt: number | null;
  readonly durationMs: number | null;
  /** In the order of the plan. */
  readonly tasks: ReadonlyMap<string, TaskRecord>;
  readonly services: ReadonlyMap<string, ServiceRecord>;
  /** Of the categories that have ended, where coverage is measured. */
  readonly coverage: ReadonlyMap<string, CategoryCoverage>;
  /** At most 1000; `warningCount` counts all. */
  readonly warnings: readonly string[];
  readonly warningCount: number;
  /** Why the run was stopped; the first reason counts. */
  readonly cancelled: CancelReason | null;
  /** What a rerun owed and has not seen again; `null` = it is none. */
  readonly unseen: Unseen | null;
  /** As the run itself said; see `verdictOf` for a run that could not. */
  readonly verdict: Verdict | null;
}

/** What became of one task. */
export interface TaskRecord {
  readonly task: Task;
  readonly state: 'waiting' | 'running' | 'finished';
  readonly slot: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly slow: boolean;
  /** It waits to be run again, in no slot. */
  readonly postponed: boolean;
  readonly outcome: Outcome | null;
  /** Of the tests so far; of the task as it says itself once it has ended. */
  readonly totals: Totals;
  /** Tests that a framework reported as run: neither skipped nor made by runner. */
  readonly ran: number;
  /** Tests that are not a pass and not skipped, by identity; texts and number are capped. */
  readonly failures: ReadonlyMap<string, FailedTest>;
  /** Failing tests of which only the number is kept. */
  readonly failuresOmitted: number;
  /** A test that a framework reported has failed, other than for the end of its process. */
  readonly testsFailed: boolean;
  /** Tests of the last attempt that its process ended before their turn, by the reason given. */
  readonly notRun: ReadonlyMap<string, number>;
  /** Tests that passed only on a retry; at most 200 in a run, `totals.flaky` counts all. */
  readonly flaky: ReadonlyMap<string, FlakyTest>;
  /** Tests in quarantine that ran; at most 200 in a run, `totals.quarantined` counts all that failed. */
  readonly quarantined: ReadonlyMap<string, QuarantinedTest>;
  readonly attempts: readonly AttemptRecord[];
  /** The attempt that is under way, or was last. */
  readonly attempt: number;
  /** The test that was last known to run, until its result is told. */
  readonly running: TestId | null;
  /** Of the last attempt. */
  readonly log: LogFacts | null;
  readonly durationMs: number | null;
}

/** A test that is neither a pass nor skipped; its texts are cut to a few KiB. */
export interface FailedTest {
  readonly id: TestId;
  readonly status: TestStatus;
  readonly synthetic: boolean;
  /** It was running when its process ended. */
  readonly cutOff?: true;
  readonly line: number | null;
  readonly attempt: number;
  readonly durationMs: number;
  readonly problems: readonly Problem[];
  /** Of a task that is repeated: in how many repetitions it was no pass. */
  readonly failedRepetitions?: number;
}

/** A test that passed only on a retry. */
export interface FlakyTest {
  readonly id: TestId;
  readonly line: number | null;
  /** In which it passed. */
  readonly attempt: number;
  /** Why it did not before, where it was reported then. */
  readonly problems: readonly Problem[];
}

/** A test in quarantine, as it was told last. */
export interface QuarantinedTest extends Pick<QuarantineEntry, 'owner' | 'until' | 'reason'> {
  readonly id: TestId;
  readonly line: number | null;
  readonly passed: boolean;
  /** Why it did not pass; its details are cut to a few KiB. */
  readonly problems: readonly Problem[];
}

/** How one attempt of a task ended. */
export interface AttemptRecord {
  readonly attempt: number;
  readonly cause: AttemptCause;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly log: LogFacts | null;
  readonly leaked: readonly string[];
}

/** The last that was heard of a service. */
export interface ServiceRecord {
  /** What it died of last, before it was started again; absent = it has not. */
  readonly lastFailure?: string;
  readonly change: ServiceChange;
  readonly generation: number;
  readonly at: number;
}

/** A run that has not started. */
export const emptyState: RunState = {
  runId: null,
  planId: null,
  plan: null,
  shard: null,
  queue: null,
  queueProgress: null,
  startedAt: null,
  lastAt: null,
  endedAt: null,
  durationMs: null,
  tasks: new Map(),
  services: new Map(),
  coverage: new Map(),
  warnings: [],
  warningCount: 0,
  cancelled: null,
  unseen: null,
  verdict: null,
};

/** The totals of the whole run so far. */
export function totalsOf(state: RunState): Totals {
  return sumTotals([...state.tasks.values()].map((task) => task.totals));
}

/** Totals and tasks of each category, in the order of the plan. */
export function categoriesOf(state: RunState): ReadonlyMap<string, readonly TaskRecord[]> {
  const categories = new Map<string, TaskRecord[]>();
  for (const planned of state.plan?.categories ?? []) categories.set(planned.name, []);
  for (const record of state.tasks.values()) {
    const tasks = categories.get(record.task.category);
    if (tasks === undefined) categories.set(record.task.category, [record]);
    else tasks.push(record);
  }
  return categories;
}
