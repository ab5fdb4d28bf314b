import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Service } from '../../../src/model/config.ts';
import { closedPort } from './probe-support.ts';
import { bench, environment, never, service, task } from './support.ts';
import type { Bench } from './support.ts';
import type { LeaseOptions } from '../../../src/services/leases.ts';

const needsWeb = task('t', ['web']);

async function open(define: readonly Service[], over: Partial<LeaseOptions> = {}): Promise<Bench> {
  const run = await bench(() => define, [needsWeb], over);
  onTestFinished(() => run[Symbol.asyncDispose]());
  return run;
}

async function serve(statuses: readonly number[]): Promise<{ readonly port: number; readonly isOpen: () => boolean }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    response.writeHead(statuses[Math.min(asked, statuses.length - 1)] ?? 200).end();
    asked += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, isOpen: () => server.listening };
}

describe('an external service', () => {
  it('is used when its probes pass, keeps its url without trailing slash, and is never stopped', async () => {
    const { port, isOpen } = await serve([200]);
    const run = await open([service('web', { external: { url: `http://127.0.0.1:${port}/` } })]);
    expect(await run.leases.acquire(needsWeb, never)).toEqual({
      kind: 'ready',
      services: { web: { url: `http://127.0.0.1:${port}`, host: '127.0.0.1', port, variables: {} } },
    });
    run.leases.release(needsWeb);
    await run.leases.stopAll(never);
    expect(isOpen()).toBe(true);
    expect(run.events[0]).toMatchObject({ change: { kind: 'starting', provider: 'external' } });
  });

  it('makes what its process would need unnecessary', async () => {
    const { port } = await serve([200]);
    const run = await open([
      service('web', { external: { url: `http://127.0.0.1:${port}` }, needs: ['db'] }),
      service('db'),
    ]);
    const lease = await run.leases.acquire(needsWeb, never);
    expect(lease.kind === 'ready' ? Object.keys(lease.services) : lease).toEqual(['web']);
    expect(run.changes()).not.toContain('db starting');
  });

  it('without probes is there when its port accepts a connection', async () => {
    const { port } = await serve([500]);
    const run = await open([
      service('web', { external: { url: `postgres://user:pw@127.0.0.1:${port}/db` }, process: null, health: [] }),
    ]);
    expect(await run.leases.acquire(needsWeb, never)).toMatchObject({ kind: 'ready', services: { web: { port } } });
    expect(JSON.stringify(run.events)).not.toContain('pw');
  });

  it('that is not there makes room for the next provider', async () => {
    const run = await open([service('web', { external: { url: `http://127.0.0.1:${await closedPort()}` } })]);
    expect((await run.leases.acquire(needsWeb, never)).kind).toBe('ready');
    expect(run.events.filter((event) => event.type === 'service-changed').map((event) => event.change)).toMatchObject([
      { kind: 'starting', provider: 'external' },
      { kind: 'starting', provider: 'process' },
      { kind: 'ready', provider: 'process' },
    ]);
  });

  it('whose variable is not set makes room for the next provider', async () => {
    const run = await open([service('web', { external: { url: '${env.NO_SUCH_URL}' } })]);
    expect((await run.leases.acquire(needsWeb, never)).kind).toBe('ready');
  });

  it('that is the only provider and not there is unavailable, with what to do', async () => {
    const port = await closedPort();
    const run = await open([service('web', { external: { url: `http://127.0.0.1:${port}` }, process: null })]);
    expect(await run.leases.acquire(needsWeb, never)).toEqual({
      kind: 'unavailable',
      service: 'web',
      problem: `external: http://127.0.0.1:${port} does not pass its probes: http /health: connection refused (nothing listens there)`,
      remedy: `start web at http://127.0.0.1:${port}, or correct its external url`,
    });
    expect(run.changes()).toEqual(['web starting', 'web unavailable']);
  });

  it('that answers but is not ready yet is waited for when it is the only provider', async () => {
    const { port } = await serve([503, 503, 503, 200]);
    const run = await open([service('web', { external: { url: `http://127.0.0.1:${port}` }, process: null })]);
    expect((await run.leases.acquire(needsWeb, never)).kind).toBe('ready');
  });

  it.each([
    { url: 'localhost:5432', problem: /is not an address such as http/ },
    { url: 'redis', problem: /is not an address such as http/ },
    { url: 'foo://127.0.0.1', problem: /has no port to connect to/ },
  ])('with the url $url is a mistake, not an absence', async ({ url, problem }) => {
    const run = await open([service('web', { external: { url }, health: [] })]);
    const lease = await run.leases.acquire(needsWeb, never);
    expect(lease.kind === 'failed' ? lease.problem : JSON.stringify(lease)).toMatch(problem);
  });

  it('of the environment is not replaced by a local process when it is not there', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const run = await open([service('web')], {
      environment: environment({ name: 'staging', services: { web: { external: { url } } } }),
    });
    expect(await run.leases.acquire(needsWeb, never)).toMatchObject({ kind: 'unavailable', service: 'web' });
  });

  it('makes those that need it unavailable too', async () => {
    const run = await open([
      service('web', { needs: ['db'] }),
      service('db', { process: null, external: { url: `http://127.0.0.1:${await closedPort()}` } }),
    ]);
    const lease = await run.leases.acquire(needsWeb, never);
    expect(lease).toMatchObject({
      kind: 'unavailable',
      service: 'web',
      remedy: expect.stringMatching(/^start db at /) as string,
    });
    expect(lease.kind === 'unavailable' ? lease.problem : '').toMatch(
      /^process: it needs db, which is unavailable \(external: /,
    );
  });

  it('is waited for no longer than the task', async () => {
    const { port } = await serve([503]);
    const run = await open([
      service('web', { external: { url: `http://127.0.0.1:${port}` }, process: null, startTimeoutMs: 600_000 }),
    ]);
    const cancel = new AbortController();
    const lease = run.leases.acquire(needsWeb, cancel.signal);
    cancel.abort();
    expect(await lease).toEqual({ kind: 'cancelled' });
  });
});

describe('flags', () => {
  it('--no-services makes every service unavailable without asking anybody', async () => {
    const run = await open([service('web')], { allow: { services: false, docker: true, real: false } });
    expect(await run.leases.acquire(needsWeb, never)).toEqual({
      kind: 'unavailable',
      service: 'web',
      problem: 'services are off (--no-services)',
      remedy: 'run without --no-services',
    });
    expect(run.changes()).toEqual(['web unavailable']);
  });

  it('--real-services makes what is unavailable a failure', async () => {
    const run = await open([service('web', { process: null })], {
      allow: { services: true, docker: true, real: true },
    });
    const lease = await run.leases.acquire(needsWeb, never);
    expect(lease).toMatchObject({ kind: 'failed', service: 'web' });
    expect(lease.kind === 'failed' ? lease.problem : '').toContain(
      '--real-services lets nothing be skipped: it has no provider',
    );
  });
});
