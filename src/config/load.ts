import { basename, dirname } from 'node:path';
import { dayOf } from '../base/calendar.ts';
import type { CatalogueEntry, Config, Env, Environment, FrameworkDefaults } from '../model/config.ts';
import { checkFiles, checkFolders, examine } from './check.ts';
import type { Discovery } from '../model/discovery.ts';
import { chooseEnvironment, readEnvironmentEnv, readSecrets, refuseLiftedProtection } from './environment.ts';
import { normalise } from './normalise.ts';
import { createOrigins } from './origins.ts';
import { overlayEnvironment } from './overlay.ts';
import { findConfigFile, readConfigFile } from './read-file.ts';
import type { ConfigFile, DiscoverConfig } from './read-file.ts';
import type { ConfigInput } from './schema.ts';
import { parseSets } from './sets.ts';
import type { Override } from './sets.ts';
import { createSource, problemsError } from './source.ts';
import type { Source } from './source.ts';
import { readYaml } from './yaml.ts';

export interface LoadOptions {
  readonly cwd: string;
  /** The config file; `null` = the nearest `runner.config.yaml` at or above `cwd`. */
  readonly file: string | null;
  /** `--set` words: `suites.api.batch=file`, the value in YAML. */
  readonly sets: readonly string[];
  /** `null` = what the mode says, else the config. */
  readonly environment: string | null;
  /** A mode whose environment is used when none is named; one that is not defined is ignored here. */
  readonly mode?: string | null;
  /** The caller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The day in UTC, `2026-08-20`; absent = that of the machine's clock. */
  readonly today?: string;
  readonly catalogue: readonly CatalogueEntry[];
  readonly frameworks: readonly FrameworkDefaults[];
  /** Makes the config where there is none and none is named; absent = that is an error. */
  readonly discover?: DiscoverConfig;
}

export interface LoadedConfig {
  /** With what the selected environment says of services and categories; `timeoutFactor` is not yet applied. */
  readonly config: Config;
  /** Absolute folder of the config file; paths in the config are relative to it. */
  readonly root: string;
  readonly path: string;
  readonly environment: Environment;
  /** The environment's variables, its file under its `env`; may hold `${...}` references. */
  readonly environmentEnv: Env;
  /** Values of the environment's secrets by name, for masking; never empty texts. */
  readonly secrets: Env;
  /** Where each value comes from: `suites.backend.batch` -> `framework pytest`, `runner.config.yaml:14:7`, `catalogue`, `default`, `--set`, `environment staging`. */
  origins(): ReadonlyMap<string, string>;
  /** There is no file at `path`: this was found instead. */
  readonly discovery?: Discovery;
}

/**
 * Finds, reads and checks the config and fills in every default.
 *
 * @throws ConfigError with all problems at once, UsageError when `environment` is not defined
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const overrides = await readSets(options.sets);
  const file = await readOrDiscover(options);
  const root = dirname(file.path);
  const yaml = await readYaml(file.text);
  const source = createSource(file.text, { yaml, name: file.name, overrides, originOf: file.originOf });
  const input = checked(source, { ...options, root });
  const origins = createOrigins(source);
  const config = normalise(input, origins, { ...options, project: basename(root) || 'project' });
  const environment = chooseEnvironment(
    config,
    options.environment ?? config.modes[options.mode ?? '']?.environment ?? config.environment,
  );
  if (overrides.length > 0) {
    const written = createSource(file.text, { yaml, name: file.name, overrides: [] });
    refuseLiftedProtection(config, { chosen: environment.name, overrides, file: written });
  }
  const environmentEnv = readEnvironmentEnv(environment, root, source);
  const secrets = readSecrets(environment, { environmentEnv, env: options.env, source });
  return {
    config: overlayEnvironment(config, { environment, origins, source }),
    root,
    path: file.path,
    environment,
    environmentEnv,
    secrets,
    origins: () => origins.all(),
    ...(file.discovery === undefined ? {} : { discovery: file.discovery }),
  };
}

async function readSets(words: readonly string[]): Promise<readonly Override[]> {
  return words.length === 0 ? [] : parseSets(words, (await import('./yaml-document.ts')).readDocument);
}

async function readOrDiscover({
  cwd,
  file,
  discover,
}: LoadOptions): Promise<ConfigFile & { readonly discovery?: Discovery }> {
  const isAbsent = file === null && discover !== undefined && findConfigFile(cwd) === null;
  return isAbsent ? discover(cwd) : readConfigFile(cwd, file);
}

function checked(
  source: Source,
  options: Pick<LoadOptions, 'catalogue' | 'frameworks' | 'today'> & { readonly root: string },
): ConfigInput {
  const { context, problems } = examine(source, {
    catalogue: options.catalogue,
    frameworks: options.frameworks,
    today: options.today ?? dayOf(Date.now()),
  });
  if (context === null) throw problemsError(problems);
  const all = [...problems, ...checkFolders(context, options.root), ...checkFiles(context, options.root)];
  if (all.length > 0) throw problemsError(all);
  return context.input;
}
