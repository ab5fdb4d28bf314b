/** What every function takes. */
export interface CommonOptions {
  /** The folder to work in; the process's own if left out. */
  readonly cwd?: string;
  /** The variables that tests inherit; the process's own if left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where reports go, from `cwd`; `reports` if left out. */
  readonly reports?: string;
}

/** What `runner run` takes, under the names that it has there where no better one is given. */
export interface RunOptions extends CommonOptions {
  /** Test files, folders or `file::test` ids. */
  readonly files?: readonly string[];
  readonly categories?: readonly string[];
  readonly excludeCategories?: readonly string[];
  readonly layers?: readonly string[];
  readonly mode?: string;
  readonly suites?: readonly string[];
  readonly variants?: readonly string[];
  /** `--service`: only suites that test these. */
  readonly components?: readonly string[];
  readonly patterns?: readonly string[];
  readonly keyword?: string;
  readonly markers?: string;
  /** `false`: without the categories that the chosen ones depend on. */
  readonly dependencies?: boolean;
  readonly environment?: string;
  /** A protected environment that is permitted. */
  readonly allow?: string;
  /** `false`: nothing that needs docker. */
  readonly docker?: boolean;
  /** `false`: no services at all. */
  readonly services?: boolean;
  /** Nothing may be skipped for want of a service. */
  readonly realServices?: boolean;
  /** Slots: a number, `50%` or `auto`. */
  readonly workers?: number | string;
  /** Of one attempt of one task: `30s`, `5m`. */
  readonly timeout?: string;
  /** Of the whole run, teardown included. */
  readonly deadline?: string;
  readonly retries?: number;
  readonly repeat?: number;
  readonly failFast?: 'never' | 'first' | 'category' | 'critical';
  readonly maxFailures?: number;
  readonly coverage?: boolean;
  /** A plan file, from `cwd`. */
  readonly plan?: string;
  readonly shard?: { readonly index: number; readonly total: number };
  /** Where runs are remembered, from `cwd`; `false` = nowhere. */
  readonly history?: string | false;
  /** The config file, from `cwd`. */
  readonly config?: string;
  /** Config values to override: `suites.api.batch=file`. */
  readonly set?: readonly string[];
  /** Switches of the config. */
  readonly switches?: readonly string[];
  /** Arguments for the framework. */
  readonly frameworkArgs?: readonly string[];
  /** What is written to stdout while tests run; `none` if left out. */
  readonly progress?: 'none' | 'lines' | 'json';
  /** Ends the run: tests are stopped, services too, and the reports are written. */
  readonly signal?: AbortSignal;
}

/** What `runner merge` takes. */
export interface MergeOptions extends CommonOptions {
  /** Files, globs, or folders that hold `events.jsonl` or `*.xml`, from `cwd`. */
  readonly paths: readonly string[];
  /** Where the merged run is to be remembered, from `cwd`; nowhere if left out. */
  readonly history?: string;
}

/** What a run came to; `bug` is one of runner. */
export type Verdict =
  'passed' | 'failed' | 'infrastructure' | 'nothing-ran' | 'incomplete' | 'interrupted' | 'terminated' | 'bug';

/** How a run or a merge ended. */
export interface Result {
  readonly verdict: Verdict;
  /** What the command line would exit with. */
  readonly exitCode: number;
  /** `null` when nothing was run. */
  readonly summary: Summary | null;
  /** Absolute path of the folder with the reports; `null` when none were written. */
  readonly reportsDir: string | null;
  /** What the command line would print at the end. */
  readonly text: string;
}

/** Numbers of tests. */
export interface Totals {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
  /** Of those that passed. */
  readonly flaky: number;
  /** Of those that are skipped. */
  readonly quarantined: number;
  readonly durationMs: number;
}

/** A test that failed, or could not be run. */
export interface Failure {
  readonly task: string;
  readonly category: string;
  readonly file: string | null;
  readonly className: string | null;
  readonly name: string;
  readonly line: number | null;
  readonly status: string;
  readonly [field: string]: unknown;
}

/** The content of `summary.json`; the fields that are not named here are there too. */
export interface Summary {
  readonly schemaVersion: number;
  readonly verdict: string;
  readonly durationMs: number | null;
  readonly totals: Totals;
  readonly failures: readonly Failure[];
  readonly [field: string]: unknown;
}
