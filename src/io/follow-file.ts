import { open } from 'node:fs/promises';
import { lastLines } from './log-text.ts';
import { sleep } from './sleep.ts';

const pollMs = 200;
const chunkBytes = 64 * 1024;

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
  const end = await read(path, (size) => Math.max(0, size - chunkBytes));
  const limits = { count: lines, maxBytes: chunkBytes };
  for (const line of lastLines(end.bytes, { ...limits, isFragment: end.start > 0 })) onLine(line);
  let position = end.start + end.bytes.length;
  let rest: Buffer = Buffer.alloc(0);
  while (follow && !signal.aborted) {
    // Shorter than before: it was begun anew, or cut at its limit.
    const { start, bytes } = await read(path, (size) => (size < position ? 0 : position));
    position = start + bytes.length;
    const all = Buffer.concat([rest, bytes]);
    const cut = all.lastIndexOf(10) + 1;
    rest = all.subarray(cut);
    if (cut > 0) for (const line of wholeLines(all.subarray(0, cut))) onLine(line);
    if (bytes.length < chunkBytes) await sleep(pollMs, signal);
  }
}

function wholeLines(bytes: Buffer): readonly string[] {
  return lastLines(bytes, { count: Infinity, maxBytes: Infinity, isFragment: false });
}

async function read(
  path: string,
  startOf: (size: number) => number,
): Promise<{ readonly start: number; readonly bytes: Buffer }> {
  const file = await open(path, 'r').catch(() => null);
  try {
    const start = startOf((await file?.stat())?.size ?? 0);
    const found = await file?.read(Buffer.alloc(chunkBytes), 0, chunkBytes, start);
    return { start, bytes: found === undefined ? Buffer.alloc(0) : found.buffer.subarray(0, found.bytesRead) };
  } catch {
    return { start: 0, bytes: Buffer.alloc(0) };
  } finally {
    await file?.close();
  }
}
