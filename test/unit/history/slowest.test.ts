import { expect, it } from 'vitest';
import { timingOf } from '../../../src/history/slowest.ts';

it.each([
  { of: 'too few runs', given: [9, 9, 9, 1, 1, 1, 1, 1, 1], drift: null },
  { of: 'the last five beside those before', given: [21, 20, 20, 22, 21, 10, 10, 11, 9, 10], drift: 2.1 },
  { of: 'what has become faster', given: [5, 5, 5, 5, 5, 10, 10, 10, 10, 10], drift: 0.5 },
  { of: 'what took no time before', given: [5, 5, 5, 5, 5, 0, 0, 0, 0, 0], drift: null },
])('the drift of $of is $drift', ({ given, drift }) => {
  expect(timingOf(given).drift).toBe(drift);
});

it('a timing tells median and 90 % of all runs', () => {
  expect(timingOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])).toMatchObject({ runs: 11, medianMs: 6, p90Ms: 10 });
});
