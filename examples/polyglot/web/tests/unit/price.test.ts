import { describe, expect, it } from 'vitest';
import vectors from '../../../vectors/price.json' with { type: 'json' };
import { formatPrice, grossCents } from '../../src/price.ts';

describe('a price', () => {
  it.each(vectors)('of $cents cents at $vatPercent % is $gross with tax', ({ cents, vatPercent, gross }) => {
    expect(grossCents(cents, vatPercent)).toBe(gross);
  });

  it.each(vectors)('of $gross cents reads $text', ({ gross, text }) => {
    expect(formatPrice(gross)).toBe(text);
  });

  it('is never negative', () => {
    expect(() => grossCents(-1, 19)).toThrow('never negative');
  });
});
