import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { findServed } from './find-served.ts';
import type { ServedFiles } from './find-served.ts';
import { headersFor } from './headers.ts';

/** A report that a browser on this machine can load. */
export interface ServedReport extends AsyncDisposable {
  /** Of the page; whoever knows it can read the report. */
  readonly url: string;
}

/**
 * Serves the files of a report to this machine alone, at a port that the system chooses, under an address that cannot be guessed.
 * @throws the system's error when no port can be had
 */
export async function serveReport(files: ServedFiles): Promise<ServedReport> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 });
  server.maxConnections = 64;
  const port = await listen(server);
  const [path, hosts] = [`/${token}/`, new Set([`127.0.0.1:${port}`, `localhost:${port}`])];
  server.on('request', (request, response) => {
    answer(request, response, { token, hosts, files }).catch(() => response.destroy());
  });
  return {
    url: `http://127.0.0.1:${port}${path}${encodeURIComponent(files.page)}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Access {
  readonly token: string;
  readonly hosts: ReadonlySet<string>;
  readonly files: ServedFiles;
}

async function answer(request: IncomingMessage, response: ServerResponse, access: Access): Promise<void> {
  const asked = admit(request, access);
  const served = typeof asked === 'number' ? null : await findServed(access.files, asked);
  if (served === null) {
    refuse(response, typeof asked === 'number' ? asked : 404);
    return;
  }
  await using file = served.file;
  response.writeHead(200, { ...headersFor(served.name, await served.beginning()), 'content-length': served.size });
  if (request.method === 'HEAD' || served.size === 0) {
    response.end();
    return;
  }
  // A log may grow while it is read: no more is sent than was promised.
  await pipeline(file.createReadStream({ start: 0, end: served.size - 1, autoClose: false }), response);
}

/** The path below the token that may be answered, still encoded; a status for what may not. */
function admit({ method, headers, url = '' }: IncomingMessage, { token, hosts }: Access): string | number {
  // A page from elsewhere whose name was bound to this address sends its own name.
  if (!hosts.has(headers.host ?? '')) return 403;
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host ?? ''}`) return 403;
  if (method !== 'GET' && method !== 'HEAD') return 405;
  const [path = ''] = url.split(/[?#]/);
  const [, given = '', ...rest] = path.split('/');
  return isSame(given, token) ? rest.join('/') : 403;
}

/** Takes as long for a word that is nearly right as for any other. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, {
    ...headersFor('', ''),
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
    connection: 'close',
  });
  response.end(`${status}\n`);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', failed);
      done();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
