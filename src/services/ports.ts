import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';

/** Hands out TCP ports that are free on 127.0.0.1, no port twice. */
export interface PortAllocator {
  /** @throws when the system has no free port left. */
  next(): Promise<number>;
}

const maxTries = 50;

/**
 * One allocator serves a whole run. A port is found by binding to 0 and released before the service binds it, so another process of the
 * machine can take it in between: the service then dies with EADDRINUSE and that is reported, not retried behind the user's back.
 */
export function createPortAllocator(): PortAllocator {
  const given = new Set<number>();
  return {
    next: async () => {
      const held: Server[] = [];
      try {
        for (let tries = 0; tries < maxTries; tries += 1) {
          // Those given before stay bound while searching, or the system would offer the same one again.
          const server = await listen('127.0.0.1', 0);
          held.push(server);
          const address = server.address();
          if (address === null || typeof address === 'string' || given.has(address.port)) continue;
          given.add(address.port);
          return address.port;
        }
        throw new Error(`no port found after ${maxTries} tries that was not given away before`);
      } finally {
        await Promise.all(held.map(close));
      }
    },
  };
}

/** Whether something answers or is bound at the port of this machine's loopback addresses. */
export async function isPortTaken(port: number): Promise<boolean> {
  // A specific address can be bound beside a wildcard listener on some systems, hence both questions.
  const answers = await Promise.all([canConnect('127.0.0.1', port), canConnect('::1', port)]);
  return answers.includes(true) || (await isBound('127.0.0.1', port)) || (await isBound('::1', port));
}

/** Whether a connection to the address is accepted, within a second. */
export function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => settle(true));
    socket.on('error', () => settle(false));
    socket.on('timeout', () => settle(false));
  });
}

async function isBound(host: string, port: number): Promise<boolean> {
  try {
    await close(await listen(host, port));
    return false;
  } catch (error) {
    // Without IPv6, or without the right to bind a low port, nothing is learned.
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  }
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
