import type { Config, Env, Environment } from '../model/config.ts';
import type { EventBody } from '../model/event.ts';
import type { Task } from '../model/plan.ts';
import type { Io, RunJournal } from '../ports.ts';
import type { KeepOptions } from './keeping-provider.ts';
import type { AllowedProviders } from './choose.ts';
import type { RunTool } from './probes/target.ts';

/** What the services of a run are started with. */
export interface LeaseOptions {
  readonly services: Config['services'];
  readonly environment: Environment;
  /** All of the plan: a service is stopped after the last task that needs it. */
  readonly tasks: readonly Task[];
  readonly io: Io;
  readonly runTool: RunTool;
  /** Absolute root of the workspace. */
  readonly root: string;
  /** Absolute; logs are written to `<logsDir>/services/<name>.log`. */
  readonly logsDir: string;
  readonly logLimitBytes: number;
  readonly runId: string;
  /** What every service inherits; may hold references, so what comes from the caller must be escaped (`escapeTemplate`). */
  readonly baseEnv: Env;
  /** Values of `env.NAME`, `run.id` and `shard.index`; `null` = not set. */
  readonly lookup: (reference: string) => string | null;
  readonly allow: AllowedProviders & {
    /** `true`: `--real-services`, what is unavailable is a failure. */
    readonly real: boolean;
  };
  readonly emit: (body: EventBody) => void;
  /** Where what is started is noted. */
  readonly journal?: RunJournal;
  /** With it, services that were left running are used, and with `keep` left running. */
  readonly kept?: KeepOptions;
}
