import assert from 'node:assert/strict';
import { createStock } from '../stock.mjs';

describe('stock', () => {
  let stock;

  beforeEach(() => {
    stock = createStock({ tea: 3 });
  });

  it('has nothing of what it does not know', () => assert.equal(stock.free('coffee'), 0));

  it('is less by what is reserved', () => {
    stock.reserve('tea', 2);
    assert.equal(stock.free('tea'), 1);
  });

  it('never gives more than there is', () => {
    assert.throws(() => stock.reserve('tea', 4), /3 of tea are left/);
    assert.equal(stock.free('tea'), 3);
  });

  it('gets back what is cancelled, once', () => {
    const reservation = stock.reserve('tea', 2);
    reservation.cancel();
    reservation.cancel();
    assert.equal(stock.free('tea'), 3);
  });
});
