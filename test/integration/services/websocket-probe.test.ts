import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ServerOptions, WebSocket } from 'ws';
import type { Probe } from '../../../src/model/config.ts';
import { acceptOf, listen, listenRaw, listenWebSocket, text, tryOnce } from './probe-support.ts';

describe('websocket', () => {
  const probe = (over: Partial<Extract<Probe, { kind: 'websocket' }>> = {}): Probe => ({
    kind: 'websocket',
    path: '/ws',
    headers: {},
    protocols: [],
    send: null,
    expect: null,
    ...over,
  });

  it.each<{
    title: string;
    probe: Probe;
    options?: ServerOptions;
    talk?: (connection: WebSocket) => void;
    finds: string;
  }>([
    { title: 'a handshake', probe: probe(), finds: 'passed' },
    {
      title: 'a subprotocol that both know',
      probe: probe({ protocols: ['a', 'b'] }),
      options: { handleProtocols: () => 'b' },
      finds: 'passed',
    },
    {
      title: 'a server that takes no subprotocol',
      probe: probe({ protocols: ['a'] }),
      options: { handleProtocols: () => false },
      finds: 'WebSocket upgrade on /ws: the server took none of the subprotocols a',
    },
    {
      title: 'the first message',
      probe: probe({ expect: 'ready' }),
      talk: (connection) => connection.send('{"state":"ready"}'),
      finds: 'passed',
    },
    {
      title: 'a later message, among pings and binary ones',
      probe: probe({ expect: 'ready' }),
      talk: (connection) => {
        connection.send(Buffer.from([1, 2]));
        connection.ping('still there?');
        connection.send('hello');
        connection.on('pong', (payload) => connection.send(`${payload.toString()} ready`));
      },
      finds: 'passed',
    },
    {
      title: 'the answer to what it sent',
      probe: probe({ send: 'token ${env.TOKEN} ü', expect: 'welcome good ü' }),
      talk: (connection) =>
        connection.on('message', (data: Buffer) => connection.send(data.toString().replace('token', 'welcome'))),
      finds: 'passed',
    },
    {
      title: 'a message in fragments',
      probe: probe({ expect: 'first second third' }),
      talk: (connection) => {
        connection.send('first ', { fin: false });
        connection.ping();
        connection.send('second ', { fin: false });
        connection.send('third', { fin: true });
      },
      finds: 'passed',
    },
    {
      title: 'a message of 100 KB',
      probe: probe({ expect: 'end' }),
      talk: (connection) => connection.send(`${'x'.repeat(100_000)}end`),
      finds: 'passed',
    },
    {
      title: 'a close instead of a message',
      probe: probe({ expect: 'ready' }),
      talk: (connection) => connection.close(4001, 'not you'),
      finds: 'connected, but the server closed the connection (4001, "not you")',
    },
    {
      title: 'a connection that is cut',
      probe: probe({ expect: 'ready' }),
      talk: (connection) => connection.terminate(),
      finds: 'connected, but the server closed the connection without a message',
    },
    {
      title: 'ten other messages',
      probe: probe({ expect: 'ready' }),
      talk: (connection) => {
        for (let index = 1; index <= 10; index += 1) connection.send(`no ${index}`);
      },
      finds: 'none of the first 10 messages contains "ready"; the last one was "no 10"',
    },
    {
      title: 'a message without end',
      probe: probe({ expect: 'ready' }),
      talk: (connection) => connection.send('x'.repeat(2_000_000)),
      finds: 'connected, but the server sent a message of more than 1048576 bytes',
    },
  ])('finds $title', async ({ probe: config, options, talk, finds }) => {
    const { port } = await listenWebSocket(options ?? {}, talk);
    expect(text(await tryOnce(config, { port }))).toBe(finds);
  });

  it('ends politely', async () => {
    const closed = Promise.withResolvers<number>();
    const { port } = await listenWebSocket({}, (connection) => connection.on('close', (code) => closed.resolve(code)));
    expect(text(await tryOnce(probe(), { port }))).toBe('passed');
    expect(await closed.promise).toBe(1000);
  });

  it.each([200, 401, 403, 404, 503])('names the status when the upgrade is refused with %d', async (status) => {
    const server = createHttpServer((_request, response) => response.writeHead(status).end('no'));
    const port = await listen(server);
    expect(text(await tryOnce(probe(), { port }))).toBe(`WebSocket upgrade on /ws was refused with HTTP ${status}`);
  });

  it('sends the headers that open the door', async () => {
    const verifyClient: ServerOptions['verifyClient'] = ({
      req,
    }: {
      req: { headers: { authorization?: string | undefined } };
    }) => req.headers.authorization === 'Bearer good';
    const { port } = await listenWebSocket({ verifyClient });
    expect(text(await tryOnce(probe({ headers: { Authorization: 'Bearer ${env.TOKEN}' } }), { port }))).toBe('passed');
    expect(text(await tryOnce(probe({ headers: { Authorization: 'Bearer bad' } }), { port }))).toBe(
      'WebSocket upgrade on /ws was refused with HTTP 401',
    );
  });

  it.each([
    {
      title: 'a wrong Sec-WebSocket-Accept',
      head: () =>
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n',
      finds: 'WebSocket upgrade on /ws: wrong Sec-WebSocket-Accept, this is not a WebSocket server',
    },
    {
      title: 'an extension that was not offered',
      head: (accept: string) =>
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
      finds: 'WebSocket upgrade on /ws: the server uses an extension that was not offered',
    },
    {
      title: 'a subprotocol that was not offered',
      head: (accept: string) =>
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: x\r\n\r\n`,
      finds: 'WebSocket upgrade on /ws: the server took a subprotocol that was not offered',
    },
    {
      title: 'another protocol',
      head: () => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
      finds: 'WebSocket upgrade on /ws: the server switched to another protocol',
    },
  ])('finds $title', async ({ head, finds }) => {
    const closed = Promise.withResolvers<undefined>();
    const port = await listenRaw((socket, key) => {
      socket.on('close', () => closed.resolve(undefined));
      socket.resume().write(head(acceptOf(key)));
    });
    expect(text(await tryOnce(probe(), { port }))).toBe(finds);
    await closed.promise;
  });

  it.each([
    {
      title: 'a masked frame',
      bytes: [0x81, 0x85, 1, 2, 3, 4, 0, 0, 0, 0, 0],
      finds: 'a masked frame from the server',
    },
    {
      title: 'reserved bits',
      bytes: [0xc1, 0x01, 0x61],
      finds: 'reserved bits are set although no extension was agreed on',
    },
    { title: 'an unknown opcode', bytes: [0x83, 0x00], finds: 'a frame of unknown kind 3' },
    { title: 'a fragmented ping', bytes: [0x09, 0x00], finds: 'a control frame that is fragmented or too long' },
    { title: 'a continuation of nothing', bytes: [0x80, 0x01, 0x61], finds: 'a continuation of no message' },
    { title: 'invalid UTF-8', bytes: [0x81, 0x01, 0xff], finds: 'a text message that is not UTF-8' },
  ])('finds $title right after the handshake', async ({ bytes, finds }) => {
    const port = await listenRaw((socket, key) => {
      const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`;
      socket.write(Buffer.concat([Buffer.from(head), Buffer.from(bytes)]));
    });
    expect(text(await tryOnce(probe({ expect: 'ready' }), { port }))).toBe(`connected, but the server sent ${finds}`);
  });

  it('says how far it came when the time is over', async () => {
    const limit = new AbortController();
    const { port, server } = await listenWebSocket({}, (connection) => {
      connection.send('hello');
      connection.ping();
      connection.on('pong', () => limit.abort());
    });
    expect(text(await tryOnce(probe({ expect: 'ready' }), { port }, limit.signal))).toBe(
      'connected, but no message with "ready" came in time; the last one was "hello"',
    );
    await expect.poll(() => server.clients.size).toBe(0);
  });

  it('says that the upgrade was not answered when the server accepts and is silent', async () => {
    const limit = new AbortController();
    const port = await listen(createTcpServer((socket) => socket.once('data', () => limit.abort())));
    expect(text(await tryOnce(probe(), { port }, limit.signal))).toBe(
      'no answer to the WebSocket upgrade on /ws in time',
    );
  });
});
