import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { image } from '../../../support/docker-engine.ts';
import { closedPort } from '../probe-support.ts';
import { environment, never, service } from '../support.ts';
import { http, leftOf, server, sleeper, useEngine, webOf } from './real-engine.ts';
import { recordingEnv } from './recorded-docker.ts';
import { scenarios } from './scenarios.ts';
import { checkScenario, composeBench, dockerService, problemOf, taskOf } from './support.ts';

const engine = useEngine();
const freePort = await closedPort();

describe('a service of a compose file', { timeout: 120_000 }, () => {
  it.each(scenarios(freePort))('$title', async (scenario) => {
    const run = await checkScenario(scenario, await recordingEnv(scenario.name, engine().env));
    await run.leases.stopAll(never);
    expect(await leftOf(engine(), run.runId)).toEqual([]);
  });

  it('is reached where docker published it, keeps its words in its log to the last, and is gone afterwards with its volumes and dependencies', async () => {
    const services = [dockerService('web', {}, { health: [http], stop: { signal: 'SIGTERM', graceMs: 10_000 } })];
    const run = await composeBench({
      compose: `services:
  web: { ${server}, depends_on: [db], volumes: ["data:/data"] }
  db: { ${sleeper}, volumes: ["/data"] }
volumes: { data: {} }
`,
      services,
      env: engine().env,
    });
    const lease = await run.leases.acquire(taskOf(services), never);
    const url = lease.kind === 'ready' ? (lease.services['web']?.url ?? '') : problemOf(lease);
    expect(await (await fetch(`${url}/health`)).text()).toBe('ok\n');
    expect(await leftOf(engine(), run.runId)).toHaveLength(4);
    const volumes = await engine().docker('volume', 'ls', '--quiet');
    await run.leases.stopAll(never);
    expect(run.changes()).toEqual(['web starting', 'web ready', 'web stopping', 'web stopped']);
    expect(await readFile(join(run.root, 'logs/services/web.log'), 'utf8')).toBe('serving\nbye\n');
    expect(await leftOf(engine(), run.runId)).toEqual([]);
    expect(volumes.split('\n').length).toBeGreaterThanOrEqual(2);
    expect(await engine().docker('volume', 'ls', '--quiet')).toBe('');
  });

  it('starts after what it needs, gets the variables of all services of its file, and shares a project with them', async () => {
    const services = [
      dockerService('web', { env: { GREETING: 'hello ${env.USER_NAME}' } }, { needs: ['seed', 'db'] }),
      dockerService('seed', { oneShot: true, env: { SEED: '$${not} $HOME' } }, { needs: ['db'] }),
      dockerService('db'),
    ];
    const run = await composeBench({
      compose: `services:
  web: { ${sleeper}, environment: { GREETING: "\${GREETING}", SEED: "\${SEED}" } }
  seed: { image: ${image}, command: ["true"] }
  db: { ${sleeper} }
`,
      services,
      env: engine().env,
      over: { lookup: (reference) => (reference === 'env.USER_NAME' ? 'world' : null) },
    });
    expect((await run.leases.acquire(taskOf(services), never)).kind).toBe('ready');
    const ready = run.changes().filter((change) => change.endsWith('ready'));
    expect(ready).toEqual(['db ready', 'seed ready', 'web ready']);
    const web = await webOf(engine(), run.runId);
    const env = await engine().docker('inspect', '--format', '{{json .Config.Env}}', web);
    expect(JSON.parse(env)).toEqual(expect.arrayContaining(['GREETING=hello world', 'SEED=${not} $HOME']));
    await run.leases.stopAll(never);
    const stops = run.changes().filter((change) => change.endsWith('stopping'));
    expect(stops).toEqual(['web stopping', 'seed stopping', 'db stopping']);
    expect(await leftOf(engine(), run.runId)).toEqual([]);
  });

  it('whose port a process has names that process', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const services = [dockerService('web')];
    const run = await composeBench({
      compose: `services: { web: { ${sleeper}, ports: ["127.0.0.1:${port}:80"] } }\n`,
      services,
      env: engine().env,
    });
    expect(problemOf(await run.leases.acquire(taskOf(services), never))).toMatch(
      new RegExp(`^web: port ${port} is already taken by .*\\(pid ${process.pid}\\); end it, or publish any free port`),
    );
    expect(await leftOf(engine(), run.runId)).toEqual([]);
  });

  it('in which nothing listens is not ready although docker accepts connections for it', async () => {
    const services = [dockerService('web', {}, { startTimeoutMs: 2000 })];
    const run = await composeBench({
      compose: `services: { web: { ${sleeper}, ports: ["127.0.0.1::80"] } }\n`,
      services,
      env: engine().env,
    });
    const problem = problemOf(await run.leases.acquire(taskOf(services), never));
    expect(problem).toMatch(/^web: was not ready within 2\.0s \(services\.web\.startTimeout\)\n/);
    expect(problem).toMatch(
      /tcp 127\.0\.0\.1:\d+: the connection was closed at once: docker accepts it, but nothing listens/,
    );
  });

  it('in the network of the host is reached at the port that it is said to have', async () => {
    const port = await closedPort();
    const services = [dockerService('web', { port }, { health: [http] })];
    const run = await composeBench({
      compose: `services: { web: { image: ${image}, command: [httpd, -f, -p, "127.0.0.1:${port}", -h, /www], network_mode: host, stop_signal: SIGKILL } }\n`,
      services,
      env: engine().env,
    });
    expect(await run.leases.acquire(taskOf(services), never)).toMatchObject({
      kind: 'ready',
      services: { web: { host: '127.0.0.1', port } },
    });
  });

  it('is not disturbed by another run with the same compose file', async () => {
    const compose = `services: { web: { ${server} } }\n`;
    const services = [dockerService('web', {}, { health: [http] })];
    const runs = await Promise.all([1, 2].map(() => composeBench({ compose, services, env: engine().env })));
    const leases = await Promise.all(runs.map((run) => run.leases.acquire(taskOf(services), never)));
    expect(leases.map(({ kind }) => kind)).toEqual(['ready', 'ready']);
    const [first, second] = runs;
    await first?.leases.stopAll(never);
    expect(await leftOf(engine(), first?.runId ?? '')).toEqual([]);
    expect(await leftOf(engine(), second?.runId ?? '')).toHaveLength(2);
  });
});

