import type { StopSignal } from './model/config.ts';
import type { LogFacts, RunEvent } from './model/event.ts';
import type { Exit } from './model/outcome.ts';
import type { Task } from './model/plan.ts';

/** Processes and time: everything the execution needs of the machine. */
export interface Io {
  spawn(request: SpawnRequest): Child;
  /** Milliseconds since the epoch; goes neither back nor on by leaps when the clock of the machine is set. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface SpawnRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the file that receives stdout and stderr. */
  readonly logPath: string;
  /** Output beyond this is cut off and the log says so. */
  readonly logLimitBytes: number;
  /** Put into the child's environment and inherited by all it starts, so that strays can be found; unique per child. */
  readonly mark: string;
}

/** A process group with everything that escaped from it. */
export interface Child {
  readonly pid: number | null;
  /** Settles when the leader exits, not when its output closes: a grandchild may hold that for ever. */
  readonly exited: Promise<ChildExit>;
  /** Ends the group and its strays: `signal` (SIGTERM), `graceMs`, SIGKILL (at once when `kill` aborts). Resolves when none is alive. */
  end(graceMs: number, kill: AbortSignal, signal?: StopSignal): Promise<void>;
  /** After the leader's exit: ends whatever outlived it and names it. */
  sweep(graceMs: number, kill: AbortSignal): Promise<readonly string[]>;
  /** Valid after `end` or `sweep`. `path` is the absolute log path. */
  log(): Promise<LogFacts>;
}

export type ChildExit =
  { readonly kind: 'exited'; readonly exit: Exit } | { readonly kind: 'spawn-failed'; readonly problem: string };

/** The services of a run, by who needs them. */
export interface ServiceLeases {
  /** Starts what the task needs and is not running; resolves when all of it is ready, or when one cannot be had. */
  acquire(task: Task, signal: AbortSignal, place?: { readonly slot: number }): Promise<LeaseResult>;
  /** Follows what the task has just been given; absent = `failureOf` is all that is known. */
  watch?(task: Task, place: { readonly slot: number }): LeaseWatch;
  /** The service that died and was not started again, of those named and all they need. */
  failureOf(services: readonly string[]): ServiceFailure | null;
  /** The task has ended or will never start; a service that nothing needs any more is stopped. Called once per task. */
  release(task: Task): void;
  /** Stops everything that was started, in reverse order; idempotent; resolves when nothing is alive. */
  stopAll(kill: AbortSignal): Promise<void>;
}

export interface ServiceFailure {
  readonly service: string;
  /** What happened, with the last lines of the service's log. */
  readonly problem: string;
}

export type LeaseResult =
  | { readonly kind: 'ready'; readonly services: Readonly<Record<string, ServiceAddress>> }
  /** No provider is allowed or answers: follows the category's `missingService`. */
  | { readonly kind: 'unavailable'; readonly service: string; readonly problem: string; readonly remedy: string }
  /** A provider was started and failed: infrastructure, always. */
  | { readonly kind: 'failed'; readonly service: string; readonly problem: string }
  | { readonly kind: 'cancelled' };

/** The services of one lease as they were when it was given: one that died and was started again is another. */
export interface LeaseWatch {
  /** Aborts when one of them has died that can be started again, so that what is tested against it is in vain. */
  readonly lost: AbortSignal;
  /** The death of one of them; `null` while all live. */
  failure(): ServiceFailure | null;
  /** Looks whether all of them are healthy, without waiting for the next regular look. */
  check(signal: AbortSignal): Promise<void>;
}

