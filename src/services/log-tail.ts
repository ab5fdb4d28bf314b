import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { plain } from '../base/text.ts';

const maxBytes = 8192;
const maxLines = 20;

/**
 * The last 20 lines (8 KiB at most) of what a service wrote after byte `offset`, made harmless; empty while there is nothing.
 * Synchronous, because whoever asks what became of a service must not have to wait for the answer.
 */
export function lastLogLines(path: string, offset: number): readonly string[] {
  const bytes = readEnd(path, offset);
  if (bytes === null) return [];
  const lines = plain(bytes.toString()).trimEnd().split('\n');
  return lines.length === 1 && lines[0] === '' ? [] : lines.slice(-maxLines);
}

function readEnd(path: string, offset: number): Buffer | null {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    // Below the offset after a cut: the rest is all there is.
    const from = Math.max(size < offset ? 0 : offset, size - maxBytes);
    const bytes = Buffer.alloc(Math.max(0, size - from));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}
