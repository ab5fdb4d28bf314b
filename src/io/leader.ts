import type { Exit } from '../model/outcome.ts';
import type { StartedProcess } from './started-process.ts';

/** The first process of a group. */
export interface Leader {
  readonly pid: number;
  /** Tells it from a later process with its pid; `null`: any process that has its pid when it is reaped is another. */
  readonly startTime: string | null;
  /** Settles when the process exits, whoever still holds its output. */
  readonly exited: Promise<Exit>;
  /** Its exit status was taken, so that its pid may belong to someone else. */
  isReaped(): boolean;
  /** Calls the listener in the very turn in which the exit status was taken. */
  onReaped(listener: () => void): void;
}

/** Watches a process that was just started; must be called in the same turn, while the pid is certainly its own. */
export function watchLeader(started: StartedProcess): Leader {
  let isReaped = false;
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  started.onExit((exit) => {
    isReaped = true;
    resolve(exit);
  });
  return {
    pid: started.pid,
    startTime: null,
    exited,
    isReaped: () => isReaped,
    onReaped: (listener) => started.onExit(listener),
  };
}
