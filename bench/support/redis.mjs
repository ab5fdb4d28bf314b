import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';

/** Starts a server in a folder, where its data stays for the next one; without `safe` it keeps nothing. */
export async function startRedis(dir, port, { safe = true } = {}) {
  mkdirSync(dir, { recursive: true });
  const words = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
  const child = spawn('redis-server', [...words, ...(safe ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  await new Promise((ready, failed) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (/Ready to accept connections/i.test(said)) ready();
    });
    child.once('error', failed);
    child.once('exit', () => failed(new Error(`redis-server ended: ${said}`)));
  });
  return child;
}

/** A port on loopback that nothing listens on. */
export function freePort() {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
