import { expect, it } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import { openBuildQueue } from '../../../src/queue/build-queue.ts';
import { parseQueueUrl } from '../../../src/queue/queue-url.ts';
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
