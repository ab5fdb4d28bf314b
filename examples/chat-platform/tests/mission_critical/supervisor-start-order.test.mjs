import { describe, expect, it } from 'vitest';
import { createSupervisor } from '../../src/supervisor.mjs';
import { serviceUrl } from '../support/services.mjs';

/** Components that write down what happens to them. */
function recorded(needs, failing = {}) {
  const log = [];
  const components = Object.fromEntries(
    Object.entries(needs).map(([name, needed]) => [
      name,
      {
        needs: needed,
        start: async () => {
          log.push(`start ${name}`);
          await Promise.resolve();
          if (failing.start === name) throw new Error('no port');
          log.push(`up ${name}`);
        },
        stop: async () => {
          log.push(`stop ${name}`);
          if (failing.stop === name) throw new Error('stuck');
        },
      },
    ]),
  );
  return { log, supervisor: createSupervisor(components) };
}

//   database <- auth <- backend -> cache
const needs = { backend: ['auth', 'cache'], auth: ['database'], cache: [], database: [] };

describe("the supervisor's start-up order", () => {
  it('starts a component only when all it needs is up', async () => {
    const { log, supervisor } = recorded(needs);
    await supervisor.startAll();
    for (const [name, needed] of Object.entries(needs)) {
      for (const need of needed) expect(log.indexOf(`up ${need}`)).toBeLessThan(log.indexOf(`start ${name}`));
    }
    expect(log.filter((line) => line.startsWith('start'))).toHaveLength(4);
  });

  it('starts what is independent at the same time', async () => {
    const { log, supervisor } = recorded({ one: [], two: [] });
    await supervisor.startAll();
    expect(log).toEqual(['start one', 'start two', 'up one', 'up two']);
  });

  it('stops in reverse', async () => {
    const { log, supervisor } = recorded(needs);
    await supervisor.startAll();
    const ups = log.filter((line) => line.startsWith('up')).map((line) => line.slice(3));
    await supervisor.stopAll();
    expect(log.filter((line) => line.startsWith('stop')).map((line) => line.slice(5))).toEqual(ups.reverse());
  });

  it('stops what was started when one fails, and never starts what needs it', async () => {
    const { log, supervisor } = recorded(needs, { start: 'auth' });
    await expect(supervisor.startAll()).rejects.toThrow('auth did not start: no port');
    expect(log).not.toContain('start backend');
    expect(log.filter((line) => line.startsWith('stop')).sort()).toEqual(['stop cache', 'stop database']);
  });

  it('stops the others when one does not stop', async () => {
    const { log, supervisor } = recorded(needs, { stop: 'backend' });
    await supervisor.startAll();
    expect(await supervisor.stopAll()).toEqual(['backend: stuck']);
    expect(log.filter((line) => line.startsWith('stop'))).toHaveLength(4);
  });

  it.each([
    [{ a: ['b'], b: ['a'] }, 'components need each other: a -> b -> a'],
    [{ a: ['ghost'] }, 'a needs ghost, which does not exist'],
  ])('refuses %j before anything is started', (broken, message) => {
    expect(() => recorded(broken)).toThrow(message);
  });

  it('has every component of the running backend up', async () => {
    const response = await fetch(`${serviceUrl('backend')}/health`);
    expect((await response.json()).components).toEqual({ auth: 'up', bridge: 'up', server: 'up' });
  });
});
