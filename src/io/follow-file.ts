import { createGrowingFile } from './growing-file.ts';
import { sleep } from './sleep.ts';

const pollMs = 200;

export interface FollowOptions {
  /** Lines of the end that are shown first, 64 KiB at most. */
  readonly lines: number;
  /** Goes on with each whole line that comes, until `signal` aborts; also when the file is not there yet. */
  readonly follow: boolean;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Hands over the end of a file and what it gains; colours and control characters are taken out. Never rejects. */
export async function followFile(path: string, { lines, follow, onLine, signal }: FollowOptions): Promise<void> {
  const file = createGrowingFile(path);
  const end = file.read({ isEnd: !follow, skipsAhead: true });
  for (const line of end.lines.slice(-lines)) onLine(line);
  while (follow && !signal.aborted) {
    const growth = file.read({ isEnd: false, skipsAhead: false });
    for (const line of growth.lines) onLine(line);
    if (growth.lines.length === 0) await sleep(pollMs, signal);
  }
}