export interface ServiceAddress {
  readonly url: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Named groups captured by log probes. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Turns events into something people or programs read. */
export interface Reporter {
  onEvent(event: RunEvent): void;
  /** Called once, after the last event. A rejection makes the run red. */
  close?(): Promise<void>;
}

/** Reads the growing logs of running attempts. */
export interface Tail {
  /** The last lines of the file, 8 KiB at most; empty while there is none. */
  lastLines(path: string, count: number): Promise<readonly string[]>;
  /** Follows a file from its beginning, which may not be there yet. */
  follow(path: string): GrowingFile;
}

/** A file that others write to. Colours and control characters are taken out of what is read of it. */
export interface GrowingFile {
  /** The whole lines that came since the last call, of 64 KiB at most. Never throws. */
  read(options: ReadOptions): Growth;
}

export interface ReadOptions {
  /** Nothing writes any more: what has no line break is a line too. */
  readonly isEnd: boolean;
  /** Of more than 64 KiB the last are read, and not the first. */
  readonly skipsAhead: boolean;
}

export interface Growth {
  readonly lines: readonly string[];
  /** Left out before the lines. */
  readonly skippedBytes: number;
}

/** What a person or another program asks of a running command beside stopping it. */
export interface Attention {
  /** Keys are listened to while somebody wants to know. */
  readonly hasKeys: boolean;
  /** Calls back when somebody wants to know what is going on; gives what ends that. */
  onStatus(listener: () => void): () => void;
  /** Calls back with each key that is pressed and means nothing else, a byte as one character; gives what ends that. Absent: there are no keys. */
  onKeys?(listener: (key: string) => void): () => void;
  /** Calls back before this process is suspended and after it goes on; gives what ends that. */
  onSuspend(sleeper: Sleeper): () => void;
}

/** Something that must not go on as if nothing were while this process is suspended. */
export interface Sleeper {
  /** Is given half a second. */
  pause(): void | Promise<void>;
  resume(): void;
}

/** Hands out the tasks of a plan that several machines share. */
export interface TaskSource {
  /** The next task for this machine, as soon as there is one; `null` when there will be none any more, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<ClaimedTask | null>;
}

/** A task that no other machine runs. */
export interface ClaimedTask {
  readonly task: Task;
  readonly lease: string;
  /** Aborts, with a `CancelReason`, when another machine may run it. */
  readonly lost: AbortSignal;
}

/** Two steps of stopping: `cancel` ends the tests but never teardown; `kill` ends everything. */
export interface StopSignals {
  readonly cancel: AbortSignal;
  readonly kill: AbortSignal;
}

/** A process that can be told from any later one with the same pid, also by another runner. */
export interface ProcessIdentity {
  readonly pid: number;
  /** `null` where it cannot be known. */
  readonly startTime: string | null;
  readonly host: string;
  /** The machine's boot and the pid namespace; `null` where there is no such thing. */
  readonly boot: string | null;
  readonly namespace: string | null;
}

/** `elsewhere`: its pid means nothing here (another machine or container), so nothing is known about it. */
export type Liveness = 'alive' | 'gone' | 'elsewhere';

/** A process group that was started by some runner. */
export interface RecordedGroup {
  readonly leader: ProcessIdentity;
  readonly mark: string;
}

export interface EndResult {
  /** Command lines of what was ended. */
  readonly ended: readonly string[];
  /** `false` when something survived SIGKILL. */
  readonly complete: boolean;
}

/** The processes of the machine, those of other runners included. */
export interface Processes {
  identify(pid: number): ProcessIdentity;
  liveness(process: ProcessIdentity): Liveness;
  /** Ends the groups (those that are certainly still the ones recorded) and everything with a mark that starts so, except what has a spared mark. */
  end(
    recorded: {
      readonly groups: readonly RecordedGroup[];
      readonly markPrefixes: readonly string[];
      readonly spare: readonly string[];
    },
    options: { readonly signal: StopSignal; readonly graceMs: number; readonly kill: AbortSignal },
  ): Promise<EndResult>;
}

/** Notes on disk what has to be ended should runner itself be killed before it can. Never throws. */
export interface RunJournal {
  /** A process group was started. */
  started(pid: number, mark: string): void;
  /** Containers of this compose project are about to be started. */
  compose(project: string): void;
}
