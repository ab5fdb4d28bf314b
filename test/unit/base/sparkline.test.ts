import { expect, it } from 'vitest';
import { sparkline } from '../../../src/base/sparkline.ts';

it.each([
  [[], { from: 0, to: 1 }, ''],
  [[0, 0.5, 1], { from: 0, to: 1 }, '▁▅█'],
  [[0, null, 10], { from: 0, to: 10 }, '▁·█'],
  [[3, 3], { from: 3, to: 3 }, '██'],
  [[-5, 50], { from: 0, to: 10 }, '▁█'],
])('%j is drawn between %j as %s', (values, between, expected) => {
  expect(sparkline(values, between)).toBe(expected);
});
