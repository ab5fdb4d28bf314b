/** Resolves when the work is done, or as soon as `signal` aborts. */
export async function settledOrAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const over = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
  });
  await Promise.race([done, aborted]);
  over.abort();
}
