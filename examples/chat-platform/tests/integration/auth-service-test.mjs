import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newUser } from '../support/chat-client.mjs';
import { fetchToken, postJson, serviceUrl } from '../support/services.mjs';

const auth = (path) => `${serviceUrl('auth')}${path}`;

describe('the auth service', () => {
  it('issues tokens that it verifies', async () => {
    const user = newUser();
    const { body } = await postJson(auth('/verify'), { token: await fetchToken(user) });
    assert.equal(body.valid, true);
    assert.equal(body.claims.sub, user);
  });

  for (const user of ['', 'Ada', 'a b', '-a', 'x'.repeat(65), 7, null]) {
    it(`issues no token for ${JSON.stringify(user)}`, async () => {
      assert.equal((await postJson(auth('/token'), { user })).status, 400);
    });
  }

  it('issues no token without end', async () => {
    assert.equal((await postJson(auth('/token'), { user: newUser(), ttlSeconds: 1e9 })).status, 400);
  });

  for (const body of ['', '{', 'null', 'x'.repeat(20_000)]) {
    it(`answers the body ${JSON.stringify(body.slice(0, 8))} of ${body.length} characters with 400`, async () => {
      assert.equal((await postJson(auth('/token'), body)).status, 400);
    });
  }

  it('revokes only tokens that are good', async () => {
    assert.equal((await postJson(auth('/revoke'), { token: 'garbage' })).status, 400);
  });

  it('knows no other path', async () => {
    assert.equal((await fetch(auth('/admin'))).status, 404);
    assert.equal((await fetch(auth('/token'))).status, 404);
  });
});
