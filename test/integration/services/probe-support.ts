import { createHash } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { ServerOptions, WebSocket } from 'ws';
import { runTool } from '../../../src/io/tool.ts';
import type { Probe } from '../../../src/model/config.ts';
import { prepareProbes } from '../../../src/services/probes/index.ts';
import type { PreparedProbe, ProbeResult } from '../../../src/services/probes/probe.ts';
import type { ProbeTarget } from '../../../src/services/probes/target.ts';
import { never } from './support.ts';

export function text(result: ProbeResult): string {
  return result.kind === 'passed' ? 'passed' : result.problem;
}

export function tryOnce(probe: Probe, target: Partial<ProbeTarget>, signal: AbortSignal = never): Promise<ProbeResult> {
  const url = target.port === undefined ? null : `http://127.0.0.1:${target.port ?? ''}`;
  return prepare(probe, { url, ...target }).attempt(signal);
}

export function prepare(probe: Probe, target: Partial<ProbeTarget>): PreparedProbe {
  const [prepared] = prepareProbes([probe], {
    url: null,
    host: '127.0.0.1',
    port: null,
    log: null,
    env: { PATH: process.env['PATH'] ?? '', TOKEN: 'good' },
    cwd: tmpdir(),
    runTool,
    expand: (value) => value.replace('${env.TOKEN}', 'good'),
    ...target,
  });
  if (prepared === undefined) throw new Error('no probe');
  return prepared;
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return portOf(server.address());
}

export async function listenWebSocket(
  options: ServerOptions,
  talk: (connection: WebSocket) => void = () => undefined,
): Promise<{ readonly port: number; readonly server: WebSocketServer }> {
  const http = createHttpServer();
  const server = new WebSocketServer({ server: http, path: '/ws', ...options });
  server.on('connection', (connection) => {
    connection.on('error', () => undefined);
    talk(connection);
  });
  return { port: await listen(http), server };
}

/** A server that reads the head of a request and answers as it likes. */
export function listenRaw(answer: (socket: Socket, key: string) => void): Promise<number> {
  return listen(
    createTcpServer((socket) => {
      socket.once('data', (head: Buffer) =>
        answer(socket, /sec-websocket-key: (.*)\r\n/i.exec(head.toString())?.[1] ?? ''),
      );
    }),
  );
}

export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const port = portOf(server.address());
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
