import { basename, relative, resolve } from 'node:path';
import { guardSuite } from '../base/guard-names.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Category, Config, Suite } from '../model/config.ts';
import type { ConfigFlags } from './flags.ts';

/**
 * The config with the suite that `guards: true` stands for: an audit in a process of its own, with the config that is loaded. It names nothing of this
 * machine, since plans are made for others.
 */
export function withGuardSuite(
  { config, path, root, environment }: LoadedConfig,
  flags: ConfigFlags & { readonly history?: string },
  cwd: string,
): Config {
  const isGuarded = Object.values(config.categories).some(({ guards }) => guards === true);
  if (!isGuarded) return config;
  const sets = (flags.set ?? []).flatMap((word) => ['--set', word]);
  const remember = flags.history === undefined ? [] : ['--remember', fromRoot(flags.history, { root, cwd })];
  const suite: Suite = {
    ...{ name: guardSuite, framework: guardSuite, cwd: '.', files: [], exclude: [], command: null },
    args: ['--config', basename(path), '--env', environment.name, ...sets, ...remember],
    ...{ env: {}, component: null, batch: 'all', junit: null, timeoutMs: null },
  };
  const selector = { suite: guardSuite, files: null, keyword: null, markers: null };
  const guarded = ([name, category]: [string, Category]): [string, Category] => [
    name,
    category.guards === true ? { ...category, tests: [...category.tests, selector] } : category,
  ];
  return {
    ...config,
    suites: { ...config.suites, [guardSuite]: suite },
    categories: Object.fromEntries(Object.entries(config.categories).map(guarded)),
  };
}

function fromRoot(history: string, { root, cwd }: { readonly root: string; readonly cwd: string }): string {
  return history === 'none' ? history : relative(root, resolve(cwd, history));
}
