import { Redis } from 'ioredis';
import { oneLine } from '../base/text.ts';
import { InfrastructureError, UsageError } from '../errors.ts';
import { connectProblem } from './connect-problem.ts';
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
 * @throws UsageError when the server refuses the user, InfrastructureError when it cannot be used or there is none for that long
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
    // Addresses are no names that a server can be asked for; they are held against its certificate all the same.
    ...(address.isEncrypted ? { tls: isIpAddress(address.host) ? {} : { servername: address.host } } : {}),
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
  try {
    await ready(redis, lost.signal);
  } catch (error) {
    redis.disconnect();
    throw queueError(error, address) ?? unreachable(address, problem);
  }
  return {
    redis,
    lost: lost.signal,
    close: () => {
      redis.disconnect();
    },
  };
}

/** Rejects with what another try would not change, or when there is no server for too long. */
function ready(redis: Redis, lost: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    redis.once('ready', () => resolve());
    redis.on('error', (error: Error) => {
      if (connectProblem(error.message, codeOf(error)) !== null) reject(error);
    });
    lost.addEventListener('abort', () => reject(new Error(String(lost.reason))), { once: true });
    // What is wrong is told by the events; the server may still be starting.
    redis.connect().catch(() => undefined);
  });
}

/** What a server said that cannot be worked with, as the error that ends a command; `null` = that is not known. */
export function queueError(error: unknown, { shown }: Pick<QueueAddress, 'shown'>): Error | null {
  if (!(error instanceof Error) || error instanceof UsageError || error instanceof InfrastructureError) return null;
  const known = connectProblem(error.message, codeOf(error));
  if (known === null) return null;
  const reason = oneLine(error.message).slice(0, 300);
  if (known.isUsage) return new UsageError(`--queue ${shown} is refused: ${reason}`, known.hint);
  return new InfrastructureError(`the queue cannot be used: ${shown}: ${reason}`, known.hint);
}

function unreachable({ shown, isEncrypted }: QueueAddress, problem: string): InfrastructureError {
  const isSilent = isEncrypted ? problem.includes('ETIMEDOUT') : /ECONNRESET|closed/i.test(problem);
  const other = isEncrypted ? 'without TLS write redis://' : 'with TLS write rediss://';
  return new InfrastructureError(
    `the queue cannot be reached: ${shown}: ${problem}`,
    `see whether the server runs, and whether this machine may connect to it${isSilent ? `; for a port ${other}` : ''}`,
  );
}

function isIpAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
