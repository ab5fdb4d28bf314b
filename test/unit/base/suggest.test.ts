import { expect, test } from 'vitest';
import { didYouMean, suggest } from '../../../src/base/suggest.ts';

const categories = ['unit', 'build', 'integration', 'mission_critical', 'api', 'e2e'];

test.each([
  ['bulid', 'build'],
  ['intergation', 'integration'],
  ['Unit', 'unit'],
  ['mission-critical', 'mission_critical'],
  ['mission', 'mission_critical'],
  ['apu', 'api'],
  ['e2', 'e2e'],
  ['xyz', null],
  ['performance', null],
  ['', null],
  ['unit', null],
  ['x'.repeat(100_000), null],
])('%j suggests %j', (word, expected) => {
  expect(suggest(word, categories)).toBe(expected);
});

test('the nearest candidate wins, and of equally near ones the first', () => {
  expect(suggest('tests', ['test2', 'tests2', 'tests3'])).toBe('test2');
  expect(suggest('tesst', ['toast', 'test'])).toBe('test');
});

test('the question is ready to append to a message', () => {
  expect(`not defined${didYouMean('bulid', categories)}`).toBe('not defined (did you mean "build"?)');
  expect(didYouMean('xyz', categories)).toBe('');
});
