import type { Io } from '../ports.ts';
import { checkHealth, watchHealth } from './health-watch.ts';
import type { RunningService } from './provider.ts';
import { settledOrAborted } from './settled-or-aborted.ts';

/** One generation of a service while it is in use. */
export interface ServiceUse {
  /** Looks at once whether it is healthy; who asks meanwhile waits for the same answer. */
  check(signal: AbortSignal): Promise<void>;
  /** Calls it dead for a reason outside of it. */
  giveUp(what: string): void;
  /** What happens to it from now on is no death. */
  close(): void;
}

/** Watches over a running service: `onDeath` is told once, when its process ends, when it turns unhealthy, or when it is given up. */
export function createServiceUse(
  running: RunningService,
  options: {
    readonly name: string;
    readonly clock: Pick<Io, 'sleep'>;
    readonly onDeath: (problem: string) => void;
  },
): ServiceUse {
  const { name, clock, onDeath } = options;
  const { watched = [] } = running;
  const over = new AbortController();
  let checking: Promise<void> | null = null;

  const die = (problem: string): void => {
    if (over.signal.aborted) return;
    over.abort();
    onDeath(problem);
  };
  const giveUp = (what: string): void => die(running.explain?.(what) ?? `${name}: ${what}`);
  const checkNow = async (): Promise<void> => {
    const problem = await checkHealth(watched, { clock, signal: over.signal });
    if (problem !== null) giveUp(problem);
  };

  void running.ended?.then(die);
  if (watched.length > 0) {
    void watchHealth(watched, { clock, signal: over.signal }).then((problem) => {
      if (problem !== null) giveUp(problem);
    });
  }
  return {
    check: (signal) => {
      checking ??= checkNow().finally(() => (checking = null));
      return settledOrAborted(checking, signal);
    },
    giveUp,
    close: () => over.abort(),
  };
}
