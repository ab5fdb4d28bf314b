import type { Environment, ProviderKind, Service } from '../model/config.ts';

/** What the flags leave, and what they put in front. */
export interface AllowedProviders {
  /** `false`: `--no-services`. */
  readonly services: boolean;
  /** `false`: `--no-docker`. */
  readonly docker: boolean;
  /** `--prefer`: the environment whose addresses come before all else. */
  readonly preferred?: Environment | null;
}

/** Why a provider is not the one. */
export interface Rejection {
  readonly provider: ProviderKind;
  /** The environment that was preferred and has it, where it is not of the run's own. */
  readonly of?: string;
  readonly because: string;
  /** What would make it usable; `null` where nothing short of another definition would. */
  readonly remedy: string | null;
}

export type Choice =
  | {
      readonly kind: 'chosen';
      readonly provider: ProviderKind;
      /** As in a rejection. */
      readonly of?: string;
      /** Where `external` is. */
      readonly url: string | null;
      /** No other provider is left should this one be unavailable. */
      readonly last: boolean;
      readonly rejected: readonly Rejection[];
      /** Why this one, for people. */
      readonly because: string;
    }
  | {
      readonly kind: 'unavailable';
      readonly problem: string;
      readonly remedy: string;
      readonly rejected: readonly Rejection[];
    };

/** Which provider a service is to have, and why not each other; `unavailable` are those that were tried and are not there. */
export function choose(service: Service, options: ChooseOptions): Choice {
  const { allow, unavailable } = options;
  if (!allow.services) {
    return {
      kind: 'unavailable',
      problem: 'services are off (--no-services)',
      remedy: 'run without --no-services',
      rejected: [],
    };
  }
  const candidates = candidatesOf(service, options);
  const rejections = candidates.map(
    (candidate) => unavailable.find((one) => isSame(one, candidate)) ?? objection(candidate, service, options),
  );
  const rejected = rejections.filter((one) => one !== null).toSorted((a, b) => placeOf(a) - placeOf(b));
  const left = candidates.filter((_, index) => rejections[index] === null);
  const [chosen] = left;
  if (chosen === undefined) return { kind: 'unavailable', ...explain(service, rejected), rejected };
  return {
    kind: 'chosen',
    ...chosen,
    last: left.length === 1,
    rejected,
    because: reasonFor(chosen, service, options),
  };
}

/** In the order in which people think of them, whatever the order of preference. */
function placeOf({ provider, of }: Rejection): number {
  return of === undefined ? kinds.indexOf(provider) : -1;
}

const kinds: readonly ProviderKind[] = ['external', 'process', 'docker'];

interface ChooseOptions {
  readonly environment: Environment;
  readonly allow: AllowedProviders;
  readonly unavailable: readonly Rejection[];
}

interface Candidate {
  readonly provider: ProviderKind;
  readonly of?: string;
  readonly url: string | null;
}

function isSame(one: Pick<Rejection, 'provider' | 'of'>, other: Candidate): boolean {
  return one.provider === other.provider && one.of === other.of;
}

/** All that the service has, the best first: what `--prefer` names, then what the environment prefers, then what it does not use. */
function candidatesOf(service: Service, { environment, allow }: ChooseOptions): readonly Candidate[] {
  const preferred = allow.preferred ?? null;
  const elsewhere = preferred?.services[service.name]?.external ?? null;
  const own = externalUrl(service, environment);
  const order = new Set([...orderOf(service, environment), ...kinds]);
  const defined: Readonly<Record<ProviderKind, boolean>> = {
    external: own !== null,
    process: service.process !== null,
    docker: service.docker !== null,
  };
  return [
    ...(preferred === null || elsewhere === null || preferred.name === environment.name
      ? []
      : [{ provider: 'external' as const, of: preferred.name, url: elsewhere.url }]),
    ...[...order]
      .filter((provider) => defined[provider])
      .map((provider) => ({ provider, url: provider === 'external' ? own : null })),
  ];
}

/** Where the service is outside of the run; what the environment says wins. */
function externalUrl(service: Service, environment: Environment): string | null {
  return (environment.services[service.name]?.external ?? service.external)?.url ?? null;
}

/** An environment that only says where a service is means that one. */
function isPinned({ name }: Service, { services }: Environment): boolean {
  const overlay = services[name];
  return overlay?.external != null && overlay.prefer === undefined && !overlay.process && !overlay.docker;
}

function orderOf(service: Service, environment: Environment): readonly ProviderKind[] {
  if (isPinned(service, environment)) return ['external'];
  return environment.services[service.name]?.prefer ?? environment.prefer;
}

function objection(candidate: Candidate, service: Service, { environment, allow }: ChooseOptions): Rejection | null {
  const { provider } = candidate;
  if (candidate.of !== undefined) return null;
  if (!orderOf(service, environment).includes(provider)) {
    if (isPinned(service, environment)) {
      // A local process in its place would be a test of something that nobody asked about.
      return { provider, because: `environment "${environment.name}" says where it is`, remedy: null };
    }
    const key = environment.services[service.name]?.prefer === undefined ? '' : `services.${service.name}.`;
    return {
      provider,
      because: `environment "${environment.name}" does not use it`,
      remedy: `add "${provider}" to environments.${environment.name}.${key}prefer`,
    };
  }
  if (provider === 'docker' && !allow.docker)
    return { provider, because: '--no-docker', remedy: 'run without --no-docker' };
  return null;
}

function reasonFor(candidate: Candidate, service: Service, { environment }: ChooseOptions): string {
  if (candidate.of !== undefined) return `--prefer ${candidate.of}: that environment's address comes first`;
  if (isPinned(service, environment)) return `environment "${environment.name}" says where it is`;
  const order = orderOf(service, environment);
  const first = order.find(
    (provider) => provider === candidate.provider || hasProvider(service, provider, environment),
  );
  return first === candidate.provider
    ? `the first of ${order.join(', ')} that it has`
    : `what is left of ${order.join(', ')}`;
}

function hasProvider(service: Service, provider: ProviderKind, environment: Environment): boolean {
  return provider === 'external' ? externalUrl(service, environment) !== null : service[provider] !== null;
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
    problem: rejected.map((one) => `${nameOf(one)}: ${one.because}`).join('; '),
    remedy:
      rejected.find((one) => one.remedy !== null)?.remedy ??
      `give services.${service.name} another provider in runner.config.yaml`,
  };
}

/** What messages call a provider: `external of staging`. */
export function nameOf({ provider, of }: Pick<Rejection, 'provider' | 'of'>): string {
  return of === undefined ? provider : `${provider} of ${of}`;
}
