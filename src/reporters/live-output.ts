import { groupDigits, oneLine, plain, truncate } from '../base/text.ts';
import type { RunEvent } from '../model/event.ts';
import type { GrowingFile, Tail } from '../ports.ts';

/** What running tasks print, as they print it. */
export interface LiveOutput {
  /** Before the event is told: what its attempt has printed until then is told first. */
  before(event: RunEvent): void;
  close(): void;
}

export interface LiveOutputOptions {
  readonly tail: Tail;
  /** The path of a log from its name in events. */
  readonly pathOf: (log: string) => string;
  readonly dim: (text: string) => string;
  readonly print: (lines: readonly string[]) => void;
}

const pollMs = 200;
/** Columns of a line; more is no text that somebody reads as it comes. */
const longestLine = 1000;

/** Tells each line with the task that printed it in front; of a flood only the latest lines, and how much is left out. */
export function createLiveOutput({ tail, pathOf, dim, print }: LiveOutputOptions): LiveOutput {
  const open = new Map<string, { readonly file: GrowingFile; readonly log: string }>();
  let timer: NodeJS.Timeout | null = null;

  const look = (task: string, isEnd: boolean): void => {
    const found = open.get(task);
    if (found === undefined) return;
    const { lines, skippedBytes } = found.file.read({ isEnd, skipsAhead: true });
    const label = dim(`${oneLine(task)} |`);
    const gap = `… ${groupDigits(skippedBytes)} bytes left out here: see ${oneLine(found.log)}`;
    const told = lines.map((line) => `${label} ${truncate(plain(line), longestLine)}`);
    if (skippedBytes > 0) told.unshift(`${label} ${dim(gap)}`);
    if (told.length > 0) print(told);
  };
  const watch = (): void => {
    timer ??= setInterval(() => {
      for (const task of open.keys()) look(task, false);
    }, pollMs).unref();
  };
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  return {
    before(event) {
      if (event.type === 'attempt-started' && event.log !== undefined) {
        open.set(event.task, { file: tail.follow(pathOf(event.log)), log: event.log });
        watch();
      } else if (event.type === 'attempt-finished') {
        look(event.task, true);
        open.delete(event.task);
        if (open.size === 0) stop();
      }
    },
    close: stop,
  };
}
