import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { LeaseResult, LeaseWatch } from '../../../src/ports.ts';
import { bench, environment, never, serverCommand, service, task } from './support.ts';
import type { Bench } from './support.ts';

const env = { PORT: '${port}' };
const place = { slot: 0 };

function urlOf(lease: LeaseResult, name: string): string {
  if (lease.kind !== 'ready') throw new Error(JSON.stringify(lease));
  return lease.services[name]?.url ?? 'no url';
}

function watchOf(run: Bench, id: string, needs: readonly string[]): LeaseWatch {
  const watch = run.leases.watch?.(task(id, needs), place);
  if (watch === undefined) throw new Error('these leases cannot be watched');
  return watch;
}

/** Asks the fixture server to end at once, and waits until that is known. */
async function killAt(run: Bench, url: string, watch: LeaseWatch): Promise<void> {
  await fetch(`${url}/exit`).catch(() => undefined);
  await expect.poll(() => watch.failure()).not.toBeNull();
  expect(run.events.some((event) => event.type === 'service-changed' && event.change.kind === 'failed')).toBe(true);
}

function occupy(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

describe('a service that died in use', () => {
  it('is started again once for twenty tasks that lost it, where it was before', async () => {
    const tasks = Array.from({ length: 20 }, (_, index) => task(`t${index}`, ['web']));
    await using run = await bench(
      ({ notes }) => [
        service('web', { process: { command: serverCommand({ name: 'web', notes }), cwd: '.', env }, restarts: 1 }),
      ],
      tasks,
    );
    const leases = await Promise.all(tasks.map((one) => run.leases.acquire(one, never, place)));
    const watches = tasks.map(({ id }) => watchOf(run, id, ['web']));
    expect(watches.map((watch) => watch.failure())).toEqual(tasks.map(() => null));
    const [first] = leases;
    if (first === undefined) throw new Error('no lease');
    await killAt(run, urlOf(first, 'web'), watches[0] ?? watchOf(run, 't0', ['web']));
    expect(watches.every((watch) => watch.lost.aborted && watch.failure()?.service === 'web')).toBe(true);
    expect(run.leases.failureOf(['web'])?.problem).toContain('exited with code 7 while it was in use');

    const again = await Promise.all(tasks.map((one) => run.leases.acquire(one, never, place)));
    expect(new Set(again.map((lease) => urlOf(lease, 'web')))).toEqual(new Set([urlOf(first, 'web')]));
    expect(run.noted()).toEqual(['web started', 'web started']);
    expect(
      run.events.flatMap((event) =>
        event.type === 'service-changed' ? [`${event.change.kind} ${event.generation}`] : [],
      ),
    ).toEqual(['starting 1', 'ready 1', 'failed 2', 'starting 2', 'ready 2']);
    // What was leased stays lost, what is leased now is not.
    expect(watches[3]?.failure()).not.toBeNull();
    expect(watchOf(run, 't3', ['web']).failure()).toBeNull();
    expect(run.leases.failureOf(['web'])).toBeNull();
  });

  it('is not started again when its restarts are used up, and tells of its last death', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(() => [service('web', { restarts: 1 })], [needsWeb]);
    for (let generation = 1; generation <= 2; generation += 1) {
      const lease = await run.leases.acquire(needsWeb, never, place);
      const watch = watchOf(run, 't', ['web']);
      await killAt(run, urlOf(lease, 'web'), watch);
      expect(watch.lost.aborted).toBe(generation === 1);
    }
    expect(await run.leases.acquire(needsWeb, never, place)).toMatchObject({ kind: 'failed', service: 'web' });
    await run.leases.stopAll(never);
    await expect.poll(run.alive).toEqual([]);
  });

  it('that does not come up again is tried as often as it may be, and then failed for good', async () => {
    const needsWeb = task('t', ['web']);
    const command = ['sh', '-c', 'test -e once && { echo no more; exit 4; }; touch once; exec "$@"', 'sh'];
    await using run = await bench(
      () => [service('web', { process: { command: [...command, ...serverCommand()], cwd: '.', env }, restarts: 2 })],
      [needsWeb],
    );
    const lease = await run.leases.acquire(needsWeb, never, place);
    await killAt(run, urlOf(lease, 'web'), watchOf(run, 't', ['web']));
    const again = await run.leases.acquire(needsWeb, never, place);
    expect(again).toMatchObject({ kind: 'failed', service: 'web' });
    expect(again.kind === 'failed' ? again.problem : '').toContain('no more');
    expect(run.changes()).toEqual([
      ...['web starting', 'web ready', 'web failed'],
      ...['web starting', 'web failed', 'web starting', 'web failed'],
    ]);
  });

  it('is not started again for a run that is being cancelled, and holds nobody up', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(() => [service('web', { restarts: 1 })], [needsWeb]);
    const lease = await run.leases.acquire(needsWeb, never, place);
    await killAt(run, urlOf(lease, 'web'), watchOf(run, 't', ['web']));
    const cancel = new AbortController();
    const again = run.leases.acquire(needsWeb, cancel.signal, place);
    cancel.abort();
    expect(await again).toEqual({ kind: 'cancelled' });
    await run.leases.stopAll(never);
    expect(run.changes()).toEqual(['web starting', 'web ready', 'web failed']);
  });

  //  t ──► web ──► db
  it('leaves alone what needs it, if that is healthy and was told the right address', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('db', { process: { command: serverCommand({ name: 'db', notes }), cwd: '.', env }, restarts: 1 }),
        service('web', {
          ...{ needs: ['db'], restarts: 1, watchMs: 60_000 },
          process: {
            command: serverCommand({ name: 'web', notes }),
            cwd: '.',
            env: { ...env, DB: '${services.db.url}' },
          },
        }),
      ],
      [needsWeb],
    );
    const lease = await run.leases.acquire(needsWeb, never, place);
    const watch = watchOf(run, 't', ['web']);
    await killAt(run, urlOf(lease, 'db'), watch);
    expect(watch.failure()).toMatchObject({ service: 'db' });
    const again = await run.leases.acquire(needsWeb, never, place);
    expect(again).toEqual(lease);
    expect(run.noted()).toEqual(['db started', 'web started', 'db started']);
  });

  it('takes with it what was told an address where it is no more', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      () => [
        service('db', { restarts: 1 }),
        service('web', {
          ...{ needs: ['db'], restarts: 1 },
          process: { command: serverCommand(), cwd: '.', env: { ...env, DB: '${services.db.url}' } },
        }),
      ],
      [needsWeb],
    );
    const lease = await run.leases.acquire(needsWeb, never, place);
    const before = urlOf(lease, 'db');
    await killAt(run, before, watchOf(run, 't', ['web']));
    const squatter = await occupy(Number(new URL(before).port));
    try {
      const again = await run.leases.acquire(needsWeb, never, place);
      expect(urlOf(again, 'db')).not.toBe(before);
      expect(await (await fetch(`${urlOf(again, 'web')}/env`)).json()).toMatchObject({ DB: urlOf(again, 'db') });
      expect(run.changes().filter((change) => change === 'web ready')).toHaveLength(2);
    } finally {
      squatter.close();
    }
  });
});

