import { expect, it } from 'vitest';
import { framework } from '../../support/framework.ts';

const phrases = 'pytest takes single words joined by "and", "or" and "not", no phrases or quotes';

it.each([
  ['pytest', 'login and not slow', null],
  ['pytest', 'test_x[a-1]', null],
  ['pytest', 'two words', phrases],
  ['pytest', '"quoted"', phrases],
  ['pytest', 'a and', 'a word is missing at its end'],
  ['node', 'a and not b', null],
  ['node', 'not (a or b)', null],
  ['node', '(a and not b) or c', 'node:test can only filter by "a and not b", where a and b hold no further "not"'],
])('%s says of the keyword %s: %s', (name, expression, problem) => {
  expect(framework(name).keywordProblem?.(expression)).toBe(problem);
});

it.each([
  ['pytest', 'slow and not (db or net)', null],
  ['pytest', 'device(serial="x y", n=1) and not slow', null],
  ['pytest', 'slow and', 'a word is missing at its end'],
  ['pytest', 'a b', phrases],
  ['playwright', 'smoke and not @slow', null],
  ['playwright', 'a and', 'a word is missing at its end'],
  ['playwright', '(a', 'a ")" is missing'],
  ['maven', 'slow and not db', null],
  ['maven', 'slow and', 'a word is missing at its end'],
  ['maven', 'slow db', '"slow db" cannot be a tag of JUnit: write single words joined by "and", "or" and "not"'],
])('%s says of the markers %s: %s', (name, expression, problem) => {
  expect(framework(name).markersProblem?.(expression)).toBe(problem);
});
