import { connect } from 'node:net';
import { decodeReply, encodeCommand } from './resp.mjs';

/** A connection to Redis; replies come back in the order of the commands. */
export function connectRedis({ host, port }) {
  const socket = connect({ host, port: Number(port), noDelay: true });
  const waiting = [];
  let received = Buffer.alloc(0);
  let broken = null;

  const fail = (error) => {
    broken ??= error;
    for (const { reject } of waiting.splice(0)) reject(broken);
    socket.destroy();
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('Redis closed the connection')));
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    try {
      for (let reply = decodeReply(received); reply !== null; reply = decodeReply(received)) {
        received = received.subarray(reply.next);
        const { resolve, reject } = waiting.shift();
        if (reply.value instanceof Error) reject(reply.value);
        else resolve(reply.value);
      }
    } catch (error) {
      fail(error);
    }
  });

  return {
    send: (...words) =>
      new Promise((resolve, reject) => {
        if (broken !== null) return reject(broken);
        waiting.push({ resolve, reject });
        socket.write(encodeCommand(words));
      }),
    close: () => fail(new Error('the connection was closed')),
  };
}