describe('without docker', { timeout: 60_000 }, () => {
  const fallback = service('web', {
    docker: { compose: 'compose.yml', service: 'web', env: {}, port: null, oneShot: false },
  });

  it.each([
    [
      'whose daemon is down',
      () => ({ ...engine().env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' }),
      /^docker: docker is not running: .*\/nonexistent\/docker\.sock/,
      'start docker (for example: systemctl start docker), or set DOCKER_HOST',
    ],
    [
      'that is not installed',
      () => ({ ...engine().env, PATH: '/nonexistent' }),
      /^docker: docker is not installed \(there is no program "docker" in PATH\)$/,
      'install docker',
    ],
  ])('%s a service is unavailable, or another provider has it', async (_title, env, problem, remedy) => {
    const only = [dockerService('web')];
    const run = await composeBench({ compose: `services: { web: { ${sleeper} } }\n`, services: only, env: env() });
    const lease = await run.leases.acquire(taskOf(only), never);
    expect(lease).toMatchObject({ kind: 'unavailable', service: 'web', remedy });
    expect(lease.kind === 'unavailable' ? lease.problem : '').toMatch(problem);
  });

  it('a service that has another provider is had from that one', async () => {
    const run = await composeBench({
      compose: `services: { web: { ${sleeper} } }\n`,
      services: [fallback],
      env: { ...engine().env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
      over: { environment: environment({ prefer: ['docker', 'process'] }) },
    });
    expect(await run.leases.acquire(taskOf([fallback]), never)).toMatchObject({ kind: 'ready' });
    expect(run.events.flatMap((event) => (event.type === 'service-changed' ? [event.change] : []))).toMatchObject([
      { kind: 'starting', provider: 'docker' },
      { kind: 'starting', provider: 'process' },
      { kind: 'ready', provider: 'process' },
    ]);
  });
});
