import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { after, describe, it } from 'node:test';
import { agentEvents } from '../../src/agent.mjs';
import { connect, newUser } from '../support/chat-client.mjs';
import { fetchToken, serviceUrl } from '../support/services.mjs';

const clients = [];
const open = async (...args) => {
  const client = await connect(...args);
  clients.push(client);
  return client;
};
after(() => Promise.all(clients.map((client) => client.close())));

/** The backend still does its work for somebody who did nothing wrong. */
async function assertHealthy() {
  const events = await (await open()).say('add 20 22');
  assert.equal(events.at(-1).answer, '42');
}

describe('the bridge under chaos', () => {
  it('keeps the events of a client that drops in the middle, and replays them in order', async () => {
    const user = newUser();
    const first = await open(user);
    first.send({ type: 'message', id: 'm', text: 'add 1 2' });
    const { sequence } = await first.next(({ type }) => type === 'agent_thinking');
    await first.drop();
    const second = await open(user);
    second.send({ type: 'resume', after: sequence });
    await second.answerTo('m');
    // The last event may come live before the replay does; the pong comes after both.
    await second.ping();
    // Live and replayed events may overlap; by number they are exactly the rest.
    const rest = new Map(second.agentFrames().map((frame) => [frame.sequence, frame.type]));
    assert.deepEqual(
      [...rest].filter(([number]) => number > sequence).sort(([one], [other]) => one - other),
      [
        [3, 'tool_executing'],
        [4, 'tool_completed'],
        [5, 'agent_completed'],
      ],
    );
  });

  it('goes on for the others while twenty clients drop in mid-stream', async () => {
    const steady = await open();
    const restless = await Promise.all(Array.from({ length: 20 }, () => open()));
    const answer = steady.say('add 1 1');
    await Promise.all(
      restless.map((client) => {
        client.send({ type: 'message', id: 'x', text: 'count a b c' });
        return client.drop();
      }),
    );
    assert.equal((await answer).length, agentEvents.length);
    await assertHealthy();
  });

  const frames = {
    'text that is no JSON': '{"type":',
    'JSON that is no object': '42',
    null: 'null',
    'an array': '[]',
    'an unknown type': '{"type":"drop_tables"}',
    'a type from the prototype': '{"type":"constructor"}',
    'a message without text': '{"type":"message","id":"a"}',
    'a message of blanks': '{"type":"message","id":"a","text":"  "}',
    'binary data': randomBytes(64),
  };
  for (const [what, frame] of Object.entries(frames)) {
    it(`answers ${what} with an error and stays open`, async () => {
      const client = await open();
      client.socket.send(frame);
      assert.equal((await client.next(({ type }) => type === 'error')).reason, 'bad_request');
      assert.equal((await client.say('add 1 2')).at(-1).answer, '3');
    });
  }

  it('closes a connection that sends a frame above the limit, and only that one', async () => {
    const client = await open();
    const closed = once(client.socket, 'close');
    client.socket.send('x'.repeat(64 * 1024));
    assert.equal((await closed)[0], 1009);
    await assertHealthy();
  });

  it('survives bytes that are no WebSocket frames after a good handshake', async () => {
    const { hostname, port } = new URL(serviceUrl('backend'));
    const socket = connectTcp(Number(port), hostname);
    const token = await fetchToken(newUser());
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
        `sec-websocket-key: ${key}\r\nauthorization: Bearer ${token}\r\n\r\n`,
    );
    const [answer] = await once(socket, 'data');
    assert.match(answer.toString('latin1'), /^HTTP\/1\.1 101 /);
    const ended = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(Buffer.alloc(512, 0xff));
    await ended;
    await assertHealthy();
  });

  it('slows down a flood without forgetting what it accepted', async () => {
    const client = await open();
    for (let index = 0; index < 200; index += 1) client.send({ type: 'message', id: `f${index}`, text: 'count a' });
    await client.ping();
    const refused = client.frames.filter(({ reason }) => reason === 'rate_limited').length;
    assert.ok(refused > 0, 'nothing was refused');
    const last = `f${199 - refused}`;
    const accepted = 200 - refused;
    await client.next(() => client.frames.filter(({ type }) => type === 'agent_completed').length === accepted);
    assert.ok(accepted >= 50, `only ${accepted} were accepted (last ${last})`);
  });
});
