import type { Probe, Service, ServiceDocker } from '../model/config.ts';
import type { Origins } from './origins.ts';
import type { ConfigInput } from './schema.ts';

type ServiceInput = NonNullable<ConfigInput['services']>[string];
type ProbeInput = NonNullable<ServiceInput['health']>[number];

/** A service with every default filled in. */
export function normaliseService(name: string, service: ServiceInput, origins: Origins): Service {
  const at = (...keys: readonly (string | number)[]): readonly (string | number)[] => ['services', name, ...keys];
  const { process } = service;
  const watch = origins.pick<number | 'off'>(at('watch'), service.watch, { value: 5000, origin: 'default' });
  return {
    name,
    external:
      service.external === undefined
        ? null
        : { url: origins.pick(at('external', 'url'), service.external.url, { value: '', origin: 'default' }) },
    process:
      process === undefined
        ? null
        : {
            command: origins.pick(at('process', 'command'), process.command, { value: [], origin: 'default' }),
            cwd: origins.pick(at('process', 'cwd'), process.cwd, { value: '.', origin: 'default' }),
            env: origins.pick(at('process', 'env'), process.env, { value: {}, origin: 'default' }),
          },
    docker: service.docker === undefined ? null : normaliseDocker(name, service.docker, origins),
    port: origins.pick(at('port'), service.port, { value: 'auto', origin: 'default' }),
    needs: origins.pick(at('needs'), service.needs, { value: [], origin: 'default' }),
    health: (service.health ?? []).map((probe, index) => normaliseProbe(probe, { origins, path: at('health', index) })),
    startTimeoutMs: origins.pick(at('startTimeout'), service.startTimeout, { value: 60_000, origin: 'default' }),
    watchMs: watch === 'off' ? null : watch,
    restarts: origins.pick(at('restarts'), service.restarts, { value: 1, origin: 'default' }),
    instances: origins.pick(at('instances'), service.instances, { value: 1, origin: 'default' }),
    stop: {
      signal: origins.pick(at('stop', 'signal'), service.stop?.signal, { value: 'SIGTERM', origin: 'default' }),
      graceMs: origins.pick(at('stop', 'grace'), service.stop?.grace, { value: 10_000, origin: 'default' }),
    },
    affects: origins.pick(at('affects'), service.affects, { value: [], origin: 'default' }),
  };
}

function normaliseDocker(name: string, docker: NonNullable<ServiceInput['docker']>, origins: Origins): ServiceDocker {
  const at = (key: string): readonly string[] => ['services', name, 'docker', key];
  return {
    compose: origins.pick(at('compose'), docker.compose, { value: '', origin: 'default' }),
    service: origins.pick(at('service'), docker.service, { value: '', origin: 'default' }),
    env: origins.pick(at('env'), docker.env, { value: {}, origin: 'default' }),
    port: origins.pick<number | null>(at('port'), docker.port, { value: null, origin: 'default' }),
    oneShot: origins.pick(at('oneShot'), docker.oneShot, { value: false, origin: 'default' }),
  };
}

interface ProbeContext {
  readonly origins: Origins;
  readonly path: readonly (string | number)[];
}

function normaliseProbe(probe: ProbeInput, { origins, path }: ProbeContext): Probe {
  const at = (kind: string, key: string): readonly (string | number)[] => [...path, kind, key];
  if (probe.http !== undefined) {
    const { http } = probe;
    return {
      kind: 'http',
      path: origins.pick(at('http', 'path'), http.path, { value: '/', origin: 'default' }),
      status: origins.pick(at('http', 'status'), http.status, { value: 200, origin: 'default' }),
      headers: origins.pick(at('http', 'headers'), http.headers, { value: {}, origin: 'default' }),
      json: origins.pick(at('http', 'json'), http.json, { value: {}, origin: 'default' }),
    };
  }
  if (probe.websocket !== undefined) {
    const { websocket } = probe;
    return {
      kind: 'websocket',
      path: origins.pick(at('websocket', 'path'), websocket.path, { value: '/', origin: 'default' }),
      headers: origins.pick(at('websocket', 'headers'), websocket.headers, { value: {}, origin: 'default' }),
      protocols: origins.pick(at('websocket', 'protocols'), websocket.protocols, { value: [], origin: 'default' }),
      send: origins.pick<string | null>(at('websocket', 'send'), websocket.send, { value: null, origin: 'default' }),
      expect: origins.pick<string | null>(at('websocket', 'expect'), websocket.expect, {
        value: null,
        origin: 'default',
      }),
    };
  }
  if (probe.log !== undefined) {
    return {
      kind: 'log',
      pattern: origins.pick(at('log', 'pattern'), probe.log.pattern, { value: '', origin: 'default' }),
    };
  }
  if (probe.command !== undefined) {
    return {
      kind: 'command',
      command: origins.pick(at('command', 'command'), probe.command.command, { value: [], origin: 'default' }),
      timeoutMs: origins.pick(at('command', 'timeout'), probe.command.timeout, { value: 10_000, origin: 'default' }),
      ...(probe.command.interval === undefined
        ? {}
        : {
            intervalMs: origins.pick(at('command', 'interval'), probe.command.interval, {
              value: 0,
              origin: 'default',
            }),
          }),
    };
  }
  return { kind: 'tcp' };
}
