import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Probe } from '../../../src/model/config.ts';
import { closedPort, listen, prepare, text, tryOnce } from './probe-support.ts';
import { never } from './support.ts';

describe('http', () => {
  const probe = (over: Partial<Extract<Probe, { kind: 'http' }>> = {}): Probe => ({
    kind: 'http',
    path: '/health',
    status: 200,
    headers: {},
    json: {},
    ...over,
  });
  const answer =
    (status: number, body: string): RequestListener =>
    (_request, response) =>
      response.writeHead(status).end(body);
  const whole = '{"status":"ok","checks":{"db":"up","lag":0,"list":[{"on":true}]}}';

  it.each<{ title: string; server: RequestListener; probe: Probe; finds: string }>([
    { title: 'the status asked for', server: answer(200, ''), probe: probe(), finds: 'passed' },
    {
      title: 'a status other than 200 that was asked for',
      server: answer(404, ''),
      probe: probe({ status: 404 }),
      finds: 'passed',
    },
    { title: 'another status', server: answer(503, ''), probe: probe(), finds: 'HTTP 503 instead of 200' },
    { title: 'a redirect', server: answer(302, ''), probe: probe(), finds: 'HTTP 302 instead of 200' },
    {
      title: 'the fields asked for',
      server: answer(200, whole),
      probe: probe({ json: { status: 'ok', 'checks.db': 'up', 'checks.lag': 0, 'checks.list.0.on': true } }),
      finds: 'passed',
    },
    {
      title: 'a field of another value',
      server: answer(200, whole),
      probe: probe({ json: { 'checks.db': 'down' } }),
      finds: 'field checks.db is "up" instead of "down"',
    },
    {
      title: 'a field of another type',
      server: answer(200, whole),
      probe: probe({ json: { 'checks.lag': '0' } }),
      finds: 'field checks.lag is 0 instead of "0"',
    },
    {
      title: 'a missing field',
      server: answer(200, whole),
      probe: probe({ json: { 'checks.redis': 'up' } }),
      finds: 'the answer has no field checks.redis',
    },
    {
      title: 'an inherited name',
      server: answer(200, whole),
      probe: probe({ json: { 'checks.constructor': 'x' } }),
      finds: 'the answer has no field checks.constructor',
    },
    {
      title: 'no JSON',
      server: answer(200, '<html>'),
      probe: probe({ json: { a: 1 } }),
      finds: 'the answer is not JSON: "<html>"',
    },
    {
      title: 'an endless answer',
      server: (_request, response) => {
        response.writeHead(200);
        response.on('error', () => undefined);
        const pour = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          if (!response.destroyed) response.once('drain', pour);
        };
        pour();
      },
      probe: probe({ json: { a: 1 } }),
      finds: 'the answer is longer than 1048576 bytes',
    },
    {
      title: 'a connection that is cut',
      server: (request) => request.socket.destroy(),
      probe: probe(),
      finds: 'the connection was closed before an answer came',
    },
    {
      title: 'a header that is asked for',
      server: (request, response) =>
        response.writeHead(request.headers.authorization === 'Bearer good' ? 200 : 401).end(),
      probe: probe({ headers: { Authorization: 'Bearer ${env.TOKEN}' } }),
      finds: 'passed',
    },
    {
      title: 'a header that cannot be sent, without its value',
      server: answer(200, ''),
      probe: probe({ headers: { Authorization: 'secret\nx' } }),
      finds: 'Invalid character in header content ["Authorization"]',
    },
  ])('finds $title', async ({ server, probe: config, finds }) => {
    const port = await listen(createHttpServer(server));
    expect(text(await tryOnce(config, { port }))).toBe(finds);
  });

  it('finds nobody there', async () => {
    const port = await closedPort();
    expect(await tryOnce(probe(), { port })).toEqual({
      kind: 'not-yet',
      problem: 'connection refused (nothing listens there)',
      absent: true,
    });
  });

  it('gives up at the end of its time on a server that accepts and never answers', async () => {
    const connected = Promise.withResolvers<Socket>();
    const port = await listen(createTcpServer((socket) => connected.resolve(socket)));
    const limit = new AbortController();
    const result = tryOnce(probe(), { port }, limit.signal);
    const socket = await connected.promise;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.resume();
    limit.abort();
    expect(text(await result)).toBe('no answer in time');
    await closed;
  });

  it('says that a server speaks no TLS', async () => {
    const port = await listen(createHttpServer(answer(200, '')));
    const result = await prepare(probe(), { url: `https://127.0.0.1:${port}` }).attempt(never);
    expect(text(result)).toBe('the answer is not TLS (is it http instead of https?)');
  });

  it.each([
    { url: null, problem: /no address/ },
    { url: 'postgres://127.0.0.1:5432', problem: /needs a url with http: or https:\/\/, not postgres:/ },
  ])('cannot pass with the url $url', async ({ url, problem }) => {
    const result = await prepare(probe(), { url }).attempt(never);
    expect(result.kind).toBe('impossible');
    expect(text(result)).toMatch(problem);
  });
});

describe('tcp', () => {
  it('passes when a connection is accepted', async () => {
    const port = await listen(createTcpServer((socket) => socket.end()));
    expect(text(await tryOnce({ kind: 'tcp' }, { port }))).toBe('passed');
  });

  it('finds nobody there', async () => {
    expect(await tryOnce({ kind: 'tcp' }, { port: await closedPort() })).toMatchObject({
      kind: 'not-yet',
      absent: true,
    });
  });
});
