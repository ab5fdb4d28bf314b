import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonParts } from '../../../src/base/json-parts.ts';

test('the parts are what JSON.stringify makes of the whole', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect([...jsonParts(value)].join('')).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('what is not defined is left out, and lists may be made while they are written', () => {
  const lists = { none: new Set().values(), two: [{ a: 1 }, { a: [2] }], undefined };
  expect([...jsonParts({ ...lists, two: lists.two.values() })].join('')).toBe(
    JSON.stringify({ ...lists, none: [] }, null, 2),
  );
});
