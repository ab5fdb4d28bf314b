import { createHmac, timingSafeEqual } from 'node:crypto';

const header = encode({ alg: 'HS256', typ: 'JWT' });

/** A JSON Web Token signed with HMAC-SHA256. */
export function signToken(claims, secret) {
  const body = `${header}.${encode(claims)}`;
  return `${body}.${signature(body, secret).toString('base64url')}`;
}

/** `{ valid: true, claims }`, or `{ valid: false, reason }` for whatever is not a token of ours that is still good. */
export function verifyToken(token, secret, nowSeconds) {
  const parts = String(token).split('.');
  if (parts.length !== 3) return invalid('malformed');
  const [head, payload, given] = parts;
  // The algorithm is ours to choose, never the token's: "none" and HS512 are refused before anything is computed.
  if (decode(head)?.alg !== 'HS256') return invalid('wrong algorithm');
  const expected = signature(`${head}.${payload}`, secret);
  const actual = Buffer.from(given, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return invalid('bad signature');
  const claims = decode(payload);
  if (typeof claims?.sub !== 'string' || claims.sub === '') return invalid('no subject');
  if (claims.exp !== undefined && !(claims.exp > nowSeconds)) return invalid('expired');
  return { valid: true, claims };
}

function invalid(reason) {
  return { valid: false, reason };
}

function signature(body, secret) {
  return createHmac('sha256', secret).update(body).digest();
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(text) {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
