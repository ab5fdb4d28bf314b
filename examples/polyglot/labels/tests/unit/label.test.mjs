import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wrapLabel } from '../../label.mjs';

describe('a label', () => {
  const cases = [
    ['keeps short text on one line', 'Green tea', 20, ['Green tea']],
    ['breaks between words', 'Green tea from Uji', 10, ['Green tea', 'from Uji']],
    ['cuts words that are too long', 'Rindfleischetikett', 8, ['Rindflei', 'schetike', 'tt']],
    ['has no lines without text', '   ', 5, []],
  ];
  for (const [name, text, width, lines] of cases) {
    it(name, () => assert.deepEqual(wrapLabel(text, width), lines));
  }

  it('refuses a width of nothing', () => {
    assert.throws(() => wrapLabel('x', 0), RangeError);
  });
});
