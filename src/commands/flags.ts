/** What commander hands over for `run` and `plan`, in its own naming (`--no-docker` is `docker: false`). */
export interface RunFlags {
  readonly category?: readonly string[];
  readonly excludeCategory?: readonly string[];
  readonly layer?: readonly string[];
  readonly mode?: string;
  readonly suite?: readonly string[];
  readonly variant?: readonly string[];
  readonly service?: readonly string[];
  readonly pattern?: readonly string[];
  readonly keyword?: string;
  readonly markers?: string;
  readonly file?: readonly string[];
  readonly changed?: string | true;
  readonly watch?: true;
  readonly deps: boolean;
  readonly failed?: true;
  readonly failedFirst?: true;
  readonly env?: string;
  readonly allowProd?: true;
  readonly allow?: string;
  readonly excludeEnv?: readonly string[];
  readonly docker: boolean;
  readonly prefer?: string;
  readonly preferStaging?: true;
  readonly realServices?: true;
  readonly services: boolean;
  readonly keepServices?: true;
  readonly serviceTimeout?: string;
  readonly workers?: string;
  readonly timeout?: string;
  readonly deadline?: string;
  readonly retries?: string;
  readonly repeat?: string;
  readonly detectFlakes?: string | true;
  readonly failFast?: string | boolean;
  readonly maxfail?: string;
  readonly coverage?: boolean;
  readonly dryRun?: true;
  readonly shard?: string;
  readonly plan?: string;
  readonly queue?: string;
  readonly build?: string;
  readonly lease?: string;
  readonly progress?: string;
  readonly verbose?: true;
  readonly quiet?: true;
  readonly color: boolean;
  readonly slowest?: string | true;
  readonly reporter?: readonly string[];
  readonly splitMaxBytes?: string;
  readonly reports?: string;
  readonly history?: string;
  readonly config?: string;
  readonly set?: readonly string[];
}

/** Of `queue`. */
export interface QueueFlags {
  readonly follow?: true;
  readonly queue?: string;
  readonly build?: string;
  readonly json?: true;
}

export interface PlanFlags extends RunFlags {
  readonly shards?: string;
  readonly target?: string;
  readonly json?: true;
  readonly explain?: true;
  readonly out?: string;
}

export interface MatrixFlags extends Omit<PlanFlags, 'docker' | 'services' | 'color'> {
  readonly github?: true;
  readonly gitlab?: true;
  readonly kubernetes?: true;
  readonly image?: string;
  readonly job?: string;
  readonly claim?: string;
}

/** Of `why`: what would be run is all that matters of a plan. */
export type WhyFlags = Omit<PlanFlags, 'docker' | 'services' | 'color'>;

export interface HistoryFlags extends LoadFlags {
  readonly history?: string;
  readonly last?: string;
  readonly limit?: string;
  readonly suggest?: true;
  readonly html?: string | true;
}

export interface ListFlags extends RunFlags {
  readonly json?: true;
}

/** What every command takes that reads the config. */
interface LoadFlags {
  readonly json?: true;
  readonly env?: string;
  readonly config?: string;
  readonly set?: readonly string[];
}

export interface MergeFlags {
  readonly reporter?: readonly string[];
  readonly splitMaxBytes?: string;
  readonly reports?: string;
  readonly history?: string;
  readonly color: boolean;
}

export interface ReportFlags {
  readonly format?: readonly string[];
  readonly splitMaxBytes?: string;
  readonly open?: true;
  readonly serve?: true;
  readonly out?: string;
  readonly config?: string;
}

export interface ConfigFlags extends LoadFlags {
  readonly origin?: true;
}

export interface ServicesFlags extends LoadFlags {
  readonly allowProd?: true;
  readonly allow?: string;
  readonly prefer?: string;
  readonly preferStaging?: true;
  readonly docker: boolean;
  readonly serviceTimeout?: string;
  readonly follow?: true;
}

export interface CompareFlags {
  readonly failOn?: readonly string[];
  readonly json?: true;
  readonly config?: string;
}

export interface InitFlags {
  readonly yes?: true;
  readonly force?: true;
  readonly ci?: 'github' | 'gitlab';
}

export interface AuditFlags extends LoadFlags {
  readonly updateBaseline?: true;
  readonly allowIncrease?: string;
  readonly failOnStale?: true;
  readonly phase?: string;
  readonly junit?: string;
  readonly history?: true;
  readonly remember?: string;
}

export interface DoctorFlags extends Omit<RunFlags, 'services' | 'color'> {
  readonly json?: true;
}
