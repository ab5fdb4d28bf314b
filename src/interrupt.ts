import type { CancelReason } from './model/outcome.ts';
import type { StopSignals } from './ports.ts';

/** Signals that mean "stop"; the value is what `runner` then reports. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm hands a terminal's SIGINT to its child a second time; people do not press again that fast. */
const repeatsIgnoredMs = 1000;

export interface Interrupt extends StopSignals {
  /** The first error that nobody caught, in a list because anything can be thrown; empty as long as there is none. */
  readonly uncaught: readonly unknown[];
  /** Stops listening; the next signal has its ordinary effect. */
  dispose(): void;
}

/**
 * Turns the first stop signal into `cancel` (its abort reason is a `CancelReason`) and a later one into `kill`. An error that nobody
 * caught cancels too: it must not end this process in front of its children.
 */
export function watchInterrupts(now: () => number = () => performance.now()): Interrupt {
  const cancel = new AbortController();
  const kill = new AbortController();
  let firstAt: number | null = null;

  const listeners = stopSignals.map((signal) => {
    const listener = (): void => {
      if (firstAt === null) {
        firstAt = now();
        const reason: CancelReason = { kind: 'signal', signal };
        cancel.abort(reason);
      } else if (now() - firstAt >= repeatsIgnoredMs) {
        kill.abort();
      }
    };
    process.on(signal, listener);
    return { signal, listener };
  });

  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown): void => {
    if (uncaught.length > 0) return;
    uncaught.push(error);
    const message = error instanceof Error ? error.message : String(error);
    const reason: CancelReason = { kind: 'internal-error', message };
    cancel.abort(reason);
  };
  process.on('uncaughtException', onUncaught);

  return {
    cancel: cancel.signal,
    kill: kill.signal,
    uncaught,
    dispose() {
      process.off('uncaughtException', onUncaught);
      for (const { signal, listener } of listeners) process.off(signal, listener);
    },
  };
}
