import type { RunEvent } from '../model/event.ts';
import type { Reporter } from '../ports.ts';

/** A reporter under the name that problems with it are told by. */
export interface NamedReporter {
  readonly name: string;
  readonly reporter: Reporter;
}

/** Time that each reporter gets to finish, in milliseconds. */
export interface FanOutOptions {
  readonly closeTimeoutMs?: number;
}

/** Gives every event to several reporters. */
export interface FanOut extends Reporter {
  onEvent(event: RunEvent): void;
  /**
   * Closes one after the other, the last first, so that what is in front can still be told of one that fails: it is told to `onBroken`,
   * then `afterBroken` is called. Never rejects; later calls do nothing.
   */
  close(afterBroken?: () => void): Promise<void>;
  /** Names of the reporters that failed, in the order in which they did. */
  readonly broken: readonly string[];
}

const defaultCloseTimeoutMs = 30_000;

/** One reporter out of many: one that throws is cut off, told once to `onBroken`, and the others go on. */
export function createFanOut(
  reporters: readonly NamedReporter[],
  onBroken: (name: string, error: unknown) => void,
  options: FanOutOptions = {},
): FanOut {
  const broken: string[] = [];
  const live = new Set(reporters);
  let closed = false;

  const cutOff = (named: NamedReporter, error: unknown): void => {
    if (!live.delete(named)) return;
    broken.push(named.name);
    onBroken(named.name, error);
  };
  return {
    broken,
    onEvent(event) {
      for (const named of [...live]) {
        try {
          named.reporter.onEvent(event);
        } catch (error) {
          cutOff(named, error);
        }
      }
    },
    async close(afterBroken) {
      if (closed) return;
      closed = true;
      const timeoutMs = options.closeTimeoutMs ?? defaultCloseTimeoutMs;
      for (const named of reporters.toReversed()) {
        if (!live.has(named)) continue;
        try {
          await withTimeout(closeReporter(named.reporter), timeoutMs);
          live.delete(named);
        } catch (error) {
          cutOff(named, error);
          afterBroken?.();
        }
      }
    },
  };
}

async function closeReporter(reporter: Reporter): Promise<void> {
  await reporter.close?.();
}

async function withTimeout(work: Promise<void>, timeoutMs: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it did not finish within ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
