import { runAgent } from './agent.mjs';

const maxTextLength = 4000;

/** What one connected socket may say, and what happens then; answers to this socket alone go through `reply`. */
export function createChatSession({ user, bridge, queue, rateLimit, reply }) {
  const handlers = {
    ping: ({ nonce }) => reply({ type: 'pong', nonce: nonce ?? null }),
    resume: ({ after }) => {
      if (!Number.isInteger(after) || after < 0)
        return reply(problem('bad_request', 'after must be a sequence number'));
      const { events, complete } = bridge.since(user, after);
      reply({ type: 'resumed', complete, count: events.length });
      for (const event of events) reply(event);
    },
    message: ({ id, text }) => {
      if (typeof id !== 'string' || id === '' || typeof text !== 'string' || text.trim() === '') {
        return reply(problem('bad_request', 'a message needs an id and a text'));
      }
      if (text.length > maxTextLength)
        return reply(problem('too_long', `a text has at most ${maxTextLength} characters`));
      if (!rateLimit.allow(user)) return reply(problem('rate_limited', 'too many messages, slow down'));
      queue(user, async () => {
        for await (const event of runAgent({ id, text })) bridge.emit(user, event);
      });
    },
  };
  return {
    /** One frame from the client, whatever it holds. */
    receive(data, isBinary) {
      const request = isBinary ? null : parse(data);
      if (request === null || typeof request !== 'object')
        return reply(problem('bad_request', 'frames are JSON objects'));
      if (!Object.hasOwn(handlers, request.type)) return reply(problem('bad_request', 'unknown type'));
      handlers[request.type](request);
    },
  };
}

/** Runs jobs of one user one after the other, those of different users side by side. */
export function createUserQueue(onError) {
  const tails = new Map();
  return (user, job) => {
    const tail = (tails.get(user) ?? Promise.resolve()).then(job).catch(onError);
    tails.set(user, tail);
    tail.then(() => {
      if (tails.get(user) === tail) tails.delete(user);
    });
  };
}

function problem(reason, detail) {
  return { type: 'error', reason, detail };
}

function parse(data) {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return null;
  }
}
