import { didYouMean } from '../base/suggest.ts';
import { resolveEnvironmentName } from '../config/environment-name.ts';
import type { LoadedConfig } from '../config/load.ts';
import { UsageError } from '../errors.ts';
import type { Config, Environment } from '../model/config.ts';
import type { RunFlags } from './options.ts';
import { sharedAddress } from './protected-addresses.ts';

/** What the command line says of environments beyond the one that it runs in. */
export type EnvironmentFlags = Pick<RunFlags, 'allow' | 'allowProd' | 'prefer' | 'preferStaging'>;

/**
 * Refuses to touch a protected environment that the command line does not permit, under whatever name and by whatever way: as the run's own,
 * through `--prefer`, or because the run's own says that a service is at its address.
 *
 * @throws UsageError
 */
export function refuseProtected(
  loaded: Pick<LoadedConfig, 'environment' | 'environmentEnv' | 'config'>,
  flags: EnvironmentFlags,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const { environment, config } = loaded;
  const allowed = flags.allow === undefined ? null : namedEnvironment(config, flags.allow, '--allow').name;
  const preferred = preferredEnvironment(config, flags);
  for (const other of Object.values(config.environments).filter((one) => one.protected)) {
    if (allowed === other.name || (flags.allowProd === true && /^prod(uction)?$/i.test(other.name))) continue;
    const remedy = other.name === 'prod' ? '--allow-prod' : `--allow ${other.name}`;
    const hint = `add ${remedy} if these tests may really run there`;
    if (other.name === environment.name || other.name === preferred?.name)
      throw new UsageError(`environment "${other.name}" is protected; nothing was started`, hint);
    const reached = sharedAddress(loaded, preferred, { other, env });
    if (reached === null) continue;
    throw new UsageError(
      `service "${reached.service}" is at the address that ${reached.service === reached.there ? 'it' : `"${reached.there}"`} has in environment "${other.name}", which is protected; nothing was started`,
      hint,
    );
  }
}

/**
 * The environment whose addresses come first: `--prefer <env>`, `--prefer-staging`.
 *
 * @throws UsageError when it is not defined
 */
export function preferredEnvironment(
  config: Config,
  { prefer, preferStaging }: Pick<EnvironmentFlags, 'prefer' | 'preferStaging'>,
): Environment | null {
  const found = prefer === undefined ? null : namedEnvironment(config, prefer, '--prefer');
  const staging = preferStaging === true ? namedEnvironment(config, 'staging', '--prefer-staging') : null;
  if (found !== null && staging !== null && found !== staging) {
    throw new UsageError('--prefer and --prefer-staging name two environments', 'leave one of them out');
  }
  return found ?? staging;
}

function namedEnvironment({ environments }: Config, name: string, option: string): Environment {
  const known = Object.keys(environments);
  const found = environments[resolveEnvironmentName(name, known) ?? ''];
  if (found !== undefined) return found;
  throw new UsageError(
    `${option}: environment ${JSON.stringify(name)} is not defined${didYouMean(name, known)}`,
    `environments: ${known.join(', ')}`,
  );
}
