import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { freshResults } from '../support/stores.mjs';

describe('the results', () => {
  let results;
  before(async () => {
    results = await freshResults();
  });

  it('of a job are found again as they were saved', async () => {
    const job = randomUUID();
    const outcome = { text: `it's "quoted"; drop table results; -- ü \\ :'job' \n`, nested: [1, null, { a: true }] };
    assert.equal(await results.save(job, 'quote', outcome), true);
    assert.deepEqual(await results.find(job), outcome);
  });

  it('of an unknown job are undefined', async () => {
    assert.equal(await results.find(randomUUID()), undefined);
  });

  it('of a job that was done twice are the first ones', async () => {
    const job = randomUUID();
    assert.equal(await results.save(job, 'twice', { run: 1 }), true);
    assert.equal(await results.save(job, 'twice', { run: 2 }), false);
    assert.deepEqual(await results.find(job), { run: 1 });
  });

  it('that cannot be are refused by the database', async () => {
    await assert.rejects(results.save('no-uuid', 'broken', {}), /invalid input syntax for type uuid/);
  });
});
