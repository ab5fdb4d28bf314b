import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import { buildName } from '../../../src/queue/build-name.ts';
import { openBuildQueue } from '../../../src/queue/build-queue.ts';
import { parseQueueUrl } from '../../../src/queue/queue-url.ts';
import { createEventPacker } from '../../../src/queue/event-packer.ts';
import { createTaskPool } from '../../../src/queue/task-pool.ts';
import { aTask } from '../../support/plans.ts';
import { startRedis } from '../../support/queue-rig.ts';

it('a machine stays in a build whatever tasks were given up before it got them', async () => {
  await using redis = await startRedis();
  const queue = await openBuildQueue({ address: parseQueueUrl(redis.url), build: 'settled', leaseMs: 10_000 });
  const outcome = { kind: 'spawn-failed', problem: 'three machines were lost' } as const;
  const tasks = Array.from({ length: 6 }, (_, index) => aTask(`t${index}`, { settled: outcome }));
  await queue.add(
    tasks.map((_, index) => ({ index, blockedBy: null })),
    { ordered: false },
  );
  const told: EventBody[] = [];
  const pool = createTaskPool({
    ...{ queue, tasks, worker: 'w', awaited: new Map(), slots: 1, leaseMs: 10_000 },
    blocked: () => outcome,
    emit: (body) => void told.push(body),
  });
  const totals = { tests: 0, passed: 0, failed: 0, errors: 0, skipped: 0, durationMs: 0 };
  const never = new AbortController().signal;
  for (let claimed = await pool.next(never); claimed !== null; claimed = await pool.next(never)) {
    pool.finish({ type: 'task-finished', task: claimed.task.id, outcome, totals, durationMs: 0 });
  }
  await pool.leave('done');
  const [self] = await queue.workers();
  expect([pool.acceptedHere(), self?.left]).toEqual([6, 'done']);
  expect(told.filter(({ type }) => type === 'run-cancelling')).toEqual([]);
  await queue.close();
});

it('what other machines published is taken as far as it can be read, and what cannot is named', async () => {
  await using redis = await startRedis();
  const queue = await openBuildQueue({ address: parseQueueUrl(redis.url), build: 'others', leaseMs: 10_000 });
  const tasks = Array.from({ length: 4 }, (_, index) => aTask(`unit/${index}`));
  await queue.add(
    tasks.map((_, index) => ({ index, blockedBy: null })),
    { ordered: true },
  );
  const leases: string[] = [];
  for (const index of tasks.keys()) {
    const claimed = await queue.claim('other');
    const packer = createEventPacker();
    packer.add({ type: 'task-started', task: `unit/${index}`, slot: 1, at: 1 });
    await claimed?.finish({ worker: 'other', satisfies: true }, packer.close());
    leases.push(claimed?.lease ?? '');
  }
  const admin = new Redis(redis.port, '127.0.0.1');
  const keyOf = (index: number): string => `runner:${buildName('others')}:events:${leases[index] ?? ''}`;
  await admin.set(keyOf(0), 'no gzip');
  await admin.del(keyOf(2));
  admin.disconnect();
  const pool = createTaskPool({
    ...{ queue, tasks, worker: 'w', awaited: new Map(), slots: 1, leaseMs: 10_000 },
    blocked: () => ({ kind: 'passed' }),
    emit: () => undefined,
  });
  const told: string[] = [];
  for await (const event of pool.others())
    told.push(event.type === 'warning' ? event.message : 'task' in event.event ? event.event.task : '');
  expect(told.sort()).toEqual([
    'the result of unit/0 from other is not whole in this event log: incorrect header check',
    'the result of unit/2 from other is not whole in this event log: the server does not have it any more',
    'unit/1',
    'unit/3',
  ]);
  await pool.leave('done');
  await queue.close();
});
