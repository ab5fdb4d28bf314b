import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration, writeDuration } from '../../../src/base/duration.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['1m30s', 90_000],
  ['1h2m3s4ms', 3_723_004],
  ['1.5s', 1500],
  ['0s', 0],
  ['596h', 2_145_600_000],
  ['597h', null],
  ['', null],
  ['5', null],
  ['5 m', null],
  ['-5s', null],
  ['1s1m', null],
  ['5d', null],
  ['1e3s', null],
  ['ms', null],
  [' 5s', null],
])('the duration %j is %j milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [-5, '0ms'],
  [0, '0ms'],
  [250, '250ms'],
  [999.6, '1.0s'],
  [1234, '1.2s'],
  [59_940, '59.9s'],
  [59_960, '1m 00s'],
  [184_000, '3m 04s'],
  [3_599_600, '1h 00m'],
  [3_720_000, '1h 02m'],
])('%d ms are shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('a duration that is written is read back without loss', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2_147_483_647 }), (ms) => parseDuration(writeDuration(ms)) === ms));
});
