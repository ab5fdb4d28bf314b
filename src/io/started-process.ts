import type { ChildProcess } from 'node:child_process';
import type { Exit } from '../model/outcome.ts';

/** A process of ours that runs, however it was started. */
export interface StartedProcess {
  readonly pid: number;
  /** Calls the listener in the very turn in which the exit status was taken: from then on the pid may be anybody's. */
  onExit(listener: (exit: Exit) => void): void;
}

/** A process that Node started; `pid` is its own. */
export function startedByNode(child: ChildProcess, pid: number): StartedProcess {
  // Without a listener an error of a process that runs already would be thrown; its end is told by `exit` alone.
  child.on('error', () => undefined);
  return {
    pid,
    onExit: (listener) => {
      child.once('exit', (code, signal) =>
        listener(code === null ? { kind: 'signal', signal: signal ?? 'SIGKILL' } : { kind: 'code', code }),
      );
    },
  };
}
