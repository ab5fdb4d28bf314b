import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { handlers } from '../../src/handlers.mjs';
import { work } from '../../src/worker.mjs';
import { freshQueue, freshResults } from '../support/stores.mjs';

describe('the workers', () => {
  let store;
  let results;
  beforeEach(async () => {
    [store, results] = await Promise.all([freshQueue(), freshResults()]);
  });
  afterEach(() => store.close());

  const workWith = (queue) => work({ queue, results, handlers, idleSeconds: 0.2 });

  it('take jobs from Redis and leave their results in Postgres', async () => {
    const { queue } = store;
    const counted = await queue.add('count-words', { text: 'to be or not to be' });
    const summed = await queue.add('sum-up', { amounts: [100, 250] });
    assert.deepEqual(await workWith(queue), { finished: 2, failed: 0 });
    assert.deepEqual(await results.find(counted), { total: 6, distinct: 4 });
    assert.deepEqual(await results.find(summed), { cents: 350 });
    assert.deepEqual(await queue.counts(), { waiting: 0, active: 0, dead: 0 });
  });

  it('share thirty jobs and do each once', async () => {
    const { queue, connect } = store;
    await Promise.all(Array.from({ length: 30 }, (_, index) => queue.add('sum-up', { amounts: [index] })));
    const done = await Promise.all([connect(), connect(), connect()].map(workWith));
    assert.equal(
      done.reduce((sum, { finished }) => sum + finished, 0),
      30,
    );
    assert.deepEqual(await results.countByKind(), { 'sum-up': 30 });
  });

  it('bury what cannot be done and go on with the rest', async () => {
    const { queue } = store;
    await queue.add('count-words', {});
    await queue.add('make-coffee', {});
    await queue.add('sum-up', { amounts: [] });
    assert.deepEqual(await workWith(queue), { finished: 1, failed: 6 });
    assert.deepEqual(await queue.counts(), { waiting: 0, active: 0, dead: 2 });
  });

  it('do again what was done but not acknowledged, and keep the first result', async () => {
    const { queue } = store;
    const id = await queue.add('count-words', { text: 'once' });
    const job = await store.connect().take(1);
    await results.save(job.id, job.kind, { total: 1, distinct: 1, by: 'the worker that died' });
    await queue.recover();
    assert.deepEqual(await workWith(queue), { finished: 1, failed: 0 });
    assert.deepEqual(await results.find(id), { total: 1, distinct: 1, by: 'the worker that died' });
    assert.deepEqual(await results.countByKind(), { 'count-words': 1 });
  });
});
