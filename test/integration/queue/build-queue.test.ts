import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Redis } from 'ioredis';
import { openBuildQueue } from '../../../src/queue/build-queue.ts';
import type { BuildQueue, QueueClaim } from '../../../src/queue/build-queue.ts';
import { buildName } from '../../../src/queue/build-name.ts';
import { parseQueueUrl } from '../../../src/queue/queue-url.ts';
import { startRedis, until } from '../../support/queue-rig.ts';
import type { RedisServer } from '../../support/queue-rig.ts';

const tasks = (count: number): { index: number; blockedBy: null }[] =>
  Array.from({ length: count }, (_, index) => ({ index, blockedBy: null }));

describe('the queue of a build', () => {
  let server: RedisServer;
  const open = (build: string, more: { ttlMs?: number; leaseMs?: number } = {}): Promise<BuildQueue> =>
    openBuildQueue({ address: parseQueueUrl(server.url), build, leaseMs: 1000, ...more });
  const claim = async (queue: BuildQueue, worker: string): Promise<QueueClaim> => {
    const claims: QueueClaim[] = [];
    await until(async () => {
      const claimed = await queue.claim(worker);
      if (claimed !== null) claims.push(claimed);
      return claimed !== null;
    });
    const [claimed] = claims;
    if (claimed === undefined) throw new Error('nothing was claimed');
    return claimed;
  };
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('keeps the plan of the first who offers one', async () => {
    const [one, other] = [await open('plan'), await open('plan')];
    expect(await one.document()).toBeNull();
    expect([await one.offer('first'), await other.offer('second'), await one.document()]).toEqual([
      'first',
      'first',
      'first',
    ]);
    await Promise.all([one.close(), other.close()]);
  });

  it('hands out each task once, in order, however often it is added', async () => {
    const queue = await open('once');
    await queue.add(tasks(3), { ordered: false });
    await queue.add(tasks(3), { ordered: false });
    const claims = [await claim(queue, 'w'), await claim(queue, 'w'), await claim(queue, 'w')];
    expect(claims.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(await queue.claim('w')).toBeNull();
    await claims[0]?.finish({ worker: 'w', satisfies: true }, [Buffer.from('events')]);
    await queue.add(tasks(3), { ordered: false });
    expect(await queue.counts()).toEqual({ waiting: 0, running: 2, done: 1 });
    const [result] = await queue.accepted(new Map());
    expect(result).toMatchObject({ index: 0, worker: 'w', satisfies: true, lease: claims[0]?.lease });
    expect(result === undefined ? null : String(await queue.eventsOf(result))).toBe('events');
    await queue.close();
  });

  it('gives a task that is not renewed to another, refuses the first, and lets nobody run it after three were lost', async () => {
    const queue = await open('late', { leaseMs: 500 });
    await queue.add(tasks(1), { ordered: false });
    const first = await claim(queue, 'first');
    const second = await claim(queue, 'second');
    expect([await first.renew(), await second.renew()]).toEqual([false, true]);
    expect(await first.finish({ worker: 'first', satisfies: true }, [Buffer.from('late')])).toBe(false);
    const third = await claim(queue, 'third');
    expect([second.isPoison, third.isPoison]).toEqual([false, false]);
    const fourth = await claim(queue, 'fourth');
    expect(fourth.isPoison).toBe(true);
    expect(await third.finish({ worker: 'third', satisfies: true }, [])).toBe(false);
    expect(await fourth.finish({ worker: 'fourth', satisfies: false }, [])).toBe(true);
    // Asked again, as after an answer that was lost on the way.
    expect(await fourth.finish({ worker: 'fourth', satisfies: false }, [])).toBe(true);
    expect((await queue.accepted(new Map())).map(({ worker }) => worker)).toEqual(['fourth']);
    await queue.close();
  });

  it('leaves no key without an end, and shares none with another build', async () => {
    const redis = new Redis(server.port, '127.0.0.1', { db: 3 });
    const at = { address: { ...parseQueueUrl(server.url), db: 3 }, leaseMs: 1000 };
    const builds = ['a', 'a ', 'a/b', '', 'é', '*', '{a}:b'].map((name) => `${name}\n`);
    const queues = await Promise.all(builds.map((build) => openBuildQueue({ ...at, build, ttlMs: 2500 })));
    for (const queue of queues) {
      await queue.offer('plan');
      await queue.add(tasks(3), { ordered: true });
      await queue.markFilled();
      await (await claim(queue, 'w')).finish({ worker: 'w', satisfies: true }, [Buffer.from('x')]);
      await (await claim(queue, 'w')).giveBack();
      await queue.tell({ worker: 'w', slots: 1, running: [], done: 1, left: null });
      await queue.touch();
    }
    expect(await Promise.all(queues.map((queue) => queue.counts()))).toEqual(
      queues.map(() => ({ waiting: 2, running: 0, done: 1 })),
    );
    const keys = await redis.keys('*');
    const ends = await Promise.all(keys.map((key) => redis.pttl(key)));
    expect(keys.filter((_, at) => (ends[at] ?? -1) === -1)).toEqual([]);
    for (const key of keys)
      expect(builds.filter((build) => key.startsWith(`runner:${buildName(build)}:`))).toHaveLength(1);
    await Promise.all(queues.map((queue) => queue.close()));
    await until(async () => (await redis.dbsize()) === 0);
    redis.disconnect();
  });
});
