import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { fetchToken, serviceUrl } from './services.mjs';

/** Long enough for a busy machine; a test that waits this long has failed. */
const patienceMs = 10_000;

/** A name nobody else uses, so that tests can share one backend. */
export function newUser(prefix = 'user') {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** The address of the backend's socket. */
export function socketUrl(path = '/ws') {
  return `${serviceUrl('backend').replace(/^http/, 'ws')}${path}`;
}

/** Opens a socket as `user` and waits until the backend says that it is ready. */
export async function connect(user = newUser(), { token } = {}) {
  const client = openClient(user, token ?? (await fetchToken(user)));
  client.ready = await client.next((frame) => frame.type === 'ready');
  return client;
}

/** The same without waiting for anything. */
export function openClient(user, token) {
  const socket = new WebSocket(socketUrl(), { headers: { authorization: `Bearer ${token}` } });
  const frames = [];
  const waiting = new Set();
  let ended = null;
  const settle = () => {
    for (const one of [...waiting]) one();
  };
  socket.on('message', (data) => {
    frames.push(JSON.parse(data.toString('utf8')));
    settle();
  });
  socket.on('close', (code) => {
    ended ??= `the socket was closed with ${code}`;
    settle();
  });
  socket.on('error', (error) => {
    ended ??= error.message;
  });

  const until = (describe, find) =>
    new Promise((resolve, reject) => {
      const finish = (done, value) => {
        clearTimeout(timer);
        waiting.delete(look);
        done(value);
      };
      const look = () => {
        const found = find();
        if (found !== undefined) finish(resolve, found);
        else if (ended !== null) finish(reject, new Error(`${describe} did not come: ${ended}`));
      };
      const timer = setTimeout(() => {
        finish(reject, new Error(`${describe} did not come; got ${JSON.stringify(frames.slice(-5))}`));
      }, patienceMs);
      waiting.add(look);
      look();
    });

  return {
    user,
    socket,
    /** Every frame so far, oldest first. */
    frames,
    /** Frames of an agent working, oldest first. */
    agentFrames: () => frames.filter(({ sequence, type }) => type !== 'ready' && sequence !== undefined),
    /** The first frame, now or later, that matches. */
    next: (matches) => until('the frame', () => frames.find(matches)),
    /** Sends one frame. */
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    /** Says something and gives back the five frames that answer it. */
    async say(text, id = randomUUID()) {
      socket.send(JSON.stringify({ type: 'message', id, text }));
      return this.answerTo(id);
    },
    async answerTo(id) {
      await until(`the answer to ${id}`, () =>
        frames.find(({ type, message }) => type === 'agent_completed' && message === id),
      );
      return frames.filter(({ message }) => message === id);
    },
    /** Resolves with pong: everything sent before has been read by the backend. */
    async ping() {
      const nonce = randomUUID();
      socket.send(JSON.stringify({ type: 'ping', nonce }));
      return until('the pong', () => frames.find((frame) => frame.type === 'pong' && frame.nonce === nonce));
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
    /** Drops the connection without a word, as a lost network does. */
    async drop() {
      const closed = once(socket, 'close');
      socket.terminate();
      await closed;
    },
  };
}

/** Tries a handshake and gives back its HTTP status: 101 when it was accepted. */
export function handshakeStatus({ headers = {}, protocols = [], path = '/ws' } = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(socketUrl(path), protocols, { headers, handshakeTimeout: patienceMs });
    socket.on('open', () => {
      const { protocol } = socket;
      socket.once('close', () => resolve({ status: 101, protocol }));
      socket.close();
    });
    socket.on('unexpected-response', (request, response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode }));
    });
    socket.on('error', reject);
  });
}
