import { suspendedMs } from '../base/active-time.ts';

/** What setTimeout can count; it fires at once for more. */
export const longestTimerMs = 2 ** 31 - 1;

/**
 * Resolves after `ms` (24 days at most), or at once when `signal` aborts; keeps the process alive meanwhile. Time for which the process
 * was suspended does not count: what is waited for was suspended too. Never rejects.
 */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const wait = (waitMs: number): NodeJS.Timeout => {
      const before = suspendedMs();
      const look = (): void => {
        const missedMs = suspendedMs() - before;
        if (missedMs > 0) timer = wait(missedMs);
        else finish();
      };
      return setTimeout(look, Math.min(Math.max(0, waitMs), longestTimerMs));
    };
    let timer = wait(ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
