import type { Exit } from '../model/outcome.ts';
import type { PosixSpawn } from './posix-spawn.ts';
import type { StartedProcess } from './started-process.ts';

/** Tells the end of processes that Node knows nothing of, and keeps this process alive until then. */
export interface Reaper {
  /** Must be called in the turn in which it was started. */
  follow(pid: number): StartedProcess;
}

/** Should a signal get lost, this is how late an end is seen. */
const lookEveryMs = 500;
/** Until the first has come: it is held back in worker threads, and for who is started with it blocked. */
const lookFirstEveryMs = 20;

/** Asks when the kernel says that a child has ended. */
export function createReaper(native: Pick<PosixSpawn, 'takeExit'>): Reaper {
  const running = new Map<number, (exit: Exit) => void>();
  let timer: NodeJS.Timeout | null = null;
  let isTold = false;

  const look = (): void => {
    for (const [pid, tell] of running) {
      const exit = native.takeExit(pid);
      if (exit === null) continue;
      running.delete(pid);
      tell(exit);
    }
    if (running.size === 0) rest();
  };
  const rest = (): void => {
    if (timer) clearInterval(timer);
    timer = null;
  };
  const wake = (): void => {
    timer ??= setInterval(look, isTold ? lookEveryMs : lookFirstEveryMs);
  };
  process.on('SIGCHLD', () => {
    if (!isTold) rest();
    isTold = true;
    look();
    if (running.size > 0) wake();
  });

  return {
    follow: (pid) => {
      const listeners: ((exit: Exit) => void)[] = [];
      running.set(pid, (exit) => {
        for (const listener of listeners) listener(exit);
      });
      wake();
      return { pid, onExit: (listener) => void listeners.push(listener) };
    },
  };
}
