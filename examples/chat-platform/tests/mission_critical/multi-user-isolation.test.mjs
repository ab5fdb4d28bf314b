import { afterEach, describe, expect, it } from 'vitest';
import { agentEvents } from '../../src/agent.mjs';
import { connect, newUser } from '../support/chat-client.mjs';

const clients = [];
const open = async (...args) => {
  const client = await connect(...args);
  clients.push(client);
  return client;
};
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

describe('isolation between users', () => {
  it('gives each of eight users at once exactly their own events', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => open()));
    await Promise.all(
      users.flatMap((client) => [client.say('count a'), client.say('add 1 2'), client.say('reverse ab')]),
    );
    await Promise.all(users.map((client) => client.ping()));
    for (const client of users) {
      expect(new Set(client.agentFrames().map(({ user }) => user))).toEqual(new Set([client.user]));
      expect(client.agentFrames()).toHaveLength(3 * agentEvents.length);
    }
  });

  it('does not mix up users whose messages have the same id', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const [mine, theirs] = await Promise.all([one.say('add 1 1', 'same'), other.say('add 2 2', 'same')]);
    expect([mine.at(-1).answer, theirs.at(-1).answer]).toEqual(['2', '4']);
  });

  it('sends the events of a user to each of their sockets', async () => {
    const user = newUser();
    const [phone, laptop] = [await open(user), await open(user)];
    await phone.say('add 1 2', 'm');
    await laptop.answerTo('m');
    expect(laptop.agentFrames()).toEqual(phone.agentFrames());
  });

  it('replays to nobody what another user was told', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await one.say('reverse secret');
    other.send({ type: 'resume', after: 0 });
    expect(await other.next(({ type }) => type === 'resumed')).toEqual({ type: 'resumed', complete: true, count: 0 });
    await other.ping();
    expect(JSON.stringify(other.frames)).not.toContain('terces');
  });

  it('ignores a user name that a message claims', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    one.send({ type: 'message', id: 'forged', text: 'count a', user: other.user });
    expect((await one.answerTo('forged'))[0].user).toBe(one.user);
    await other.ping();
    expect(other.agentFrames()).toEqual([]);
  });
});
