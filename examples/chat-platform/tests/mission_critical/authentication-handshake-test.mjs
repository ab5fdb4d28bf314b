import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signToken } from '../../src/jwt.mjs';
import { handshakeStatus, newUser } from '../support/chat-client.mjs';
import { fetchToken, postJson, serviceUrl } from '../support/services.mjs';

const bearer = (token) => ({ headers: { authorization: `Bearer ${token}` } });
const unsigned = (claims) =>
  `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;

describe('the authentication handshake', () => {
  it('opens with a token in the Authorization header', async () => {
    assert.equal((await handshakeStatus(bearer(await fetchToken(newUser())))).status, 101);
  });

  it('opens with a token among the subprotocols, as browsers must send it, and never echoes it', async () => {
    const token = await fetchToken(newUser());
    const result = await handshakeStatus({ protocols: ['chat', `token.${token}`] });
    assert.deepEqual(result, { status: 101, protocol: 'chat' });
  });

  const refused = {
    'no token': () => ({}),
    'an empty token': () => bearer(''),
    garbage: () => bearer('not-a-token'),
    'another scheme': () => ({ headers: { authorization: 'Basic dXNlcjpwYXNz' } }),
    'a token that claims to need no signature': () => bearer(unsigned({ sub: 'admin' })),
    'a token signed with another key': () => bearer(signToken({ sub: 'admin' }, 'somebody-elses-secret')),
  };
  for (const [what, options] of Object.entries(refused)) {
    it(`refuses ${what} with 401`, async () => {
      assert.equal((await handshakeStatus(options())).status, 401);
    });
  }

  it('refuses an expired token', async () => {
    assert.equal((await handshakeStatus(bearer(await fetchToken(newUser(), -1)))).status, 401);
  });

  it('refuses a token whose claims were changed', async () => {
    const [head, , signature] = (await fetchToken(newUser())).split('.');
    const claims = Buffer.from('{"sub":"admin"}').toString('base64url');
    assert.equal((await handshakeStatus(bearer(`${head}.${claims}.${signature}`))).status, 401);
  });

  it('refuses a token from the moment it is revoked', async () => {
    const token = await fetchToken(newUser());
    assert.equal((await handshakeStatus(bearer(token))).status, 101);
    assert.equal((await postJson(`${serviceUrl('auth')}/revoke`, { token })).status, 200);
    assert.equal((await handshakeStatus(bearer(token))).status, 401);
  });

  it('knows no other path, with or without a token', async () => {
    const token = await fetchToken(newUser());
    assert.equal((await handshakeStatus({ ...bearer(token), path: '/other' })).status, 404);
    assert.equal((await handshakeStatus({ path: '//' })).status, 404);
  });
});
