export type { FrameworkDefaults } from './framework-defaults.ts';
import type { Guard } from './guard.ts';
import type { QuarantineEntry } from './quarantine.ts';
import type { Settings } from './settings.ts';

/** What the workspace's configuration says, after validation and with every default filled in. Durations are milliseconds. */
export interface Config {
  readonly version: 1;
  readonly project: string;
  readonly workers: Workers;
  /** The environment used when the command line names none. */
  readonly environment: string;
  readonly settings: Settings;
  readonly suites: Readonly<Record<string, Suite>>;
  readonly categories: Readonly<Record<string, Category>>;
  readonly services: Readonly<Record<string, Service>>;
  readonly environments: Readonly<Record<string, Environment>>;
  readonly layers: Readonly<Record<string, Layer>>;
  readonly modes: Readonly<Record<string, Mode>>;
  readonly switches: Readonly<Record<string, Switch>>;
  /** Tests that may fail for a while. */
  readonly quarantine: readonly QuarantineEntry[];
  /** Rules over the text of files; absent = none. */
  readonly guards?: Readonly<Record<string, Guard>>;
}

/** How many slots a run has: what the machine allows, a share of it, or a number. */
export type Workers = 'auto' | number | `${number}%`;

/** How to run one framework in one folder. A suite with variants is here once for each of them, and not itself. */
export interface Suite {
  /** As the config has it, or `backend[py312]` for a variant. */
  readonly name: string;
  /** Of which suite it is which variant. */
  readonly variantOf?: { readonly suite: string; readonly variant: string };
  readonly framework: string;
  /** Root-relative folder, `.` for the root. */
  readonly cwd: string;
  /** Globs relative to `cwd`. */
  readonly files: readonly string[];
  readonly exclude: readonly string[];
  /** How to launch the framework (argv); `null` = the framework's default. */
  readonly command: readonly string[] | null;
  readonly args: readonly string[];
  readonly env: Env;
  /** The component it tests, for `--service`. */
  readonly component: string | null;
  readonly batch: BatchMode;
  /** Where a `command` suite leaves its JUnit files: globs relative to `cwd`; `null` = judged by the exit code alone. */
  readonly junit: readonly string[] | null;
  /** Where a `command` suite tells its tests in TAP: what it prints, or files by globs relative to `cwd`; nothing = no TAP. */
  readonly tap?: 'output' | readonly string[] | null;
  readonly timeoutMs: number | null;
  /** Root-relative globs of what its tests test: a change to it runs them. */
  readonly affects?: readonly string[];
}

/** Values may hold `${...}` references, which are substituted only when a process is started. */
export type Env = Readonly<Record<string, string>>;

/** `auto`: cut by slots; `file`: one process per file; `all`: one process for everything. */
export type BatchMode = 'auto' | 'file' | 'all';

export type Priority = 'critical' | 'high' | 'normal' | 'low' | 'background';

/** What a set of tests is for. */
export interface Category {
  readonly name: string;
  readonly description: string;
  readonly priority: Priority;
  readonly tests: readonly TestSelector[];
  /** Services the tests need. */
  readonly needs: readonly string[];
  /** Environments it may run in; `null` = all. */
  readonly environments: readonly string[] | null;
  readonly excludeEnvironments: readonly string[];
  /** Categories that must have passed before. */
  readonly dependsOn: readonly string[];
  /** Categories that, when they run too, run before. */
  readonly after: readonly string[];
  /** Categories that must not run at the same time. */
  readonly conflicts: readonly string[];
  readonly timeoutMs: number;
  /** The config gives the category's timeout itself; it then wins over that of a suite. */
  readonly ownTimeout?: boolean;
  readonly slowAfterMs: number | null;
  readonly missingService: 'fail' | 'skip';
  readonly locks: readonly string[];
  /** Slots that one of its tasks holds. */
  readonly slots: number;
  readonly exclusive: boolean;
  readonly allowEmpty: boolean;
  /** How often a task that failed is run again. */
  readonly retries: number;
  /** What it has to have failed of for that: `test-failure`, `timeout`, `crash`, `exit:<code>` or `regex:<pattern>`. */
  readonly retryOn: readonly string[];
  /** Pause before it is run again; `null` = none. */
  readonly backoff: Backoff | null;
  readonly retryWhen: RetryWhen;
  /** Nothing is run again once more than this share of the category's tests has failed, 1 to 100. */
  readonly retryLimitPercent: number;
  /** Whether a test that passed only on a retry counts as passed or as failed. */
  readonly flaky: 'pass' | 'fail';
  /** The least share of lines that its tests are to execute when coverage is measured, in percent; absent = none. */
  readonly minCoverage?: number | null;
  /** Root-relative globs of what its tests test: a change to it runs them. */
  readonly affects?: readonly string[];
  /** The guards of the config are tests of it too. */
  readonly guards?: boolean;
  readonly env: Env;
}

/** A pause that grows from one retry to the next. */
export interface Backoff {
  readonly initialMs: number;
  /** Each pause is this much longer than the one before, 1 to 100. */
  readonly factor: number;
  readonly maxMs: number;
  /** Each pause is shortened by up to a half at random, so that what failed together does not come back together. */
  readonly jitter: boolean;
}

/** When a failed task is run again: at once in its slot, after all others that can run, or then and with nothing beside it. */
export type RetryWhen = 'immediately' | 'end' | 'alone';

