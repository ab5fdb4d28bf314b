import type { Plan, Task } from '../model/plan.ts';
import type { AttemptFolders } from './attempt-paths.ts';
import type { RunCoverage } from './coverage.ts';
import type { Quarantine } from './quarantine.ts';
import type { RetryLimits } from './retry-limits.ts';
import type { RunTools } from './run-tools.ts';

/** What running one task needs to know. */
export interface TaskContext {
  readonly plan: Plan;
  readonly task: Task;
  readonly slot: number;
  readonly tools: RunTools;
  readonly folders: AttemptFolders;
  readonly limits: RetryLimits;
  readonly quarantine: Quarantine;
  readonly coverage: RunCoverage;
  /** Aborts when this task has to end; its reason is a `CancelReason`. */
  readonly stop: AbortSignal;
  /** Notes a defect of runner itself; the run goes on and fails with it at its end. */
  readonly bug: (error: unknown) => void;
}
