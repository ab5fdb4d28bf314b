import { readFileSync } from 'node:fs';

/** Single keys of the terminal that the process was started from. */
export interface Keyboard {
  /** There is a terminal and it is this process's turn to read it. */
  isThere(): boolean;
  /** Starts to listen if it is there. */
  take(): void;
  /** Leaves the terminal as it was found. */
  release(): void;
}

/** What the terminal itself would send for these keys if it did not hand them over. */
const signalKeys: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
};

/** Tells of each key that is pressed, a byte as one character. Other programs of a pipeline, as `less`, have the keyboard to themselves. */
export function createKeyboard(onKey: (key: string) => void): Keyboard {
  let isTaken = false;
  const onData = (data: Buffer): void => {
    // Once, as the terminal does it; npm and whoever else waits in front are told too.
    for (const key of data.toString('latin1')) {
      const signal = signalKeys[key];
      if (signal === undefined) onKey(key);
      else process.kill(0, signal);
    }
  };
  const onError = (): void => release();
  const release = (): void => {
    if (!isTaken) return;
    isTaken = false;
    const { stdin } = process;
    stdin.off('data', onData).off('error', onError);
    stdin.pause();
    if (isInForeground()) stdin.setRawMode(false);
  };
  const isThere = (): boolean => process.stdout.isTTY && process.stdin.isTTY && isInForeground();
  return {
    isThere,
    take() {
      if (isTaken || !isThere()) return;
      isTaken = true;
      const { stdin } = process;
      stdin.setRawMode(true);
      stdin.on('data', onData).on('error', onError).resume().unref();
    },
    release,
  };
}

/** A job in the background that touches the terminal is stopped. Where that cannot be known, it is taken for one. */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return false;
  }
}
