import { expect, it } from 'vitest';
import { boundedMatcher } from '../../../src/base/bounded-match.ts';

it.each([
  [/ECONN(?:RESET|REFUSED)/, 'read ECONNRESET', 'yes'],
  [/ECONN(?:RESET|REFUSED)/, 'read EPIPE', 'no'],
  [/^b$/m, 'a\nb\nc', 'yes'],
  [/a/g, 'a', 'yes'],
])('%s on %j: %s', (pattern, text, matched) => {
  const match = boundedMatcher(pattern);
  expect([match(text), match(text)]).toEqual([matched, matched]);
});

it('gives up on a pattern that would backtrack for years, and then at once', () => {
  const match = boundedMatcher(/(?:a+)+b/);
  expect(match('a'.repeat(100))).toBe('gave-up');
  expect(match('ab')).toBe('gave-up');
});

it('looks at the start and the end of a long text', () => {
  const match = boundedMatcher(/needle/);
  const hay = 'x'.repeat(100_000);
  expect([`needle${hay}`, `${hay}needle`, `${hay}needle${hay}`].map((text) => match(text))).toEqual([
    'yes',
    'yes',
    'no',
  ]);
});
