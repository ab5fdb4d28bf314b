/** What setTimeout can count; it fires at once for more. */
export const longestTimerMs = 2 ** 31 - 1;

/** Resolves after `ms` (24 days at most), or at once when `signal` aborts; keeps the process alive meanwhile. Never rejects. */
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
    const timer = setTimeout(finish, Math.min(Math.max(0, ms), longestTimerMs));
    signal.addEventListener('abort', finish, { once: true });
  });
}
