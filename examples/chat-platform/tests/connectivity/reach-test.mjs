import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { handshakeStatus } from '../support/chat-client.mjs';
import { serviceUrl } from '../support/services.mjs';

describe('the deployment can be reached', () => {
  for (const name of ['auth', 'backend']) {
    it(`${name} says that it is well`, async () => {
      const response = await fetch(`${serviceUrl(name)}/health`, { signal: AbortSignal.timeout(10_000) });
      assert.equal(response.status, 200);
      assert.equal((await response.json()).status, 'ok');
    });
  }

  it('the backend speaks WebSocket, if only to send strangers away', async () => {
    assert.equal((await handshakeStatus()).status, 401);
  });
});