/** The part of a suite that belongs to a category. */
export interface TestSelector {
  readonly suite: string;
  /** Globs relative to the suite's `cwd`; `null` = all files of the suite. */
  readonly files: readonly string[] | null;
  readonly keyword: string | null;
  readonly markers: string | null;
}

/** Something tests need; the first provider that is allowed and works is used. */
export interface Service {
  readonly name: string;
  readonly external: { readonly url: string } | null;
  readonly process: ServiceProcess | null;
  readonly docker: ServiceDocker | null;
  /** Of the process; a container's port is read back from docker. */
  readonly port: 'auto' | number;
  readonly needs: readonly string[];
  readonly health: readonly Probe[];
  readonly startTimeoutMs: number;
  /** Time between two looks at it while it is in use; `null` = only the end of its process is noticed. */
  readonly watchMs: number | null;
  /** How often in one run it is started again after it died, 0 to 5. */
  readonly restarts: number;
  /** Copies at most; a slot has copy (slot mod instances). */
  readonly instances: number;
  readonly stop: { readonly signal: StopSignal; readonly graceMs: number };
  /** Root-relative globs of what it is made of: a change to it runs the categories that need it. */
  readonly affects?: readonly string[];
}

export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP' | 'SIGKILL';

export interface ServiceProcess {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Env;
}

/** One service of a compose file. */
export interface ServiceDocker {
  /** Root-relative path of the compose file. */
  readonly compose: string;
  /** Its name in the compose file. */
  readonly service: string;
  /** What `${NAME}` stands for in the compose file, on top of the inherited environment; one environment for all services of a file. */
  readonly env: Env;
  /** Port in the container whose published port is the service's; `null` = the lowest that is published. */
  readonly port: number | null;
  /** It is ready when it has ended with 0: a migration, a seed. */
  readonly oneShot: boolean;
}

export type Probe =
  | {
      readonly kind: 'http';
      readonly path: string;
      readonly status: number;
      readonly headers: Env;
      readonly json: Readonly<Record<string, string | number | boolean>>;
    }
  | { readonly kind: 'tcp' }
  | {
      readonly kind: 'websocket';
      readonly path: string;
      readonly headers: Env;
      readonly protocols: readonly string[];
      readonly send: string | null;
      readonly expect: string | null;
    }
  | { readonly kind: 'log'; readonly pattern: string }
  | {
      readonly kind: 'command';
      readonly command: readonly string[];
      readonly timeoutMs: number;
      /** Time between two tries while the service is in use; absent = only its start is probed. */
      readonly intervalMs?: number;
    };

export type ProviderKind = 'external' | 'process' | 'docker';

export interface Environment {
  readonly name: string;
  readonly env: Env;
  readonly envFile: string | null;
  /** Names of variables that must be set. */
  readonly secrets: readonly string[];
  readonly prefer: readonly ProviderKind[];
  /** What is different about services here. */
  readonly services: Readonly<Record<string, ServiceOverlay>>;
  /** What is different about categories here. */
  readonly categories: Readonly<Record<string, CategoryOverlay>>;
  /** How often a failed task is run again, whatever its category says; `null` = as the category says. */
  readonly retries: number | null;
  readonly timeoutFactor: number;
  readonly protected: boolean;
}

/** What an environment says of a service, in its place; what is absent stays. */
export type ServiceOverlay = Partial<
  Pick<Service, 'external' | 'process' | 'docker' | 'port' | 'health' | 'startTimeoutMs' | 'stop'> & {
    /** Which providers it may use here, the best first. */
    readonly prefer: readonly ProviderKind[];
  }
>;

/** What an environment says of a category, in its place; what is absent stays, and variables are added. */
export type CategoryOverlay = Partial<
  Pick<
    Category,
    | 'priority'
    | 'timeoutMs'
    | 'slowAfterMs'
    | 'missingService'
    | 'locks'
    | 'slots'
    | 'exclusive'
    | 'allowEmpty'
    | 'retries'
    | 'retryOn'
    | 'backoff'
    | 'retryWhen'
    | 'retryLimitPercent'
    | 'flaky'
    | 'env'
  >
>;

/** A named selection of categories. */
export interface Layer {
  readonly name: string;
  readonly description: string;
  /** With stages: all of theirs, in order. */
  readonly categories: readonly string[];
  /** Groups of its categories that run one after the other; `null` = all at once. */
  readonly stages: readonly (readonly string[])[] | null;
  /** A stage starts only when all of the one before passed; else when it ended. */
  readonly stopOnFailure: boolean;
  /** Time for all of its tests together, from the start of the first; `null` = no limit. */
  readonly budgetMs: number | null;
}

/** A named selection of layers, with presentation. */
export interface Mode {
  readonly name: string;
  readonly description: string;
  readonly layers: readonly string[];
  readonly categories: readonly string[];
  readonly environment: string | null;
  readonly progress: 'auto' | 'tree' | 'lines' | 'json' | 'none' | null;
}

/** A team's own flag: `--real-llm` sets these variables. */
export interface Switch {
  readonly name: string;
  readonly description: string;
  readonly env: Env;
}

/** What a category of a well-known name is, unless the config says otherwise. */
export interface CatalogueEntry {
  readonly name: string;
  readonly description: string;
  readonly priority: Priority;
  readonly timeoutMs: number;
  /** Dropped where the workspace does not define the named category; the same for `after` and `conflicts`. */
  readonly dependsOn: readonly string[];
  readonly after: readonly string[];
  readonly conflicts: readonly string[];
  readonly missingService: 'fail' | 'skip';
  readonly exclusive: boolean;
}
