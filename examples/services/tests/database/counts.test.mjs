import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { freshResults } from '../support/stores.mjs';

// Runs beside results.test.mjs on the same server: exact counts hold because each slot has its own database.
describe('the counts of results', () => {
  let results;
  before(async () => {
    results = await freshResults();
  });

  it('are empty at first', async () => {
    assert.deepEqual(await results.countByKind(), {});
  });

  it('are exact when many are saved at once', async () => {
    const kinds = Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? 'third' : 'other'));
    await Promise.all(kinds.map((kind) => results.save(randomUUID(), kind, {})));
    assert.deepEqual(await results.countByKind(), { third: 4, other: 8 });
  });
});
