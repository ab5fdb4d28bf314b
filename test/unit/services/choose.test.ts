import { describe, expect, it } from 'vitest';
import type { Environment, ProviderKind, Service } from '../../../src/model/config.ts';
import { choose } from '../../../src/services/choose.ts';
import type { Rejection } from '../../../src/services/choose.ts';

const external = { url: 'http://outside' };
const process = { command: ['serve'], cwd: '.', env: {} };
const docker = { compose: 'compose.yml', service: 'web', env: {}, port: null, oneShot: false };
const absent: Rejection = { provider: 'external', because: 'nobody answers', remedy: 'start it' };
const dead: Rejection = { provider: 'process', because: 'needs db', remedy: null };

describe('choose', () => {
  it.each<{
    title: string;
    defined: Partial<Service>;
    prefer: readonly ProviderKind[];
    unavailable?: readonly Rejection[];
    noDocker?: boolean;
    expected: object;
  }>([
    {
      title: 'takes the preferred one',
      defined: { external, process },
      prefer: ['external', 'process'],
      expected: { provider: 'external', url: 'http://outside', last: false },
    },
    {
      title: 'follows the order of the environment',
      defined: { external, process },
      prefer: ['process', 'external'],
      expected: { provider: 'process', url: null, last: false },
    },
    {
      title: 'skips what the service does not define',
      defined: { process },
      prefer: ['docker', 'external', 'process'],
      expected: { provider: 'process', last: true, rejected: [] },
    },
    {
      title: 'says why what is defined is not used',
      defined: { external, process },
      prefer: ['process'],
      expected: {
        provider: 'process',
        last: true,
        rejected: [
          {
            provider: 'external',
            because: 'environment "local" does not use it',
            remedy: 'add "external" to environments.local.prefer',
          },
        ],
      },
    },
    {
      title: 'goes on to the next one when the first is not there',
      defined: { external, process },
      prefer: ['external', 'process'],
      unavailable: [absent],
      expected: { provider: 'process', last: true, rejected: [absent] },
    },
    {
      title: 'finds a preference that is named twice once',
      defined: { process },
      prefer: ['process', 'process'],
      expected: { provider: 'process', last: true },
    },
    {
      title: 'is out of providers when all are not there',
      defined: { external, process },
      prefer: ['external', 'process'],
      unavailable: [dead, absent],
      expected: { kind: 'unavailable', problem: 'external: nobody answers; process: needs db', remedy: 'start it' },
    },
    {
      title: 'says which setting would help when the environment allows none',
      defined: { process },
      prefer: ['external'],
      expected: {
        kind: 'unavailable',
        problem: 'process: environment "local" does not use it',
        remedy: 'add "process" to environments.local.prefer',
      },
    },
    {
      title: 'says what to write for a service without any provider',
      defined: {},
      prefer: ['external', 'process', 'docker'],
      expected: {
        kind: 'unavailable',
        problem: 'it has no provider',
        remedy: 'give services.web an external url, a process command or a docker service in runner.config.yaml',
      },
    },
    {
      title: 'takes docker where nothing else is there',
      defined: { external, docker },
      prefer: ['external', 'process', 'docker'],
      unavailable: [absent],
      expected: { provider: 'docker', url: null, last: true, rejected: [absent] },
    },
    {
      title: 'uses another provider without docker',
      defined: { process, docker },
      prefer: ['docker', 'process'],
      noDocker: true,
      expected: {
        provider: 'process',
        last: true,
        rejected: [{ provider: 'docker', because: '--no-docker', remedy: 'run without --no-docker' }],
      },
    },
    {
      title: 'has nothing left without docker',
      defined: { docker },
      prefer: ['external', 'process', 'docker'],
      noDocker: true,
      expected: { kind: 'unavailable', problem: 'docker: --no-docker', remedy: 'run without --no-docker' },
    },
    {
      title: 'says how to get docker when that is what is missing',
      defined: { external, docker },
      prefer: ['docker'],
      unavailable: [{ provider: 'docker', because: 'the daemon does not answer', remedy: 'start docker' }],
      expected: {
        kind: 'unavailable',
        problem: 'external: environment "local" does not use it; docker: the daemon does not answer',
      },
    },
  ])('$title', ({ defined, prefer, unavailable = [], noDocker = false, expected }) => {
    expect(
      choose(service(defined), {
        environment: environment({ prefer }),
        allow: { services: true, docker: !noDocker },
        unavailable,
      }),
    ).toMatchObject(expected);
  });

  it('uses only the url that the environment gives, whatever it prefers', () => {
    const staging = environment({
      name: 'staging',
      prefer: ['process'],
      services: { web: { external: { url: 'https://staging' } } },
    });
    const options = { environment: staging, allow: { services: true, docker: true } };
    expect(choose(service({ external, process }), { ...options, unavailable: [] })).toMatchObject({
      kind: 'chosen',
      provider: 'external',
      url: 'https://staging',
      last: true,
      rejected: [{ provider: 'process', because: 'environment "staging" says where it is' }],
    });
    expect(choose(service({ external, process }), { ...options, unavailable: [absent] })).toMatchObject({
      kind: 'unavailable',
      problem: 'external: nobody answers; process: environment "staging" says where it is',
      remedy: 'start it',
    });
  });

  const staging = environment({ name: 'staging', services: { web: { external: { url: 'https://staging' } } } });

  it('takes the address of the environment that --prefer names first, then what the own one says', () => {
    const options = {
      environment: environment({ prefer: ['process', 'external'] }),
      allow: { services: true, docker: true, preferred: staging },
    };
    const web = service({ external, process });
    expect(choose(web, { ...options, unavailable: [] })).toMatchObject({
      ...{ provider: 'external', of: 'staging', url: 'https://staging', last: false, rejected: [] },
      because: "--prefer staging: that environment's address comes first",
    });
    const gone: Rejection = { provider: 'external', of: 'staging', because: 'nobody answers', remedy: 'start it' };
    expect(choose(web, { ...options, unavailable: [gone] })).toMatchObject({
      ...{ provider: 'process', url: null, last: false, rejected: [gone] },
      because: 'the first of process, external that it has',
    });
    expect(choose(web, { ...options, unavailable: [gone, dead] })).toMatchObject({
      ...{ provider: 'external', url: 'http://outside', last: true, rejected: [gone, dead] },
      because: 'what is left of process, external',
    });
    expect(choose(web, { ...options, unavailable: [gone, dead, absent] })).toMatchObject({
      kind: 'unavailable',
      problem: 'external of staging: nobody answers; external: nobody answers; process: needs db',
    });
  });

  it('needs no address of the environment that --prefer names, nor another environment than the own', () => {
    const web = service({ process });
    const allow = { services: true, docker: true };
    const nothing = environment({ name: 'staging' });
    expect(
      choose(web, { environment: environment({}), allow: { ...allow, preferred: nothing }, unavailable: [] }),
    ).toMatchObject({ provider: 'process', rejected: [] });
    expect(
      choose(web, { environment: staging, allow: { ...allow, preferred: staging }, unavailable: [] }),
    ).toMatchObject({
      provider: 'external',
      last: true,
      because: 'environment "staging" says where it is',
    });
  });

  it.each<[title: string, overlay: Environment['services'][string], expected: object]>([
    ['an order of its own', { prefer: ['process'] }, { provider: 'process', last: true }],
    [
      'an address and an order',
      { external: { url: 'https://staging' }, prefer: ['process', 'external'] },
      { provider: 'process', last: false },
    ],
    [
      'an address and a process',
      { external: { url: 'https://staging' }, process },
      { provider: 'external', url: 'https://staging', last: false },
    ],
    [
      'nothing about its providers',
      { startTimeoutMs: 1 },
      { provider: 'external', url: 'http://outside', last: false },
    ],
  ])('heeds what the environment gives the service: %s', (_title, overlay, expected) => {
    const own = environment({ name: 'ci', services: { web: overlay } });
    const options = { environment: own, allow: { services: true, docker: true }, unavailable: [] };
    expect(choose(service({ external, process }), options)).toMatchObject(expected);
  });

  it('finds nothing when services are off', () => {
    const result = choose(service({ external }), {
      environment: environment({}),
      allow: { services: false, docker: true },
      unavailable: [],
    });
    expect(result).toMatchObject({ kind: 'unavailable', remedy: 'run without --no-services' });
  });
});

function service(over: Partial<Service>): Service {
  return {
    name: 'web',
    external: null,
    process: null,
    docker: null,
    port: 'auto',
    needs: [],
    health: [],
    startTimeoutMs: 1000,
    watchMs: null,
    restarts: 0,
    instances: 1,
    stop: { signal: 'SIGTERM', graceMs: 1000 },
    ...over,
  };
}

function environment(over: Partial<Environment>): Environment {
  return {
    name: 'local',
    env: {},
    envFile: null,
    secrets: [],
    prefer: ['external', 'process'],
    services: {},
    categories: {},
    retries: null,
    timeoutFactor: 1,
    protected: false,
    ...over,
  };
}
