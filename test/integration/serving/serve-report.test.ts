import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveReport } from '../../../src/serving/serve-report.ts';
import type { ServedReport } from '../../../src/serving/serve-report.ts';

const policy = "default-src 'none'; script-src 'sha256-x='";
const html = `<!doctype html>\n<meta http-equiv="Content-Security-Policy" content="${policy}">\n<h1>Failed</h1>`;

let folder = '';
let served: ServedReport;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runner-serve-'));
  const reports = join(folder, 'reports');
  for (const path of ['reports/logs/unit', 'reports/raw', 'reports/logs/folder.log']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  const files = {
    'secret.txt': 'secret',
    'reports/report.html': html,
    'reports/junit.xml': '<testsuites/>',
    'reports/summary.json': '{}',
    'reports/other.html': 'other',
    'reports/raw/raw.xml': 'raw',
    'reports/logs/unit/1.log': 'printed <script>\n',
    'reports/logs/a b%2f.log': 'odd name',
    'reports/logs/empty.log': '',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  symlinkSync(join(folder, 'secret.txt'), join(reports, 'logs/out.log'));
  symlinkSync(join(folder), join(reports, 'logs/up'));
  symlinkSync(join(reports, 'raw/raw.xml'), join(reports, 'events.jsonl'));
  symlinkSync(join(reports, 'logs/unit/1.log'), join(reports, 'logs/last.log'));
  execFileSync('mkfifo', [join(reports, 'logs/pipe.log')]);
  served = await serveReport({
    ...{ folder: reports, page: 'report.html' },
    ...{ files: ['junit.xml', 'summary.json', 'events.jsonl', 'gone.json'], folders: ['logs'] },
  });
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks for a path as it is written; a URL would be tidied on the way. */
function ask(path: string, how: { readonly method?: string; readonly headers?: Record<string, string> } = {}) {
  const { port } = new URL(served.url);
  return new Promise<Answer>((done, failed) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, ...how }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', failed).end();
  });
}

const base = (): string => new URL(served.url).pathname.replace('report.html', '');

describe('a report that is served', () => {
  it('gives the page under its own policy, and its files as something that does nothing', async () => {
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/report\.html$/);
    const page = await ask(`${base()}report.html?x#y`);
    expect(page).toMatchObject({ status: 200, body: html });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    const log = await ask(`${base()}logs/unit/1.log`);
    expect(log).toMatchObject({ status: 200, body: 'printed <script>\n' });
    expect(log.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect(await ask(`${base()}logs/last.log`)).toMatchObject({ status: 200, body: 'printed <script>\n' });
    expect(await ask(`${base()}logs/a%20b%252f.log`)).toMatchObject({ status: 200, body: 'odd name' });
    expect(await ask(`${base()}logs/empty.log`)).toMatchObject({ status: 200, body: '' });
    expect((await ask(`${base()}junit.xml`)).headers['content-type']).toBe('application/xml; charset=utf-8');
    const head = await ask(`${base()}report.html`, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': String(html.length) } });
  });

  it.each([
    '',
    'gone.json',
    'other.html',
    'raw/raw.xml',
    'logs',
    'logs/',
    'logs/folder.log',
    'logs/pipe.log',
    'logs//unit/1.log',
    'logs/./unit/1.log',
    '../secret.txt',
    '..%2fsecret.txt',
    '..%5csecret.txt',
    '%2e%2e/secret.txt',
    'logs/..%2f..%2f..%2fsecret.txt',
    'logs/%2e%2e/%2e%2e/secret.txt',
    'logs/../raw/raw.xml',
    'logs%2funit%2f1.log',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'logs//etc/passwd',
    'logs/%00',
    'logs/unit/1.log%00.html',
    'logs/%',
    'logs/%ff',
    'logs/out.log',
    'logs/up/secret.txt',
    'logs/up/reports/raw/raw.xml',
    'events.jsonl',
    'report.html/',
    'REPORT.HTML',
  ])('has nothing at %j', async (path) => {
    const { status, body } = await ask(base() + path);
    expect({ status, body }).toEqual({ status: 404, body: '404\n' });
  });

  it.each(['/', '/report.html', '/../report.html', '/x/report.html', `/${'a'.repeat(32)}/report.html`, '//', '*'])(
    'tells nothing at %j to whoever does not know its address',
    async (path) => {
      expect(await ask(path)).toMatchObject({ status: 403, body: '403\n' });
    },
  );

  it('tells nothing to a page from elsewhere, by whatever name it comes', async () => {
    const { port } = new URL(served.url);
    const path = `${base()}report.html`;
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:1`]) {
      expect(await ask(path, { headers: { host } }), host).toMatchObject({ status: 403 });
    }
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${port}`, `http://localhost:${port}`]) {
      expect(await ask(path, { headers: { origin } }), origin).toMatchObject({ status: 403 });
    }
    const own = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    expect(await ask(path, { headers: own })).toMatchObject({ status: 200 });
    expect((await ask(path)).headers['access-control-allow-origin']).toBe(undefined);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('does nothing on %s', async (method) => {
    const { status, headers } = await ask(`${base()}report.html`, { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('answers this machine alone', async () => {
    const { port } = new URL(served.url);
    const others = Object.values(networkInterfaces()).flatMap((own) => (own ?? []).filter(({ internal }) => !internal));
    for (const { address } of others.filter(({ family }) => family === 'IPv4')) {
      const answered = await fetch(`http://${address}:${port}/`).then(
        () => true,
        () => false,
      );
      expect(answered, address).toBe(false);
    }
  });
});
