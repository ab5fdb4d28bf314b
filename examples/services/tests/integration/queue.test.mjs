import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { freshQueue } from '../support/stores.mjs';

describe('the queue', () => {
  let store;
  beforeEach(async () => {
    store = await freshQueue();
  });
  afterEach(() => store.close());

  it('gives jobs in the order in which they came', async () => {
    const { queue } = store;
    const ids = [await queue.add('a', {}), await queue.add('b', {}), await queue.add('c', {})];
    const taken = [await queue.take(1), await queue.take(1), await queue.take(1)];
    assert.deepEqual(
      taken.map((job) => job.id),
      ids,
    );
    assert.deepEqual(await queue.counts(), { waiting: 0, active: 3, dead: 0 });
  });

  it('lets a worker wait for a job that comes later', async () => {
    const taken = store.connect().take(30);
    const id = await store.queue.add('late', { text: 'ü\r\n' });
    const job = await taken;
    assert.deepEqual([job.id, job.input], [id, { text: 'ü\r\n' }]);
  });

  it('gives each job to one of many workers', async () => {
    const { queue, connect } = store;
    const ids = await Promise.all(Array.from({ length: 50 }, (_, index) => queue.add('job', { index })));
    const workers = Array.from({ length: 5 }, connect);
    const taken = await Promise.all(ids.map((_, index) => workers[index % workers.length].take(30)));
    assert.deepEqual(taken.map((job) => job.id).sort(), ids.toSorted());
  });

  it('brings a failed job again, three times in all, then keeps it as dead', async () => {
    const { queue } = store;
    await queue.add('hopeless', {});
    for (const tries of [0, 1, 2]) {
      const job = await queue.take(1);
      assert.equal(job.tries, tries);
      await queue.fail(job, 'no chance');
    }
    assert.deepEqual(await queue.counts(), { waiting: 0, active: 0, dead: 1 });
  });

  it('gives back what a worker took and never finished', async () => {
    const { queue } = store;
    const id = await queue.add('precious', {});
    assert.equal((await store.connect().take(1)).id, id);
    assert.equal(await queue.take(0.05), null);
    assert.equal(await queue.recover(), 1);
    assert.equal((await queue.take(1)).id, id);
  });

  it('tells who waits when the connection is closed', async () => {
    const waiting = store.connect().take(60);
    store.close();
    await assert.rejects(waiting, /connection was closed/);
  });
});
