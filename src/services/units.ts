import type { ProviderKind, Service } from '../model/config.ts';
import { createDockerProvider } from './docker-provider.ts';
import { createExternalProvider } from './external-provider.ts';
import { createKeepingProvider } from './keeping-provider.ts';
import type { Copy, Units } from './copies.ts';
import type { LeaseOptions } from './lease-options.ts';
import { obtainNeeds } from './obtain.ts';
import { createPortAllocator } from './ports.ts';
import { createProcessProvider } from './process-provider.ts';
import type { ProviderTools, ServiceProvider } from './provider.ts';
import { keptRunId } from './recover.ts';
import { ServiceUnit } from './service-unit.ts';
import { startService } from './start-service.ts';
import type { StartOptions } from './start-service.ts';

/** Makes a unit for each copy, none started yet. */
export function createUnits(options: LeaseOptions, kill: AbortSignal): Units {
  const tools: ProviderTools = { ...options, ...keptNames(options), ports: createPortAllocator() };
  const docker = keeping('docker', createDockerProvider(tools, Object.values(options.services)), { options, tools });
  const copies = new Map<string, readonly Copy[]>();
  const units: Units = {
    of: (service, slot) => {
      const all = copies.get(service) ?? [];
      return all[slot % all.length] ?? null;
    },
    copiesOf: (service) => copies.get(service) ?? [],
    names: Object.keys(options.services),
  };
  for (const service of Object.values(options.services)) {
    copies.set(
      service.name,
      Array.from({ length: service.instances }, (_, number) => {
        const own = { ...tools, lookup: lookupOf(service, number, tools) };
        const providers = {
          external: createExternalProvider(own),
          process: keeping('process', createProcessProvider(own), { options, tools: own }),
          docker,
        };
        return createCopy({ service, number, providers }, { options, units, kill });
      }),
    );
  }
  return units;
}

function createCopy(
  {
    service,
    number,
    providers,
  }: { readonly service: Service; readonly number: number; readonly providers: StartOptions['providers'] },
  { options, units, kill }: { readonly options: LeaseOptions; readonly units: Units; readonly kill: AbortSignal },
): Copy {
  const { emit, io, environment, allow } = options;
  const name = service.instances === 1 ? service.name : `${service.name}-${number}`;
  const copy: Copy = {
    service,
    number,
    needsSeen: [],
    unit: new ServiceUnit({
      ...{ name, emit, io, kill, restarts: service.restarts },
      start: (request) =>
        startService(service, {
          ...request,
          ...{ name, environment, allow, providers, kill },
          obtainNeeds: (signal) => obtainNeeds(copy, units, signal),
        }),
    }),
  };
  return copy;
}

function keeping(
  kind: ProviderKind,
  provider: ServiceProvider,
  { options, tools }: { readonly options: LeaseOptions; readonly tools: ProviderTools },
): ServiceProvider {
  const { kept, emit } = options;
  return kept === undefined ? provider : createKeepingProvider(provider, { ...kept, kind, tools, emit });
}

/** What is left running must not look like something of this run, and its log must not go with this run's reports. */
function keptNames({ kept, runId, logsDir }: LeaseOptions): Pick<ProviderTools, 'runId' | 'logsDir'> {
  return kept?.keep === true ? { runId: keptRunId(runId), logsDir: kept.logsDir } : { runId, logsDir };
}

/** A copy knows which it is; the only one serves every slot and is nobody's in particular. */
function lookupOf(service: Service, number: number, { lookup }: ProviderTools): ProviderTools['lookup'] {
  if (service.instances === 1) return lookup;
  return (reference) => (reference === 'slot' || reference === 'instance' ? String(number) : lookup(reference));
}
