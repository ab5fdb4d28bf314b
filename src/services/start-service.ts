import type { Environment, ProviderKind, Service } from '../model/config.ts';
import { choose } from './choose.ts';
import type { AllowedProviders, Rejection } from './choose.ts';
import type { ServiceProvider, StartRequest, StartResult } from './provider.ts';

/** What a start is told beyond the service itself. */
export interface StartOptions {
  /** What it is called in messages, marks and logs: one of several copies has a name of its own. */
  readonly name: string;
  readonly environment: Environment;
  readonly allow: AllowedProviders;
  readonly providers: Readonly<Record<ProviderKind, ServiceProvider | null>>;
  readonly generation: number;
  /** Where it was before it died. */
  readonly port: number | null;
  readonly signal: AbortSignal;
  readonly kill: AbortSignal;
  /** Which provider is tried now. */
  readonly starting: (provider: ProviderKind) => void;
  /** Has the services that this one needs; what is running outside needs nothing of ours. */
  readonly obtainNeeds: (signal: AbortSignal) => Promise<Needs>;
}

export type Needs =
  | { readonly kind: 'ready'; readonly services: StartRequest['services'] }
  | Exclude<StartResult, { readonly kind: 'running' }>;

/** Goes through the allowed providers: one that is not there makes room for the next, one that was started and failed is the end. */
export async function startService(service: Service, options: StartOptions): Promise<StartResult> {
  const unavailable: Rejection[] = [];
  for (;;) {
    const choice = choose(service, { environment: options.environment, allow: options.allow, unavailable });
    if (choice.kind === 'unavailable') return { kind: 'unavailable', problem: choice.problem, remedy: choice.remedy };
    const provider = options.providers[choice.provider];
    if (provider === null)
      return { kind: 'failed', problem: `${options.name}: provider ${choice.provider} cannot be used` };
    options.starting(choice.provider);
    const needs: Needs =
      choice.provider === 'external' ? { kind: 'ready', services: {} } : await options.obtainNeeds(options.signal);
    const result =
      needs.kind === 'ready'
        ? await provider.start(
            { ...service, name: options.name },
            {
              generation: options.generation,
              port: options.port,
              url: choice.url,
              last: choice.last,
              services: needs.services,
              signal: options.signal,
              kill: options.kill,
            },
          )
        : needs;
    if (result.kind !== 'unavailable') return result;
    const { provider: tried, of } = choice;
    unavailable.push({
      provider: tried,
      ...(of === undefined ? {} : { of }),
      because: result.problem,
      remedy: result.remedy,
    });
  }
}
