import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Redis } from 'ioredis';
import { openBuildQueue } from '../../../src/queue/build-queue.ts';
import type { BuildQueue } from '../../../src/queue/build-queue.ts';
import type { QueueClaim } from '../../../src/queue/task-claim.ts';
import { buildName } from '../../../src/queue/build-name.ts';
import { parseQueueUrl } from '../../../src/queue/queue-url.ts';
import { startRedis, until } from '../../support/queue-rig.ts';
import type { RedisServer } from '../../support/queue-rig.ts';

/** Long enough that nothing ends while a busy machine is at it. */
const ttlMs = 60_000;

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

  it('gives a task that is not renewed to another, and refuses the first', async () => {
    const queue = await open('late', { leaseMs: 500 });
    await queue.add(tasks(1), { ordered: false });
    const first = await claim(queue, 'first');
    const second = await claim(queue, 'second');
    expect([await first.renew(), await second.renew()]).toEqual([false, true]);
    expect(await first.finish({ worker: 'first', satisfies: true }, [Buffer.from('late')])).toBe(false);
    expect(await second.finish({ worker: 'second', satisfies: false }, [])).toBe(true);
    // Asked again, as after an answer that was lost on the way.
    expect(await second.finish({ worker: 'second', satisfies: false }, [])).toBe(true);
    expect((await queue.accepted(new Map())).map(({ worker }) => worker)).toEqual(['second']);
    await queue.close();
  });

  it('lets nobody run a task that three machines were lost with, and says which', async () => {
    const queue = await open('poison', { leaseMs: 500 });
    await queue.add(tasks(1), { ordered: false });
    // It had not begun, or was still there afterwards, or gave it back: neither was lost with it.
    const unbegun = await claim(queue, 'unbegun');
    const frozen = await claim(queue, 'frozen');
    frozen.begin();
    const back = await claim(queue, 'back');
    await frozen.survive();
    back.begin();
    await back.giveBack();
    for (const name of ['a', 'b', 'c']) {
      const lost = await claim(queue, name);
      expect(lost.givenUp).toBeNull();
      lost.begin();
    }
    const last = await claim(queue, 'last');
    expect(last.givenUp).toContain('three machines were lost while they ran it');
    for (const name of ['a', 'b', 'c']) expect(last.givenUp).toContain(name);
    expect(await unbegun.finish({ worker: 'unbegun', satisfies: true }, [])).toBe(false);
    expect(await last.finish({ worker: 'last', satisfies: false }, [])).toBe(true);
    await queue.close();
  });

  it('leaves no key without an end, and shares none with another build', async () => {
    const redis = new Redis(server.port, '127.0.0.1', { db: 3 });
    const at = { address: { ...parseQueueUrl(server.url), db: 3 }, leaseMs: 1000 };
    const builds = ['a', 'a ', 'a/b', '', 'é', '*', '{a}:b'].map((name) => `${name}\n`);
    const queues = await Promise.all(builds.map((build) => openBuildQueue({ ...at, build, ttlMs })));
    for (const queue of queues) {
      await queue.offer('plan');
      await queue.add(tasks(3), { ordered: true });
      await queue.markFilled();
      const claimed = await claim(queue, 'w');
      claimed.begin();
      await claimed.finish({ worker: 'w', satisfies: true }, [Buffer.from('x')]);
      await (await claim(queue, 'w')).giveBack();
      (await claim(queue, 'w')).begin();
      await queue.tell({ worker: 'w', slots: 1, running: [], done: 1, failed: 0, leaseMs: 1000, left: null });
      await queue.touch();
    }
    expect(await Promise.all(queues.map((queue) => queue.counts()))).toEqual(
      queues.map(() => ({ waiting: 1, running: 1, done: 1 })),
    );
    const unbegun = await openBuildQueue({ ...at, build: 'unbegun', ttlMs });
    builds.push('unbegun');
    const endless = async (keys: readonly string[]): Promise<readonly string[]> => {
      const ends = await Promise.all(keys.map((key) => redis.pttl(key)));
      return keys.filter((_, at) => ends[at] === -1);
    };
    const keys = await redis.keys('*');
    // What BullMQ notes of tasks that are being run comes and goes, and gets its end with the next sign of life.
    expect((await endless(keys)).filter((key) => !key.endsWith(':stalled'))).toEqual([]);
    for (const key of keys)
      expect(builds.filter((build) => key.startsWith(`runner:${buildName(build)}:`))).toHaveLength(1);
    await Promise.all([unbegun, ...queues].map((queue) => queue.close()));
    const left = await redis.keys('*');
    expect(left.length).toBeGreaterThan(0);
    expect(await endless(left)).toEqual([]);
    for (const end of await Promise.all(left.map((key) => redis.pttl(key)))) expect(end).toBeLessThanOrEqual(ttlMs);
    redis.disconnect();
  });

  it('outlives the time that its keys are kept for while a machine is there, and renews those of tasks now and then', async () => {
    const redis = new Redis(server.port, '127.0.0.1', { db: 4 });
    const address = { ...parseQueueUrl(server.url), db: 4 };
    const queue = await openBuildQueue({ address, build: 'long', leaseMs: 30_000, ttlMs });
    await queue.offer('plan');
    await queue.add(tasks(4), { ordered: true });
    await queue.markFilled();
    const ended = await claim(queue, 'w');
    await ended.finish({ worker: 'w', satisfies: true }, [Buffer.from('x')]);
    (await claim(queue, 'w')).begin();
    await queue.tell({ worker: 'w', slots: 1, running: [], done: 1, failed: 0, leaseMs: 1000, left: null });
    const ofTasks = /:(?:t\d|begun:1|events:.*)$/;
    const age = async (): Promise<readonly string[]> => {
      const keys = (await redis.keys('*')).filter((key) => !/:lock$|:stalled/.test(key));
      for (const key of keys) await redis.pexpire(key, ttlMs / 2);
      return keys;
    };
    const aged = async (keys: readonly string[]): Promise<readonly string[]> => {
      const ends = await Promise.all(keys.map((key) => redis.pttl(key)));
      return keys.filter((_, index) => (ends[index] ?? 0) <= ttlMs / 2);
    };
    const keys = await age();
    expect(keys.filter((key) => ofTasks.test(key))).toHaveLength(6);
    await queue.touch();
    // Not each time: they may be many.
    expect((await aged(keys)).filter((key) => ofTasks.test(key))).toHaveLength(6);
    await redis.del(`runner:${buildName('long')}:renewed`);
    await age();
    await queue.touch();
    expect((await aged(keys)).filter((key) => !key.endsWith(':renewed'))).toEqual([]);
    await queue.close();
    redis.disconnect();
  });
});
