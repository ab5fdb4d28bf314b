import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import type { LeaseResult } from '../../../src/ports.ts';
import { bench, never, serverCommand, service, task } from './support.ts';

const env = { PORT: '${port}' };

/** The address of a service of a lease that must be ready. */
function urlOf(lease: LeaseResult, name: string): string {
  if (lease.kind !== 'ready') throw new Error(JSON.stringify(lease));
  return lease.services[name]?.url ?? 'no url';
}

describe('leases', () => {
  it('start a service once for many tasks at the same time and stop it once, after the last', async () => {
    const tasks = Array.from({ length: 20 }, (_, index) => task(`t${index}`, ['web']));
    await using run = await bench(
      ({ notes }) => [service('web', { process: { command: serverCommand({ name: 'web', notes }), cwd: '.', env } })],
      tasks,
    );
    const results = await Promise.all(tasks.map((one) => run.leases.acquire(one, never)));
    expect(new Set(results.map((lease) => urlOf(lease, 'web'))).size).toBe(1);
    for (const one of tasks.slice(1)) run.leases.release(one);
    expect(run.changes()).toEqual(['web starting', 'web ready']);
    for (const one of tasks) run.leases.release(one);
    await run.until((event) => event.type === 'service-changed' && event.change.kind === 'stopped');
    await run.leases.stopAll(never);
    expect(run.changes()).toEqual(['web starting', 'web ready', 'web stopping', 'web stopped']);
    expect(run.noted()).toEqual(['web started', 'web stopping']);
    await expect.poll(run.alive).toEqual([]);
  });

  it('give a task without needs its lease at once', async () => {
    await using run = await bench(() => [service('web')], [task('t', [])]);
    expect(await run.leases.acquire(task('t', []), never)).toEqual({ kind: 'ready', services: {} });
    expect(run.events).toEqual([]);
  });

  //  web ──► api ──► db        stopped from left to right
  //   └────► cache
  it('start what is needed first and stop it last', async () => {
    const define = (notes: string, name: string, needs: readonly string[]) =>
      service(name, { needs, process: { command: serverCommand({ name, notes }), cwd: '.', env } });
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        define(notes, 'web', ['api', 'cache']),
        define(notes, 'db', []),
        define(notes, 'api', ['db']),
        define(notes, 'cache', []),
      ],
      [needsWeb],
    );
    const lease = await run.leases.acquire(needsWeb, never);
    expect(lease.kind === 'ready' ? Object.keys(lease.services).sort() : lease).toEqual(['api', 'cache', 'db', 'web']);
    await run.leases.stopAll(never);
    const order = run.noted();
    expect(order.indexOf('db started')).toBeLessThan(order.indexOf('api started'));
    expect(order.indexOf('cache started')).toBeLessThan(order.indexOf('web started'));
    expect(order.indexOf('web stopping')).toBeLessThan(order.indexOf('api stopping'));
    expect(order.indexOf('web stopping')).toBeLessThan(order.indexOf('cache stopping'));
    expect(order.indexOf('api stopping')).toBeLessThan(order.indexOf('db stopping'));
    await expect.poll(run.alive).toEqual([]);
  });

  it('tell a service where those that it needs are, and give it the inherited environment', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      () => [
        service('db'),
        service('web', {
          needs: ['db'],
          process: {
            command: serverCommand(),
            cwd: '.',
            env: { ...env, DB: '${services.db.url}/x', PATH: '/opt/bin', LITERAL: '$${x}' },
          },
        }),
      ],
      [needsWeb],
      { baseEnv: { PATH: '/usr/bin', INHERITED: 'yes', FOR_TESTS: '${services.web.url}', SLOT: '${slot}' } },
    );
    const lease = await run.leases.acquire(needsWeb, never);
    const answer: unknown = await (await fetch(`${urlOf(lease, 'web')}/env`)).json();
    expect(answer).toMatchObject({
      DB: `${urlOf(lease, 'db')}/x`,
      PATH: '/opt/bin:/usr/bin',
      INHERITED: 'yes',
      LITERAL: '${x}',
    });
    expect(answer).not.toHaveProperty('FOR_TESTS');
    expect(answer).not.toHaveProperty('SLOT');
  });

  it('remember a failed start: later requests fail at once with the same problem and nothing is started again', async () => {
    const tasks = [task('a', ['web']), task('b', ['web'])];
    await using run = await bench(
      ({ notes }) => [
        service('web', { process: { command: serverCommand({ name: 'web', notes, exitBefore: 3 }), cwd: '.', env } }),
      ],
      tasks,
    );
    const first = await run.leases.acquire(task('a', ['web']), never);
    const second = await run.leases.acquire(task('b', ['web']), never);
    expect(first).toMatchObject({ kind: 'failed', service: 'web' });
    expect(second).toEqual(first);
    expect(run.noted()).toEqual(['web started']);
    expect(run.changes()).toEqual(['web starting', 'web failed']);
    expect(run.leases.failureOf(['web'])).toBeNull();
  });

  it('fail a task as soon as one of its services fails, and end the start that nobody waits for any more', async () => {
    const both = task('t', ['broken', 'slow']);
    await using run = await bench(
      ({ notes }) => [
        service('broken', { process: { command: serverCommand({ exitBefore: 1 }), cwd: '.', env } }),
        service('slow', {
          process: { command: serverCommand({ name: 'slow', notes, listen: false }), cwd: '.', env },
          startTimeoutMs: 600_000,
        }),
      ],
      [both],
    );
    expect(await run.leases.acquire(both, never)).toMatchObject({ kind: 'failed', service: 'broken' });
    await run.leases.stopAll(never);
    await expect.poll(run.alive).toEqual([]);
  });

  it('name the service at the root when one that is needed fails', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      () => [
        service('db', { process: { command: ['/no/such/program'], cwd: '.', env } }),
        service('web', { needs: ['db'] }),
      ],
      [needsWeb],
    );
    const lease = await run.leases.acquire(needsWeb, never);
    expect(lease).toMatchObject({ kind: 'failed', service: 'web' });
    expect(lease.kind === 'failed' ? lease.problem : '').toMatch(
      /^web needs db, which failed\ndb: could not be started: .*\/no\/such\/program/,
    );
    expect(run.changes()).not.toContain('web ready');
  });

  it('end a start on cancellation and leave nothing', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('web', {
          process: {
            command: serverCommand({ name: 'web', notes, listen: false, grandchildren: true, print: '' }),
            cwd: '.',
            env,
          },
          health: [{ kind: 'command', command: ['sh', '-c', 'sleep 100'], timeoutMs: 60_000 }],
          startTimeoutMs: 600_000,
        }),
      ],
      [needsWeb],
    );
    const cancel = new AbortController();
    const lease = run.leases.acquire(needsWeb, cancel.signal);
    await expect.poll(() => run.pids('grandchild').length).toBe(2);
    cancel.abort();
    expect(await lease).toEqual({ kind: 'cancelled' });
    await run.leases.stopAll(never);
    await expect.poll(run.alive).toEqual([]);
    expect(await run.leases.acquire(needsWeb, never)).toEqual({ kind: 'cancelled' });
  });

  it('go on with a start while somebody still waits for it', async () => {
    const tasks = [task('a', ['web']), task('b', ['web'])];
    await using run = await bench(
      () => [service('web', { process: { command: serverCommand({ health: 'starting' }), cwd: '.', env } })],
      tasks,
    );
    const cancel = new AbortController();
    const first = run.leases.acquire(task('a', ['web']), cancel.signal);
    const second = run.leases.acquire(task('b', ['web']), never);
    cancel.abort();
    expect(await first).toEqual({ kind: 'cancelled' });
    expect((await second).kind).toBe('ready');
  });

  it('end a start under way when everything is stopped', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('web', {
          process: { command: serverCommand({ notes, listen: false }), cwd: '.', env },
          startTimeoutMs: 600_000,
        }),
      ],
      [needsWeb],
    );
    const lease = run.leases.acquire(needsWeb, never);
    await expect.poll(() => run.pids('started').length).toBe(1);
    await run.leases.stopAll(never);
    expect(await lease).toEqual({ kind: 'cancelled' });
    await expect.poll(run.alive).toEqual([]);
  });

  it('notice that a service died while it was in use, and say so with its exit and its last words', async () => {
    const tasks = [task('a', ['web']), task('b', ['web'])];
    await using run = await bench(() => [service('db'), service('web', { needs: ['db'] })], tasks);
    const lease = await run.leases.acquire(task('a', ['web']), never);
    expect(run.leases.failureOf(['web'])).toBeNull();
    await fetch(`${urlOf(lease, 'db')}/exit`).catch(() => undefined);
    const event = await run.until((one) => one.type === 'service-changed' && one.change.kind === 'failed');
    expect(event).toMatchObject({ service: 'db', generation: 2 });
    expect(run.leases.failureOf(['web'])).toMatchObject({ service: 'db' });
    expect(run.leases.failureOf(['web'])?.problem).toMatch(
      /^db: exited with code 7 while it was in use\n {2}last lines of logs\/services\/db.log:\n {4}listening on \d+$/,
    );
    expect(await run.leases.acquire(task('c', ['db']), never)).toMatchObject({ kind: 'failed', service: 'db' });
    await run.leases.stopAll(never);
    expect(run.changes()).toEqual([
      'web starting',
      'db starting',
      'db ready',
      'web ready',
      'db failed',
      'web stopping',
      'web stopped',
    ]);
  });

  it('end what a dead service left behind and warn of it', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('web', { process: { command: serverCommand({ notes, grandchildren: true }), cwd: '.', env } }),
      ],
      [needsWeb],
    );
    const lease = await run.leases.acquire(needsWeb, never);
    await fetch(`${urlOf(lease, 'web')}/exit`).catch(() => undefined);
    await run.until((event) => event.type === 'warning' && event.message.includes('service web left processes behind'));
    await run.leases.stopAll(never);
    expect(run.pids('grandchild')).toHaveLength(2);
    await expect.poll(run.alive).toEqual([]);
  });

  it('do not call it a death when the service ends because it was told to', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(() => [service('web')], [needsWeb]);
    await run.leases.acquire(needsWeb, never);
    run.leases.release(needsWeb);
    await run.leases.stopAll(never);
    expect(run.changes()).toEqual(['web starting', 'web ready', 'web stopping', 'web stopped']);
    expect(run.leases.failureOf(['web'])).toBeNull();
  });

  it('write the output of each service to a file of its own', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(() => [service('web')], [needsWeb]);
    const lease = await run.leases.acquire(needsWeb, never);
    const { port } = new URL(urlOf(lease, 'web'));
    await run.leases.stopAll(never);
    expect(readFileSync(join(run.dir, 'logs/services/web.log'), 'utf8')).toBe(`listening on ${port}\n`);
  });
});
