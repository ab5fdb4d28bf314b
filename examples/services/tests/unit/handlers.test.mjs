import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { handlers } from '../../src/handlers.mjs';

describe('counting words', () => {
  for (const [text, total, distinct] of [
    ['', 0, 0],
    ['one', 1, 1],
    ['The cat and the dog', 5, 4],
    ['Übung macht den Meister – übung!', 5, 4],
  ]) {
    it(`finds ${total} words in ${JSON.stringify(text)}, ${distinct} of them different`, () => {
      assert.deepEqual(handlers['count-words']({ text }), { total, distinct });
    });
  }

  it('refuses what is no text', () => {
    assert.throws(() => handlers['count-words']({ text: 7 }), /needs a text/);
  });
});

describe('summing up', () => {
  it('adds whole amounts', () => {
    assert.deepEqual(handlers['sum-up']({ amounts: [1999, -500, 1] }), { cents: 1500 });
  });

  for (const amounts of [undefined, '12', [0.1], [1, '2'], [Number.MAX_SAFE_INTEGER + 1]]) {
    it(`refuses ${JSON.stringify(amounts)}`, () => {
      assert.throws(() => handlers['sum-up']({ amounts }), /whole amounts/);
    });
  }
});
