import type { Environment, Service } from '../model/config.ts';
import { choose } from './choose.ts';
import type { AllowedProviders, Choice, Rejection } from './choose.ts';
import { createExternalProvider } from './external-provider.ts';
import type { ProviderTools, StartRequest } from './provider.ts';
import { redactUrl } from './redact.ts';

/** Which provider a service would have at this moment. */
export interface Reachable {
  readonly choice: Choice;
  /** The last address outside that was asked; `null` = none was. */
  readonly outside: Outside | null;
}

/** What became of asking an address that runner does not start. */
export interface Outside {
  /** As it is written where it has no value, and without a password. */
  readonly url: string | null;
  /** `null` = it answers as its probes demand. */
  readonly problem: string | null;
}

/** Like `choose`, but an address outside counts only when it answers now: each probe is tried once. Starts nothing. */
export async function chooseReachable(
  service: Service,
  options: {
    readonly environment: Environment;
    readonly allow: AllowedProviders;
    /** Providers that are not there on this machine. */
    readonly absent: readonly Rejection[];
    readonly tools: ProviderTools;
    readonly signal: AbortSignal;
  },
): Promise<Reachable> {
  const { environment, allow, tools, signal } = options;
  const provider = createExternalProvider(tools);
  const absent = [...options.absent];
  let outside: Outside | null = null;
  for (;;) {
    const choice = choose(service, { environment, allow, unavailable: absent });
    if (choice.kind !== 'chosen' || choice.provider !== 'external') return { choice, outside };
    const result = await provider.start(service, requestOf(choice.url, signal));
    if (result.kind === 'running')
      return { choice, outside: { url: redactUrl(result.running.address.url ?? ''), problem: null } };
    const problem = 'problem' in result ? result.problem : 'it did not answer in time';
    outside = { url: choice.url === null ? null : redactUrl(choice.url), problem };
    absent.push({
      provider: 'external',
      ...(choice.of === undefined ? {} : { of: choice.of }),
      because: problem,
      remedy: 'remedy' in result ? result.remedy : null,
    });
  }
}

function requestOf(url: string | null, signal: AbortSignal): StartRequest {
  return { generation: 1, url, last: false, services: {}, signal, kill: signal };
}
