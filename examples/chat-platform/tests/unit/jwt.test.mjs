import { describe, expect, it } from 'vitest';
import { signToken, verifyToken } from '../../src/jwt.mjs';

const token = signToken({ sub: 'ada', exp: 100 }, 'secret');

describe('tokens', () => {
  it('say who it is until they expire', () => {
    expect(verifyToken(token, 'secret', 99)).toEqual({ valid: true, claims: { sub: 'ada', exp: 100 } });
    expect(verifyToken(token, 'secret', 100)).toEqual({ valid: false, reason: 'expired' });
  });

  it('are the ones every other library makes', () => {
    // From https://jwt.io: HS256, secret "your-256-bit-secret".
    const known =
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c';
    expect(verifyToken(known, 'your-256-bit-secret', 0)).toMatchObject({ valid: true, claims: { name: 'John Doe' } });
    expect(signToken({ sub: '1234567890', name: 'John Doe', iat: 1516239022 }, 'your-256-bit-secret')).toBe(known);
  });

  it.each([
    ['', 'malformed'],
    ['a.b', 'malformed'],
    ['a.b.c', 'wrong algorithm'],
    [token.slice(0, -2), 'bad signature'],
    [signToken({ exp: 100 }, 'secret'), 'no subject'],
    [signToken({ sub: 'ada', exp: 'never' }, 'secret'), 'expired'],
    [undefined, 'malformed'],
  ])('refuses %j', (bad, reason) => {
    expect(verifyToken(bad, 'secret', 50)).toEqual({ valid: false, reason });
  });
});
