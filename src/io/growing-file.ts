import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { GrowingFile, Growth, ReadOptions } from '../ports.ts';
import { lastLines } from './log-text.ts';

const chunkBytes = 64 * 1024;

/** Follows a file from its beginning, also when it is not there yet. */
export function createGrowingFile(path: string): GrowingFile {
  let position = 0;
  let rest: Buffer = Buffer.alloc(0);
  return {
    read: (options) => {
      const { from, start, bytes } = readFrom(path, position, options);
      const isContinued = from === position && start === from;
      const all = isContinued ? Buffer.concat([rest, bytes]) : bytes;
      const skippedBytes = start - from + (isContinued ? 0 : rest.length);
      position = start + bytes.length;
      // A line without an end is not kept in memory for ever.
      const isWhole = options.isEnd || all.length > 2 * chunkBytes;
      const cut = isWhole ? all.length : all.lastIndexOf(10) + 1;
      rest = all.subarray(cut);
      return { ...linesOf(all.subarray(0, cut), start > from), skippedBytes };
    },
  };
}

function linesOf(bytes: Buffer, isFragment: boolean): Pick<Growth, 'lines'> {
  if (bytes.length === 0) return { lines: [] };
  return { lines: lastLines(bytes, { count: Infinity, maxBytes: Infinity, isFragment }) };
}

interface Range {
  /** Where the last call ended, or 0 in a file that is shorter than that: it was begun anew, or cut at its limit. */
  readonly from: number;
  readonly start: number;
  readonly bytes: Buffer;
}

/** Synchronous, like all that touches logs: it takes microseconds, and what was written before an event can be told before it. */
function readFrom(path: string, position: number, { skipsAhead }: ReadOptions): Range {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r');
    const { size } = fstatSync(fd);
    const from = size < position ? 0 : position;
    const start = skipsAhead ? Math.max(from, size - chunkBytes) : from;
    const buffer = Buffer.alloc(Math.min(chunkBytes, size - start));
    return { from, start, bytes: buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start)) };
  } catch {
    return { from: position, start: position, bytes: Buffer.alloc(0) };
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
