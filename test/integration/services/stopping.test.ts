import { describe, expect, it } from 'vitest';
import { bench, never, serverCommand, service, task } from './support.ts';

const env = { PORT: '${port}' };

describe('stopping', () => {
  it('ends grandchildren too, also those in a session of their own', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('web', { process: { command: serverCommand({ notes, grandchildren: true }), cwd: '.', env } }),
      ],
      [needsWeb],
    );
    await run.leases.acquire(needsWeb, never);
    expect(run.alive()).toHaveLength(3);
    await run.leases.stopAll(never);
    await expect.poll(run.alive).toEqual([]);
  });

  it.each([
    { how: 'after the grace', graceMs: 200, kill: never },
    { how: 'without waiting for the grace when everything is to end now', graceMs: 600_000, kill: AbortSignal.abort() },
  ])('kills a service that ignores SIGTERM, $how', async ({ graceMs, kill }) => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('web', {
          process: { command: serverCommand({ notes, ignoreTerm: true }), cwd: '.', env },
          stop: { signal: 'SIGTERM', graceMs },
        }),
      ],
      [needsWeb],
    );
    await run.leases.acquire(needsWeb, never);
    await run.leases.stopAll(kill);
    expect(run.noted()).toContain('service ignored');
    await expect.poll(run.alive).toEqual([]);
  });

  it('hurries a stop that is under way', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('web', {
          process: { command: serverCommand({ notes, ignoreTerm: true }), cwd: '.', env },
          stop: { signal: 'SIGTERM', graceMs: 600_000 },
        }),
      ],
      [needsWeb],
    );
    await run.leases.acquire(needsWeb, never);
    run.leases.release(needsWeb);
    const kill = new AbortController();
    const stopped = run.leases.stopAll(kill.signal);
    await expect.poll(() => run.noted()).toContain('service ignored');
    kill.abort();
    await stopped;
    await expect.poll(run.alive).toEqual([]);
  });

  it('sends the signal that the service asks for', async () => {
    const needsWeb = task('t', ['web']);
    await using run = await bench(
      ({ notes }) => [
        service('web', {
          process: { command: serverCommand({ notes, ignoreTerm: true, stopOn: 'SIGINT' }), cwd: '.', env },
          stop: { signal: 'SIGINT', graceMs: 600_000 },
        }),
      ],
      [needsWeb],
    );
    await run.leases.acquire(needsWeb, never);
    await run.leases.stopAll(never);
    expect(run.noted()).toEqual(['service started', 'service stopping']);
  });
});
