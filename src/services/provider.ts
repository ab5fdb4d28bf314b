import type { Env, ProviderKind, Service } from '../model/config.ts';
import type { Io, RunJournal, ServiceAddress } from '../ports.ts';
import type { WatchedProbe } from './health-watch.ts';
import type { PortAllocator } from './ports.ts';
import type { RunTool } from './probes/target.ts';

/** One way to have a service. */
export interface ServiceProvider {
  /** Resolves when the service is ready, or when it will not be; leaves nothing alive then. Never rejects for what a service does. */
  start(service: Service, request: StartRequest): Promise<StartResult>;
}

/** What differs from start to start. */
export interface StartRequest {
  /** 1 for the first start of this service in the run. */
  readonly generation: number;
  /** Where an external service is; references not yet substituted. */
  readonly url: string | null;
  /** No other provider is left: worth some patience. */
  readonly last: boolean;
  /** The addresses of the services that this one needs. */
  readonly services: Readonly<Record<string, ServiceAddress>>;
  /** Where the generation before was, to come back there if it is free: who needs it was told so. */
  readonly port?: number | null;
  /** Ends the start. */
  readonly signal: AbortSignal;
  /** Shortens the end of what has to be ended. */
  readonly kill: AbortSignal;
}

export type StartResult =
  | { readonly kind: 'running'; readonly running: RunningService }
  /** It is not there, and was not started either: another provider may be tried. */
  | { readonly kind: 'unavailable'; readonly problem: string; readonly remedy: string }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'cancelled' };

/** A service in use. */
export interface RunningService {
  /** `kept`: left running by an earlier run. */
  readonly provider: ProviderKind | 'kept';
  readonly address: ServiceAddress;
  /** By what another runner can find it again; without, it cannot be kept. */
  readonly handle?: RunningHandle;
  /** It goes on after the run: `stop` lets go of it. */
  readonly stays?: boolean;
  /** What it saved that it was running already, milliseconds. */
  readonly savedMs?: number;
  /** Settles with what happened when it ends, whoever ended it; `null` for what we did not start and cannot watch. */
  readonly ended: Promise<string> | null;
  /** What is repeated while it is in use to see whether it is healthy; absent = only `ended` is watched. */
  readonly watched?: readonly WatchedProbe[];
  /** What happened to it as a message, with the last lines of its log. */
  explain?(what: string): string;
  /** Ends what `stop` would let go of: it is to stay, but not like this. */
  end?(kill: AbortSignal): Promise<readonly string[]>;
  /** Ends what was started and names what outlived it; does nothing to what was not started by us. */
  stop(kill: AbortSignal): Promise<readonly string[]>;
  /** Ends what only watches it or copies its output, and leaves it running: for what stays after the run. */
  letGo?(): Promise<void>;
}

export type RunningHandle =
  | { readonly kind: 'process'; readonly pid: number; readonly mark: string; readonly logPath: string }
  | { readonly kind: 'compose'; readonly project: string; readonly logPath: string };

/** What the providers are built from. */
export interface ProviderTools {
  readonly io: Io;
  readonly runTool: RunTool;
  readonly ports: PortAllocator;
  /** Absolute root of the workspace. */
  readonly root: string;
  /** Absolute folder under which `services/<name>.log` is written. */
  readonly logsDir: string;
  readonly logLimitBytes: number;
  /** Names what is started (marks, compose projects); for what is kept another one than the run's. */
  readonly runId: string;
  /** Told of compose projects before they are started; process groups are noted by `io`. */
  readonly journal?: RunJournal | undefined;
  /** What every service inherits; may hold references. */
  readonly baseEnv: Env;
  /** Values of the references that do not depend on the service: `env.NAME`, `run.id`, `shard.index`. */
  readonly lookup: (reference: string) => string | null;
}
