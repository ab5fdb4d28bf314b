import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Probe } from '../../model/config.ts';
import { expandHeaders } from './http.ts';
import { maxDelayMs, notYet, oneTry, passed, tryTimeoutMs, unreachable } from './probe.ts';
import type { PreparedProbe, ProbeResult } from './probe.ts';
import { urlUnder } from './target.ts';
import type { ProbeTarget } from './target.ts';
import { closeFrame, createMessageReader, pongFrame, textFrame } from './websocket-frames.ts';

type WebSocketProbe = Extract<Probe, { kind: 'websocket' }>;

const messageLimitBytes = 1024 * 1024;
/** `expect` must be in one of so many text messages. */
const messagesRead = 10;
const goodbyeMs = 500;

/**
 * Passes after a real handshake (RFC 6455 4.1), and when `expect` is given, after one of the first ten text messages
 * contained it; `send` goes out first.
 */
export function webSocketProbe(probe: WebSocketProbe, target: ProbeTarget): PreparedProbe {
  const url = urlUnder(target.url, target.expand(probe.path), ['http:', 'https:', 'ws:', 'wss:']);
  const headers = expandHeaders(probe.headers, target);
  const conversation = {
    send: probe.send === null ? null : target.expand(probe.send),
    expect: probe.expect === null ? null : target.expand(probe.expect),
  };
  return {
    label: `websocket ${probe.path}`,
    tryTimeoutMs,
    maxDelayMs,
    attempt: (signal) =>
      typeof url === 'string'
        ? Promise.resolve({ kind: 'impossible', problem: url })
        : shakeHands({ url, headers, path: probe.path, protocols: probe.protocols, ...conversation }, signal),
  };
}

interface Handshake {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** As the config says it, for messages. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly send: string | null;
  readonly expect: string | null;
}

function shakeHands(handshake: Handshake, signal: AbortSignal): Promise<ProbeResult> {
  const key = randomBytes(16).toString('base64');
  const { url, path, protocols } = handshake;
  const heard: string[] = [];
  let connection: Duplex | null = null;
  let stage = `no answer to the WebSocket upgrade on ${path} in time`;
  return oneTry(
    signal,
    (settle) => {
      const secure = url.protocol === 'https:' || url.protocol === 'wss:';
      const address = new URL(url.href.replace(/^ws/, 'http'));
      const request = (secure ? httpsRequest : httpRequest)(address, {
        agent: false,
        headers: {
          ...handshake.headers,
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': key,
          ...(protocols.length > 0 ? { 'Sec-WebSocket-Protocol': protocols.join(', ') } : {}),
        },
      });
      request.on('error', (error) => settle(unreachable(error)));
      request.on('response', (response) => {
        response.on('error', () => undefined);
        settle(notYet(`WebSocket upgrade on ${path} was refused with HTTP ${response.statusCode ?? 'without status'}`));
      });
      request.on('upgrade', (response, socket, head) => {
        const problem = handshakeProblem(response, key, handshake);
        connection = socket;
        socket.on('error', (error) => settle(unreachable(error)));
        if (problem !== null) {
          settle(notYet(problem));
          return;
        }
        stage = `connected, but no message with ${JSON.stringify(handshake.expect)} came in time`;
        converse(socket, head, { handshake, heard, settle });
      });
      request.end();
      return {
        destroy: () => {
          request.destroy();
          if (connection !== null) letGo(connection);
        },
      };
    },
    () => (heard.length === 0 ? stage : `${stage}; the last one was ${shorten(heard.at(-1) ?? '')}`),
  );
}

function handshakeProblem(response: IncomingMessage, key: string, handshake: Handshake): string | null {
  const where = `WebSocket upgrade on ${handshake.path}`;
  const { headers } = response;
  if (headers.upgrade?.toLowerCase() !== 'websocket') return `${where}: the server switched to another protocol`;
  // The constant is from RFC 6455, section 1.3.
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  if (headers['sec-websocket-accept'] !== accept)
    return `${where}: wrong Sec-WebSocket-Accept, this is not a WebSocket server`;
  if (headers['sec-websocket-extensions'] !== undefined)
    return `${where}: the server uses an extension that was not offered`;
  const chosen = headers['sec-websocket-protocol'];
  const { protocols } = handshake;
  if (chosen === undefined && protocols.length > 0)
    return `${where}: the server took none of the subprotocols ${protocols.join(', ')}`;
  if (chosen !== undefined && !protocols.includes(chosen))
    return `${where}: the server took a subprotocol that was not offered`;
  return null;
}

interface Talk {
  readonly handshake: Handshake;
  /** Text messages so far. */
  readonly heard: string[];
  readonly settle: (result: ProbeResult) => void;
}

function converse(socket: Duplex, head: Buffer, talk: Talk): void {
  const { handshake, heard, settle } = talk;
  const { send, expect } = handshake;
  const finish = (result: ProbeResult): void => {
    socket.end(closeFrame());
    settle(result);
  };
  if (send !== null) socket.write(textFrame(send));
  if (expect === null) {
    finish(passed());
    return;
  }
  const read = createMessageReader(messageLimitBytes);
  const onData = (chunk: Buffer): void => {
    for (const item of read(chunk)) {
      if (item.kind === 'ping') socket.write(pongFrame(item.payload));
      if (item.kind === 'violation') {
        settle(notYet(`connected, but the server sent ${item.problem}`));
        return;
      }
      if (item.kind === 'close') {
        settle(notYet(`connected, but the server closed the connection (${closing(item)})`));
        return;
      }
      if (item.kind !== 'text') continue;
      heard.push(item.text);
      if (item.text.includes(expect)) {
        finish(passed());
        return;
      }
      if (heard.length >= messagesRead) {
        finish(
          notYet(
            `none of the first ${messagesRead} messages contains ${JSON.stringify(expect)}; the last one was ${shorten(item.text)}`,
          ),
        );
        return;
      }
    }
  };
  socket.on('data', onData);
  socket.on('end', () => settle(notYet('connected, but the server closed the connection without a message')));
  if (head.length > 0) onData(head);
}

/** A connection that was ended politely gets a moment for the server's goodbye: a reset would show up as an error in its log. */
function letGo(connection: Duplex): void {
  if (!connection.writableEnded) return void connection.destroy();
  connection.removeAllListeners('data').resume();
  const timer = setTimeout(() => connection.destroy(), goodbyeMs);
  connection.once('close', () => clearTimeout(timer));
}

function closing(close: { readonly code: number | null; readonly reason: string }): string {
  return `${close.code ?? 'no code'}${close.reason === '' ? '' : `, ${shorten(close.reason)}`}`;
}

function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 120));
}
