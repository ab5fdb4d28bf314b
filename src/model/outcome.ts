/** How a process ended. */
export type Exit =
  { readonly kind: 'code'; readonly code: number } | { readonly kind: 'signal'; readonly signal: string };

export type CancelReason =
  | { readonly kind: 'signal'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }
  | { readonly kind: 'fail-fast'; readonly cause: string }
  | { readonly kind: 'max-failures'; readonly failures: number }
  /** Of the run, or of the layer that is named. */
  /** `limitMs` is what was asked for; the tests had `afterMs` of it, and teardown has the rest. */
  | { readonly kind: 'deadline'; readonly afterMs: number; readonly limitMs?: number; readonly layer?: string }
  | { readonly kind: 'internal-error'; readonly message: string }
  /** The machine did not renew its lease in time: another one runs the task. */
  | { readonly kind: 'lease-lost' }
  | { readonly kind: 'queue-lost'; readonly message: string }
  /** One task after the other failed for what looks like the machine's fault. */
  | { readonly kind: 'broken-worker'; readonly tasks: number };

export type SkipReason =
  | {
      readonly kind: 'blocked';
      readonly by: string;
      /** Where a layer with stages stopped, when that is why. */
      readonly stage?: StoppedStage;
    }
  | { readonly kind: 'environment'; readonly environment: string; readonly allowed: readonly string[] }
  | {
      readonly kind: 'service-unavailable';
      readonly service: string;
      readonly problem: string;
      /** The command or setting that would make it available. */
      readonly remedy: string;
    };

/** The stage of a layer that did not pass. */
export interface StoppedStage {
  readonly layer: string;
  /** The first is 1. */
  readonly number: number;
  readonly total: number;
  readonly categories: readonly string[];
}

/** Every claimed task ends with exactly one. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'tests-failed' }
  | { readonly kind: 'no-tests' }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  /** A non-zero exit without a failing test, or death by a signal. */
  | { readonly kind: 'crashed'; readonly exit: Exit }
  | { readonly kind: 'report-unusable'; readonly path: string; readonly problem: string }
  | { readonly kind: 'spawn-failed'; readonly problem: string }
  | { readonly kind: 'service-failed'; readonly service: string; readonly problem: string }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason }
  | { readonly kind: 'skipped'; readonly because: SkipReason };

/** What the run as a whole amounts to; see the exit codes in `errors.ts`. */
export type Verdict =
  'passed' | 'failed' | 'infrastructure' | 'incomplete' | 'nothing-ran' | 'interrupted' | 'terminated';