describe('a service that turns unhealthy', () => {
  it('is ended like one that died, with its processes', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('web', {
          process: { command: serverCommand({ notes, grandchildren: true }), cwd: '.', env },
          health: [{ kind: 'command', command: ['sh', '-c', '! test -e sick'], timeoutMs: 5000, intervalMs: 30 }],
        }),
      ],
      [needsWeb],
    );
    await run.leases.acquire(needsWeb, never, place);
    const watch = watchOf(run, 't', ['web']);
    await writeFile(`${run.dir}/sick`, '');
    await run.until((event) => event.type === 'service-changed' && event.change.kind === 'failed');
    expect(watch.failure()?.problem).toMatch(
      /^web: is not healthy any more: command sh .*exited with code 1 \(3 times in a row\)\n {2}(?:last lines of|it printed nothing)/,
    );
    await run.leases.stopAll(never);
    await expect.poll(run.alive).toEqual([]);
  });

  it('outside of the run fails, and is neither stopped nor started', async () => {
    const needsWeb = task('t', ['web']);
    const outside = await occupy(0);
    const address = outside.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await using run = await bench(
      () => [
        service('web', {
          ...{ process: null, external: { url: `http://127.0.0.1:${port}` }, restarts: 5, watchMs: 30 },
          health: [{ kind: 'tcp' }],
        }),
      ],
      [needsWeb],
      { environment: environment() },
    );
    await run.leases.acquire(needsWeb, never, place);
    const watch = watchOf(run, 't', ['web']);
    outside.close();
    await run.until((event) => event.type === 'service-changed' && event.change.kind === 'failed');
    expect(watch.lost.aborted).toBe(false);
    expect(watch.failure()?.problem).toContain('connection refused');
    expect(await run.leases.acquire(needsWeb, never, place)).toMatchObject({ kind: 'failed' });
  });

  it('is found out by a look that does not wait for the next regular one', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      () => [service('web', { watchMs: 3_600_000, health: [{ kind: 'tcp' }], restarts: 0 })],
      [needsWeb],
    );
    const lease = await run.leases.acquire(needsWeb, never, place);
    const watch = watchOf(run, 't', ['web']);
    await watch.check(never);
    expect(watch.failure()).toBeNull();
    await killAt(run, urlOf(lease, 'web'), watch);
    await watch.check(never);
    expect(watch.failure()).not.toBeNull();
  });
});

describe('copies of a service', () => {
  it('are started for the slots that ask, and what a copy needs is its own too', async () => {
    const needsWeb = task('t', ['web']);
    const copies = { instances: 2 };
    await using run = await bench(
      ({ notes }) => [
        service('db', { ...copies, process: { command: serverCommand({ name: 'db', notes }), cwd: '.', env } }),
        service('web', {
          ...{ ...copies, needs: ['db'] },
          process: {
            command: serverCommand({ name: 'web', notes }),
            cwd: '.',
            env: { ...env, ME: '${instance} ${slot}', DB: '${services.db.url}' },
          },
        }),
      ],
      [needsWeb],
    );
    const first = await run.leases.acquire(needsWeb, never, { slot: 1 });
    expect(run.changes()).toEqual(['web-1 starting', 'db-1 starting', 'db-1 ready', 'web-1 ready']);
    const second = await run.leases.acquire(needsWeb, never, { slot: 2 });
    const third = await run.leases.acquire(needsWeb, never, { slot: 3 });
    expect(third).toEqual(first);
    expect(urlOf(second, 'web')).not.toBe(urlOf(first, 'web'));
    expect(await (await fetch(`${urlOf(first, 'web')}/env`)).json()).toMatchObject({
      ME: '1 1',
      DB: urlOf(first, 'db'),
    });
    expect(await (await fetch(`${urlOf(second, 'web')}/env`)).json()).toMatchObject({
      ME: '0 0',
      DB: urlOf(second, 'db'),
    });
    run.leases.release(needsWeb);
    await run.leases.stopAll(never);
    expect(
      run
        .changes()
        .filter((change) => change.endsWith('stopped'))
        .toSorted(),
    ).toEqual([...['db-0 stopped', 'db-1 stopped', 'web-0 stopped', 'web-1 stopped']]);
  });
});
