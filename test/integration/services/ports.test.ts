import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPortAllocator, isPortTaken } from '../../../src/services/ports.ts';
import { closedPort } from './probe-support.ts';

describe('a port allocator', () => {
  it('gives free ports, none twice, also to many who ask at once', async () => {
    const ports = createPortAllocator();
    const given = await Promise.all(Array.from({ length: 200 }, () => ports.next()));
    expect(new Set(given).size).toBe(200);
    expect(await isPortTaken(given[0] ?? 0)).toBe(false);
  });
});

describe('isPortTaken', () => {
  it.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('sees a server on %s', async (host) => {
    const port = await closedPort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, host, () => resolve()));
    onTestFinished(() => void server.close());
    expect(await isPortTaken(port)).toBe(true);
  });
});
