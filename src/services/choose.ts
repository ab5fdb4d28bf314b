import type { Environment, ProviderKind, Service } from '../model/config.ts';

/** What the flags leave. */
export interface AllowedProviders {
  /** `false`: `--no-services`. */
  readonly services: boolean;
  /** `false`: `--no-docker`. */
  readonly docker: boolean;
}

/** Why a provider is not the one. */
export interface Rejection {
  readonly provider: ProviderKind;
  readonly because: string;
  /** What would make it usable; `null` where nothing short of another definition would. */
  readonly remedy: string | null;
}

export type Choice =
  | {
      readonly kind: 'chosen';
      readonly provider: ProviderKind;
      /** Where `external` is. */
      readonly url: string | null;
      /** No other provider is left should this one be unavailable. */
      readonly last: boolean;
      readonly rejected: readonly Rejection[];
    }
  | {
      readonly kind: 'unavailable';
      readonly problem: string;
      readonly remedy: string;
      readonly rejected: readonly Rejection[];
    };

/** Which provider a service is to have, and why not each other; `unavailable` are those that were tried and are not there. */
export function choose(
  service: Service,
  options: {
    readonly environment: Environment;
    readonly allow: AllowedProviders;
    readonly unavailable: readonly Rejection[];
  },
): Choice {
  const { environment, allow, unavailable } = options;
  if (!allow.services) {
    return {
      kind: 'unavailable',
      problem: 'services are off (--no-services)',
      remedy: 'run without --no-services',
      rejected: [],
    };
  }
  const rejected = definedProviders(service, environment)
    .map((provider) => unavailable.find((one) => one.provider === provider) ?? objection(provider, service, options))
    .filter((one) => one !== null);
  const left = preferred(service, environment).filter((provider) => !rejected.some((one) => one.provider === provider));
  const [provider] = left;
  if (provider === undefined) return { kind: 'unavailable', ...explain(service, rejected), rejected };
  return {
    kind: 'chosen',
    provider,
    url: provider === 'external' ? externalUrl(service, environment) : null,
    last: left.length === 1,
    rejected,
  };
}

/** Where the service is outside of the run; what the environment says wins. */
function externalUrl(service: Service, environment: Environment): string | null {
  return (environment.services[service.name]?.external ?? service.external)?.url ?? null;
}

function definedProviders(service: Service, environment: Environment): readonly ProviderKind[] {
  return [
    ...(externalUrl(service, environment) === null ? [] : (['external'] as const)),
    ...(service.process === null ? [] : (['process'] as const)),
    ...(service.docker === null ? [] : (['docker'] as const)),
  ];
}

function preferred(service: Service, environment: Environment): readonly ProviderKind[] {
  const defined = definedProviders(service, environment);
  if (environment.services[service.name] !== undefined) return ['external'];
  return [...new Set(environment.prefer)].filter((provider) => defined.includes(provider));
}

function objection(
  provider: ProviderKind,
  service: Service,
  { environment, allow }: { readonly environment: Environment; readonly allow: AllowedProviders },
): Rejection | null {
  if (environment.services[service.name] !== undefined) {
    // A local process in its place would be a test of something that nobody asked about.
    return provider === 'external'
      ? null
      : { provider, because: `environment "${environment.name}" says where it is`, remedy: null };
  }
  if (!environment.prefer.includes(provider)) {
    return {
      provider,
      because: `environment "${environment.name}" does not use it`,
      remedy: `add "${provider}" to environments.${environment.name}.prefer`,
    };
  }
  if (provider === 'docker' && !allow.docker)
    return { provider, because: '--no-docker', remedy: 'run without --no-docker' };
  return null;
}

function explain(
  service: Service,
  rejected: readonly Rejection[],
): { readonly problem: string; readonly remedy: string } {
  if (rejected.length === 0) {
    return {
      problem: 'it has no provider',
      remedy: `give services.${service.name} an external url, a process command or a docker service in runner.config.yaml`,
    };
  }
  return {
    problem: rejected.map((one) => `${one.provider}: ${one.because}`).join('; '),
    remedy:
      rejected.find((one) => one.remedy !== null)?.remedy ??
      `give services.${service.name} another provider in runner.config.yaml`,
  };
}
