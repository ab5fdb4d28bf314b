import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { Tail } from '../ports.ts';
import { createGrowingFile } from './growing-file.ts';
import { lastLines, tailReadBytes } from './log-text.ts';

const maxBytes = 8 * 1024;

/** Reads the ends of growing logs; a log that is not there or cannot be read has no lines. */
export function createTail(): Tail {
  return { lastLines: readLastLines, follow: createGrowingFile };
}

async function readLastLines(path: string, count: number): Promise<readonly string[]> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    const start = Math.max(0, size - tailReadBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return lastLines(buffer.subarray(0, bytesRead), { count, maxBytes, isFragment: start > 0 });
  } catch {
    return [];
  } finally {
    await file?.close();
  }
}
