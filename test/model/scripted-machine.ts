import type { Exit } from '../../src/model/outcome.ts';
import type { Child, ChildExit, Io } from '../../src/ports.ts';

/** What one attempt at a task does. */
export interface Act {
  readonly afterMs: number;
  readonly ends: Exit | 'does not start';
  /** It goes on for as long as it is let after SIGTERM. */
  readonly isStubborn: boolean;
}

/** A machine on which processes do what a script says and time passes when nobody has anything to do. */
export interface ScriptedMachine {
  readonly io: Io;
  /** Calls back at a moment. */
  at(ms: number, action: () => void): void;
  /** Lets time pass until `work` is done. @throws when nothing is left to happen and it is not */
  runUntilDone(work: Promise<void>): Promise<void>;
}

/** What is told of the processes: `task/attempt`. */
export interface ProcessWatch {
  readonly spawned: (process: string) => void;
  readonly gone: (process: string) => void;
}

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

export function createScriptedMachine(actOf: (process: string) => Act, watch: ProcessWatch): ScriptedMachine {
  let now = 0;
  const timers = new Set<Timer>();
  const at = (ms: number, fire: () => void): Timer => {
    const timer = { at: now + Math.max(0, ms), fire };
    timers.add(timer);
    return timer;
  };
  const io: Io = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const timer = at(ms, () => resolve());
        const wake = (): void => {
          timers.delete(timer);
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
      }),
    spawn: ({ mark, logPath }) => startProcess({ process: mark, logPath, act: actOf(mark) }, { at, watch }),
  };
  return {
    io,
    at: (ms, action) => void at(ms, action),
    async runUntilDone(work) {
      const state = { isDone: false };
      const done = work.finally(() => (state.isDone = true));
      // Its rejection is the caller's to see, at the end.
      done.catch(() => undefined);
      for (let idle = 0; !state.isDone;) {
        await new Promise((resolve) => setImmediate(resolve));
        const next = [...timers].reduce<Timer | null>(
          (first, one) => (first === null || one.at < first.at ? one : first),
          null,
        );
        idle = next === null ? idle + 1 : 0;
        // The file system may take its time; a thousand turns of nothing are more than that.
        if (idle > 1000) throw new Error('nothing is left to happen, and the run is not over');
        if (next === null) continue;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.fire();
      }
      await done;
    },
  };
}

function startProcess(
  { process, logPath, act }: { readonly process: string; readonly logPath: string; readonly act: Act },
  { at, watch }: { readonly at: (ms: number, fire: () => void) => unknown; readonly watch: ProcessWatch },
): Child {
  let isAlive = act.ends !== 'does not start';
  let exit: (how: ChildExit) => void = () => undefined;
  const exited = new Promise<ChildExit>((resolve) => (exit = resolve));
  const leave = (how: ChildExit): void => {
    if (!isAlive) return;
    isAlive = false;
    watch.gone(process);
    exit(how);
  };
  if (act.ends === 'does not start') exit({ kind: 'spawn-failed', problem: 'no such program' });
  else {
    const { ends } = act;
    watch.spawned(process);
    at(act.afterMs, () => leave({ kind: 'exited', exit: ends }));
  }
  return {
    pid: 1,
    exited,
    end: (graceMs, kill) =>
      new Promise((resolve) => {
        const end = (signal: string): void => {
          leave({ kind: 'exited', exit: { kind: 'signal', signal } });
          resolve();
        };
        if (!act.isStubborn || kill.aborted) {
          end(act.isStubborn ? 'SIGKILL' : 'SIGTERM');
          return;
        }
        kill.addEventListener('abort', () => end('SIGKILL'), { once: true });
        at(graceMs, () => end('SIGKILL'));
      }),
    sweep: () => Promise.resolve([]),
    log: () => Promise.resolve({ path: logPath, bytes: 0, truncated: false, tail: '' }),
  };
}
