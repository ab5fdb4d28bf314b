import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { agentEvents } from '../../src/agent.mjs';
import { connect, newUser, openClient } from '../support/chat-client.mjs';
import { fetchToken } from '../support/services.mjs';

it('greets a new user before anything else, at sequence 0', async () => {
  const client = await connect();
  assert.deepEqual(client.frames[0], { type: 'ready', user: client.user, sequence: 0 });
  await client.close();
});

it('answers the first message even when it is sent before the greeting is read', async () => {
  const user = newUser();
  const client = openClient(user, await fetchToken(user));
  await once(client.socket, 'open');
  const events = await client.say('add 1 2');
  assert.deepEqual(
    events.map(({ type, sequence }) => [sequence, type]),
    agentEvents.map((type, index) => [index + 1, type]),
  );
  await client.close();
});

it('answers the first message of fifty users who arrive at once', async () => {
  const clients = await Promise.all(Array.from({ length: 50 }, () => connect()));
  const answers = await Promise.all(clients.map((client, index) => client.say(`add ${index} 1`)));
  assert.deepEqual(
    answers.map((events) => events.at(-1).answer),
    clients.map((_, index) => String(index + 1)),
  );
  await Promise.all(clients.map((client) => client.close()));
});
