const vectors = require('../../vectors/price.json');
const { Basket } = require('./basket.js');

const tea = { title: 'Green tea', cents: 999, vatPercent: 7 };

describe('a basket', () => {
  test('is empty at first', () => {
    expect(new Basket()).toMatchObject({ count: 0, gross: 0 });
  });

  test.each(vectors)('with $cents cents at $vatPercent % costs $gross', ({ cents, vatPercent, gross }) => {
    const basket = new Basket();
    basket.add({ title: 'x', cents, vatPercent });
    expect(basket.gross).toBe(gross);
  });

  test('adds up what is the same', () => {
    const basket = new Basket();
    basket.add(tea);
    basket.add(tea, 2);
    expect(basket).toMatchObject({ count: 3, gross: 3207 });
  });

  test('takes no part of a thing', () => {
    expect(() => new Basket().add(tea, 0.5)).toThrow(RangeError);
  });
});
