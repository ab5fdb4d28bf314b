import { Redis } from 'ioredis';
import { InfrastructureError, UsageError } from '../errors.ts';
import type { QueueAddress } from './queue-url.ts';

/** A connection that comes back by itself, until that has taken too long. */
export interface Connection {
  readonly redis: Redis;
  /** Aborts when the server has been away for too long; its reason is the text for people. */
  readonly lost: AbortSignal;
  close(): void;
}

const firstPauseMs = 50;
const longestPauseMs = 2000;

/**
 * Connects, and again whenever the connection breaks, with growing pauses; commands wait meanwhile. Gives up after `patienceMs` without a server.
 * @throws UsageError when the server refuses the user, InfrastructureError when there is none for that long
 */
export async function connect(address: QueueAddress, patienceMs: number): Promise<Connection> {
  const lost = new AbortController();
  let downSince: number | null = null;
  let problem = 'it does not answer';
  const redis = new Redis({
    host: address.host,
    port: address.port,
    db: address.db,
    ...(address.username === null ? {} : { username: address.username }),
    ...(address.password === null ? {} : { password: address.password }),
    ...(address.isEncrypted ? { tls: { servername: address.host } } : {}),
    lazyConnect: true,
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    connectTimeout: Math.min(patienceMs, 10_000),
    retryStrategy: (times) => {
      downSince ??= performance.now();
      if (performance.now() - downSince >= patienceMs || lost.signal.aborted) {
        lost.abort(`${address.shown}: ${problem}`);
        return null;
      }
      return Math.min(firstPauseMs * 2 ** Math.min(times, 10), longestPauseMs);
    },
  });
  redis.on('error', (error: Error) => (problem = error.message));
  redis.on('ready', () => (downSince = null));
  const refused = refusal(redis);
  try {
    await Promise.race([ready(redis, lost.signal), refused]);
  } catch (error) {
    redis.disconnect();
    const reason = error instanceof Error ? error.message : String(error);
    if (isRefusal(reason)) {
      throw new UsageError(
        `--queue ${address.shown} refuses the user: ${reason}`,
        'check user and password in the URL',
      );
    }
    throw new InfrastructureError(
      `the queue cannot be reached: ${address.shown}: ${problem}`,
      'see whether the server runs, and whether this machine may connect to it',
    );
  }
  return {
    redis,
    lost: lost.signal,
    close: () => {
      redis.disconnect();
    },
  };
}

function ready(redis: Redis, lost: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    redis.once('ready', () => resolve());
    lost.addEventListener('abort', () => reject(new Error(String(lost.reason))), { once: true });
    // What is wrong is told by the events; the server may still be starting.
    redis.connect().catch(() => undefined);
  });
}

/** Another try would be refused as well. */
function refusal(redis: Redis): Promise<never> {
  return new Promise((_resolve, reject) => {
    redis.on('error', (error: Error) => {
      if (isRefusal(error.message)) reject(error);
    });
  });
}

function isRefusal(message: string): boolean {
  return /\b(WRONGPASS|NOAUTH|NOPERM|invalid password|invalid username-password|without any password configured|invalid DB index|DB index is out of range)/i.test(
    message,
  );
}
