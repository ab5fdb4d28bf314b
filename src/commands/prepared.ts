import type { Masker } from '../base/mask.ts';
import type { Work } from '../categories/work.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Config, Env } from '../model/config.ts';
import type { Shard } from '../model/event.ts';
import type { Plan, PlanFacts } from '../model/plan.ts';
import type { Selection } from '../model/selection.ts';
import type { Chain } from './chain.ts';
import type { HistoryUse } from './history-place.ts';

/** Everything that a run needs to be decided before it starts. */
export interface ReadyRun {
  readonly loaded: LoadedConfig;
  /** The loaded config with what the command line overrides. */
  readonly config: Config;
  readonly selection: Selection;
  readonly facts: PlanFacts;
  /** Where the run is to be remembered; `null` = nowhere. */
  readonly history: HistoryUse | null;
  /** What runs here. */
  readonly plan: Plan;
  /** `null` = the plan is of everything. */
  readonly shard: Shard | null;
  /** The earlier run that it goes on from; `null` = none. */
  readonly chain: Chain | null;
  /** Digest of a root-relative file's text; `null` = it cannot be read. */
  readonly digestOf: (file: string) => string | null;
  readonly switchEnv: Env;
  readonly warnings: readonly string[];
  /** The values of the environment's secrets. */
  readonly secrets: Env;
  /** Hides those; `null` = there are none. */
  readonly masker: Masker | null;
}

/** The same with what the plan was cut from, which holds each file three times. */
export interface Prepared extends ReadyRun {
  /** All that was selected. */
  readonly work: Work;
}
