import { expect, it } from 'vitest';
import { connect } from '../support/chat-client.mjs';
import { serviceUrl } from '../support/services.mjs';

const health = async () => (await fetch(`${serviceUrl('backend')}/health`)).json();

it('counts a connection while it is open', async () => {
  const client = await connect();
  expect((await health()).connections).toBeGreaterThanOrEqual(1);
  await client.close();
});

it('answers the socket path without an upgrade, and everything else, with 404', async () => {
  for (const path of ['/ws', '/', '/health/../etc', '/healthz']) {
    expect((await fetch(`${serviceUrl('backend')}${path}`)).status, path).toBe(404);
  }
});

it('answers pings beside a working agent', async () => {
  const client = await connect();
  const answer = client.say('count a b');
  expect(await client.ping()).toMatchObject({ type: 'pong' });
  await answer;
  await client.close();
});
