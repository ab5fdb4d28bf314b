import { afterEach, describe, expect, it } from 'vitest';
import { agentEvents } from '../../src/agent.mjs';
import { connect } from '../support/chat-client.mjs';

const clients = [];
const open = async (...args) => {
  const client = await connect(...args);
  clients.push(client);
  return client;
};
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

describe('event delivery', () => {
  it('answers a message with the five events in their order', async () => {
    const client = await open();
    const events = await client.say('add 2 3');
    expect(events.map(({ type }) => type)).toEqual(agentEvents);
    expect(events.at(-1).answer).toBe('5');
  });

  it('names the tool in the events around it', async () => {
    const client = await open();
    const events = await client.say('reverse abc');
    expect(events.map(({ tool }) => tool ?? null)).toEqual([null, null, 'reverse', 'reverse', null]);
    expect(events[3].output).toBe('cba');
  });

  it('numbers the events of a user without a gap', async () => {
    const client = await open();
    await client.say('count one two');
    await client.say('count one');
    expect(client.agentFrames().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('works on ten messages sent at once one after the other', async () => {
    const client = await open();
    const ids = Array.from({ length: 10 }, (_, index) => `message-${index}`);
    for (const id of ids) client.send({ type: 'message', id, text: `add ${id.length} 1` });
    await client.answerTo('message-9');
    const order = client.agentFrames().map(({ message, type }) => `${message} ${type}`);
    expect(order).toEqual(ids.flatMap((id) => agentEvents.map((type) => `${id} ${type}`)));
  });

  it('ends with an error in its last event when a tool fails, never in silence', async () => {
    const client = await open();
    const events = await client.say('add two three');
    expect(events.map(({ type }) => type)).toEqual(agentEvents);
    expect(events.at(-1).error).toBe('"two" is not a number');
    expect((await client.say('add 1 1')).at(-1).answer).toBe('2');
  });
});
