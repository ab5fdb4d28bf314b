import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { TemplateError, escapeTemplate, expand } from '../base/template.ts';
import { didYouMean } from '../base/suggest.ts';
import { UsageError } from '../errors.ts';
import type { Config, Env, Environment } from '../model/config.ts';
import { isProduction, resolveEnvironmentName } from './environment-name.ts';
import { isMapping, valueAt } from './path.ts';
import type { Path } from './path.ts';
import { decode, readProblem } from './read-file.ts';
import type { Override } from './sets.ts';
import { problemsError } from './source.ts';
import type { Problem, Source } from './source.ts';

/**
 * The environment that a name or alias of the command line means.
 *
 * @throws UsageError when there is none
 */
export function chooseEnvironment(config: Config, name: string): Environment {
  const known = Object.keys(config.environments);
  const found = config.environments[resolveEnvironmentName(name, known) ?? ''];
  if (found !== undefined) return found;
  throw new UsageError(
    `environment "${name}" is not defined${didYouMean(name, known)}`,
    `environments: ${known.join(', ')}`,
  );
}

/**
 * A word that changes any value must not be able to do what only `--allow` may: neither for the environment of the run nor for another whose
 * addresses this one is kept from.
 *
 * @throws UsageError when the file, read without `--set`, protects an environment and the config does not, or has it somewhere else
 */
export function refuseLiftedProtection(
  { environments }: Config,
  run: { readonly chosen: string; readonly overrides: readonly Override[]; readonly file: Source },
): void {
  const written = valueAt(run.file.value, ['environments']);
  for (const name of isMapping(written) ? Object.keys(written) : []) {
    const isWritten = valueAt(written, [name, 'protected']);
    if (!(isWritten === undefined ? isProduction(name) : isWritten === true)) continue;
    const isLifted = environments[name]?.protected !== true;
    const isMoved = name !== run.chosen && run.overrides.some(({ path }) => isAround(path, ['environments', name]));
    if (!isLifted && !isMoved) continue;
    throw new UsageError(
      `--set cannot ${isLifted ? 'lift the protection' : 'change the services'} of environment "${name}"; nothing was started`,
      `add ${name === 'prod' ? '--allow-prod' : `--allow ${name}`} if these tests may really run there`,
    );
  }
}

/** Whether a value at a path holds what another environment knows of its services, or is part of it. */
function isAround(path: Path, environment: Path): boolean {
  const shared = Math.min(path.length, environment.length);
  if (!environment.slice(0, shared).every((step, index) => step === path[index])) return false;
  const key = path[environment.length];
  return key === undefined || ['services', 'env', 'envFile'].includes(String(key));
}

/**
 * The variables of an environment: its `envFile` below its `env`. Texts of the file are literal, so `${` in them is escaped.
 *
 * @throws ConfigError when the file cannot be read
 */
export function readEnvironmentEnv(environment: Environment, root: string, source: Source): Env {
  const { envFile } = environment;
  if (envFile === null) return environment.env;
  const place = source.place(['environments', environment.name, 'envFile'], 'value');
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(root, envFile));
  } catch (error) {
    throw problemsError([
      { place, message: `environment "${environment.name}" reads "${envFile}": ${readProblem(error)}` },
    ]);
  }
  const fromFile = Object.entries(parseEnv(decode(bytes, envFile))).map(
    ([name, value]) => [name, escapeTemplate(value ?? '')] as const,
  );
  return { ...Object.fromEntries(fromFile), ...environment.env };
}

/**
 * The values of the environment's secrets, by name, for masking.
 *
 * @throws ConfigError naming each that is unset or empty
 */
export function readSecrets(
  environment: Environment,
  values: {
    readonly environmentEnv: Env;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly source: Source;
  },
): Env {
  const secrets: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [index, name] of environment.secrets.entries()) {
    const value = secretValue(name, values.environmentEnv, values.env);
    if (value !== null && value !== '') {
      secrets[name] = value;
      continue;
    }
    const place = values.source.place(['environments', environment.name, 'secrets', index], 'value');
    const state = value === null ? 'is not set' : 'is empty';
    problems.push({
      place,
      message: `the secret ${name} of environment "${environment.name}" ${state}: set the variable before running`,
    });
  }
  if (problems.length > 0) throw problemsError(problems);
  return secrets;
}

function secretValue(
  name: string,
  environmentEnv: Env,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const written = Object.hasOwn(environmentEnv, name) ? environmentEnv[name] : undefined;
  if (written === undefined) return env[name] ?? null;
  try {
    return expand(written, (reference) => (reference.startsWith('env.') ? (env[reference.slice(4)] ?? null) : null));
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}
