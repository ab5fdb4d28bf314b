import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createRateLimit } from '../../src/rate-limit.mjs';

const bucket = () => {
  const clock = { at: 0 };
  return { clock, limit: createRateLimit({ burst: 3, perSecond: 2, now: () => clock.at }) };
};

it('allows a burst, then as many as time gives back', () => {
  const { clock, limit } = bucket();
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.allow('ada')),
    [true, true, true, false],
  );
  clock.at = 500;
  assert.deepEqual([limit.allow('ada'), limit.allow('ada')], [true, false]);
});

it('gives each user a bucket of their own', () => {
  const { limit } = bucket();
  for (let index = 0; index < 3; index += 1) limit.allow('ada');
  assert.equal(limit.allow('ada'), false);
  assert.equal(limit.allow('bob'), true);
});

it('never saves up more than a burst', () => {
  const { clock, limit } = bucket();
  limit.allow('ada');
  clock.at = 1_000_000;
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.allow('ada')),
    [true, true, true, false],
  );
});

it('forgets users whose bucket is full again', () => {
  const { clock, limit } = bucket();
  limit.allow('ada');
  assert.equal(limit.prune(), 1);
  clock.at = 500;
  assert.equal(limit.prune(), 0);
});
