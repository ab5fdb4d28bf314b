import type { ChildProcess } from 'node:child_process';
import type { Exit } from '../model/outcome.ts';
import { readProcess } from './processes.ts';

/** The first process of a group. */
export interface Leader {
  readonly pid: number;
  /** `null` where it cannot be known. */
  readonly startTime: string | null;
  /** Settles when the process exits, whoever still holds its output. */
  readonly exited: Promise<Exit>;
  /** Its exit status was taken, so that its pid may belong to someone else. */
  isReaped(): boolean;
  /** Calls the listener in the very turn in which the exit status was taken. */
  onReaped(listener: () => void): void;
}

/** Watches a process that was just started; must be called in the same turn, while the pid is certainly its own. */
export function watchLeader(started: ChildProcess, pid: number): Leader {
  const startTime = readProcess(pid)?.startTime ?? null;
  let isReaped = false;
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  started.once('exit', (code, signal) => {
    isReaped = true;
    resolve(code === null ? { kind: 'signal', signal: signal ?? 'SIGKILL' } : { kind: 'code', code });
  });
  // Without a listener an error of a process that runs already would be thrown; its end is told by `exit` alone.
  started.on('error', () => undefined);
  return {
    pid,
    startTime,
    exited,
    isReaped: () => isReaped,
    onReaped: (listener) => void started.once('exit', listener),
  };
}
