import type { Masker } from '../base/mask.ts';
import type { Framework } from '../frameworks/framework.ts';
import type { Config, Env } from '../model/config.ts';
import type { Settings } from '../model/settings.ts';
import type { EventBody } from '../model/event.ts';
import type { Io, ServiceLeases, StopSignals } from '../ports.ts';

/** What a failure stops beyond the categories that depend on the failed one: nothing, everything, its category, or everything when it is critical. */
export type FailFast = 'never' | 'first' | 'category' | 'critical';

/** Everything a run needs besides its plan. All paths are absolute. */
export interface RunTools {
  readonly io: Io;
  readonly leases: ServiceLeases;
  readonly frameworks: ReadonlyMap<string, Framework>;
  readonly suites: Config['suites'];
  readonly categories: Config['categories'];
  readonly settings: Settings;
  readonly signals: StopSignals;
  readonly failFast: FailFast;
  /** Failed tests after which everything stops; `null` = no limit. */
  readonly maxFailures: number | null;
  /** Time for the whole run, `settings.teardownMs` of it kept for teardown; `null` = no limit. */
  readonly deadlineMs: number | null;
  /** Arguments after `--`. */
  readonly extraArgs: readonly string[];
  /** It runs a part of the plan, as one shard of several. */
  readonly isShard?: boolean;
  readonly root: string;
  readonly reportsDir: string;
  /** Each attempt gets a folder in here, removed when it ends. */
  readonly tmpDir: string;
  /** Folder of the streaming plugins of frameworks. */
  readonly pluginsDir: string;
  readonly runId: string;
  /** The caller's environment, given to tests as it is: `${...}` in it is no reference. */
  readonly baseEnv: Env;
  /** Variables of the environment and, over them, of the switches; they win over suite and category and may hold `${...}`. */
  readonly overlayEnv: Env;
  /** The value of `env.NAME`, `run.id`, `shard.index`; `null` = not known. Slots and services are added per task. */
  readonly lookup: (reference: string) => string | null;
  readonly emit: (body: EventBody) => void;
  /** Given: what tests write in their reports and artifacts is masked before it is kept. */
  readonly masker: Masker | null;
}
