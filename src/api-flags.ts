import type { CommonOptions, MergeOptions, RunOptions } from './api-types.ts';
import type { RunFlags } from './commands/options.ts';

/** Each option of `run` with the flag that it stands for. */
export function flagsOf(options: RunOptions): RunFlags {
  const { shard, history } = options;
  return {
    deps: options.dependencies ?? true,
    docker: options.docker ?? true,
    services: options.services ?? true,
    color: false,
    progress: options.progress ?? 'none',
    ...given({
      category: options.categories,
      excludeCategory: options.excludeCategories,
      layer: options.layers,
      mode: options.mode,
      suite: options.suites,
      variant: options.variants,
      service: options.components,
      pattern: options.patterns,
      keyword: options.keyword,
      markers: options.markers,
      env: options.environment,
      allow: options.allow,
      realServices: options.realServices === true ? true : undefined,
      workers: textOf(options.workers),
      timeout: options.timeout,
      deadline: options.deadline,
      retries: textOf(options.retries),
      repeat: textOf(options.repeat),
      failFast: options.failFast,
      maxfail: textOf(options.maxFailures),
      coverage: options.coverage,
      plan: options.plan,
      shard: shard === undefined ? undefined : `${shard.index}/${shard.total}`,
      history: history === false ? 'none' : history,
      reports: options.reports,
      config: options.config,
      set: options.set,
    }),
  };
}

function textOf(value: number | string | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are not defined. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

const commonOptions = { cwd: true, env: true, reports: true } as const satisfies Record<keyof CommonOptions, true>;

/** The options that there are. */
export const mergeOptions = { ...commonOptions, paths: true, history: true } as const satisfies Record<
  keyof MergeOptions,
  true
>;

/** The options that there are. */
export const runOptions = {
  ...commonOptions,
  files: true,
  categories: true,
  excludeCategories: true,
  layers: true,
  mode: true,
  suites: true,
  variants: true,
  components: true,
  patterns: true,
  keyword: true,
  markers: true,
  dependencies: true,
  environment: true,
  allow: true,
  docker: true,
  services: true,
  realServices: true,
  workers: true,
  timeout: true,
  deadline: true,
  retries: true,
  repeat: true,
  failFast: true,
  maxFailures: true,
  coverage: true,
  plan: true,
  shard: true,
  history: true,
  config: true,
  set: true,
  switches: true,
  frameworkArgs: true,
  progress: true,
  signal: true,
} as const satisfies Record<keyof RunOptions, true>;
