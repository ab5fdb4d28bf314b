import { didYouMean } from '../base/suggest.ts';
import { catalogue } from '../categories/catalogue.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadOptions } from '../config/load.ts';
import { effectiveConfig, effectiveOrigins, showConfig } from '../config/show.ts';
import { UsageError, assertNever } from '../errors.ts';
import { frameworks } from '../frameworks/index.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { ConfigFlags } from './options.ts';
import { discoverLazily } from './discover-lazily.ts';

/**
 * `runner config <action>`.
 *
 * @throws ConfigError, UsageError
 */
export async function config(input: {
  readonly action: string;
  readonly flags: ConfigFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { action, flags, context } = input;
  if (action !== 'show' && action !== 'check' && action !== 'schema') {
    throw new UsageError(
      `there is no "runner config ${action}"${didYouMean(action, actions)}`,
      `actions: ${actions.join(', ')}`,
    );
  }
  refuseIdle(action, flags);
  return configCommand(action, {
    origin: flags.origin ?? false,
    json: flags.json ?? false,
    load: {
      cwd: context.cwd,
      file: flags.config ?? null,
      sets: flags.set ?? [],
      environment: flags.env ?? null,
      env: context.env,
      catalogue,
      frameworks: [...frameworks.values()],
      ...(action === 'show' ? { discover: discoverLazily } : {}),
    },
  });
}

/** The schema is the same whatever the config says, and only `show` shows values. */
function refuseIdle(action: (typeof actions)[number], flags: ConfigFlags): void {
  const given: Readonly<Record<string, boolean>> = {
    '--origin': flags.origin === true,
    '--env': flags.env !== undefined,
    '--config': flags.config !== undefined,
    '--set': flags.set !== undefined,
  };
  const idle = action === 'show' ? [] : action === 'check' ? ['--origin'] : Object.keys(given);
  const found = idle.find((flag) => given[flag] === true);
  if (found === undefined) return;
  throw new UsageError(`runner config ${action} takes no ${found}`, `${found} goes with runner config show`);
}

const actions = ['show', 'check', 'schema'] as const;

export interface ConfigCommandOptions {
  /** With `show`: where each value comes from. */
  readonly origin: boolean;
  readonly json: boolean;
  readonly load: LoadOptions;
}

/**
 * `runner config show | check | schema`.
 *
 * @throws ConfigError, UsageError
 */
export async function configCommand(
  action: 'show' | 'check' | 'schema',
  options: ConfigCommandOptions,
): Promise<CommandResult> {
  switch (action) {
    case 'show':
      return done(await show(options));
    case 'check':
      return done(await checkText(options));
    case 'schema':
      return done(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    default:
      return assertNever(action);
  }
}

async function show({ origin, json, load }: ConfigCommandOptions): Promise<string> {
  const loaded = await loadConfig(load);
  if (!json) return showConfig(loaded, { origin });
  const config = effectiveConfig(loaded);
  return `${JSON.stringify(origin ? { config, origins: effectiveOrigins(loaded) } : config, null, 2)}\n`;
}

async function checkText({ json, load }: ConfigCommandOptions): Promise<string> {
  const { config, path } = await loadConfig(load);
  const counts = {
    suites: Object.keys(config.suites).length,
    categories: Object.keys(config.categories).length,
    services: Object.keys(config.services).length,
  };
  if (json) return `${JSON.stringify({ valid: true, path, ...counts })}\n`;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const things = [
    amount(counts.suites, 'suite', 'suites'),
    amount(counts.categories, 'category', 'categories'),
    amount(counts.services, 'service', 'services'),
  ];
  return `${name} is valid: ${things.join(', ')}\n`;
}

function amount(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

function done(text: string): CommandResult {
  return { text, exitCode: 0 };
}
