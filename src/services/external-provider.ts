import { expand, TemplateError } from '../base/template.ts';
import { wellKnownPorts } from '../base/well-known-ports.ts';
import type { Probe, Service } from '../model/config.ts';
import type { ServiceAddress } from '../ports.ts';
import { watchedProbes } from './health-watch.ts';
import { poll } from './poll.ts';
import type { PollResult } from './poll.ts';
import { prepareProbes } from './probes/index.ts';
import type { PreparedProbe } from './probes/probe.ts';
import type { ProviderTools, ServiceProvider, StartRequest, StartResult } from './provider.ts';
import { redactUrl } from './redact.ts';
import { serviceEnv, serviceLookup } from './references.ts';

/** A probe that finds nobody there is repeated this often (about three seconds) when there is nothing else to fall back to. */
const absentTries = 8;

/**
 * A service that runs already. It is there when its probes pass; without probes, when its port accepts a connection. With another provider
 * left each probe is tried once; without, as long as somebody answers, until `startTimeout`.
 */
export function createExternalProvider(tools: ProviderTools): ServiceProvider {
  return { start: (service, request) => reach(service, request, tools) };
}

async function reach(service: Service, request: StartRequest, tools: ProviderTools): Promise<StartResult> {
  const place = locate(service, request, tools);
  if ('kind' in place) return place;
  const probes = probesAt(place, service, { request, tools });
  if (typeof probes === 'string') return { kind: 'failed', problem: `${service.name}: ${probes}` };
  const result = await tryAll(probes, service, { request, tools });
  const at = redactUrl(place.url);
  switch (result.kind) {
    case 'ready': {
      const address = { ...place, variables: result.variables };
      return {
        kind: 'running',
        running: {
          ...{ provider: 'external', address, ended: null },
          watched: watchedProbes(writtenProbes(service), probes, service.watchMs),
          stop: () => Promise.resolve([]),
        },
      };
    }
    case 'cancelled':
      return result;
    case 'exited':
    case 'gave-up': {
      const problem = `${at} does not pass its probes: ${result.findings.join('; ')}`;
      if (result.kind === 'gave-up' && result.why === 'impossible')
        return { kind: 'failed', problem: `${service.name}: ${problem}` };
      return { kind: 'unavailable', problem, remedy: `start ${service.name} at ${at}, or correct its external url` };
    }
  }
}

type Place = ServiceAddress & { readonly url: string };

/** Where it is, or why that cannot be said: without its variable there is no external service, but a wrong url is a mistake. */
function locate(service: Service, request: StartRequest, tools: ProviderTools): Place | StartResult {
  const written = request.url ?? '';
  const remedy = `set the variable in ${written}`;
  let text: string;
  try {
    text = expand(written, serviceLookup(tools.lookup, { port: null, services: request.services })).trim();
  } catch (error) {
    if (error instanceof TemplateError) return { kind: 'unavailable', problem: error.message, remedy };
    throw error;
  }
  if (text === '') return { kind: 'unavailable', problem: `its url ${written} is empty`, remedy };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === '') {
    return {
      kind: 'failed',
      problem: `${service.name}: external url ${redactUrl(text)} is not an address such as http://127.0.0.1:8000`,
    };
  }
  const port = url.port === '' ? (wellKnownPorts[url.protocol] ?? null) : Number(url.port);
  return { url: text.replace(/\/+$/, ''), host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, variables: {} };
}

interface Reach {
  readonly request: StartRequest;
  readonly tools: ProviderTools;
}

function writtenProbes({ health }: Service): readonly Probe[] {
  return health.length === 0 ? [{ kind: 'tcp' }] : health;
}

/** Its probes, or what is wrong with them. */
function probesAt(address: Place, service: Service, { request, tools }: Reach): readonly PreparedProbe[] | string {
  const lookup = serviceLookup(tools.lookup, { port: address.port, services: request.services });
  try {
    return prepareProbes(writtenProbes(service), {
      url: address.url,
      host: address.host,
      port: address.port,
      log: null,
      env: serviceEnv(tools.baseEnv, {}, lookup),
      cwd: tools.root,
      runTool: tools.runTool,
      expand: (text) => expand(text, lookup),
    });
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

function tryAll(probes: readonly PreparedProbe[], service: Service, { request, tools }: Reach): Promise<PollResult> {
  return poll(probes, {
    clock: tools.io,
    startTimeoutMs: service.startTimeoutMs,
    signal: request.signal,
    exited: null,
    maxTries: request.last ? null : 1,
    maxAbsentTries: request.last ? absentTries : 1,
  });
}
