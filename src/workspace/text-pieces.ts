import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TextDecoder } from 'node:util';

/** A file as a scan sees it: its text in pieces, or no text at all. */
export type TextFile =
  | { readonly kind: 'text'; readonly pieces: Iterable<TextPiece> }
  | { readonly kind: 'binary' }
  /** It was there when the files were listed. */
  | { readonly kind: 'gone' };

export interface TextPiece {
  readonly text: string;
  readonly isLast: boolean;
}

/** Bytes of a piece; a shorter file is one. */
export const pieceBytes = 4 * 1024 * 1024;

/** As git has it: a NUL among the first bytes. */
const sniffedBytes = 8000;

const shared = Buffer.allocUnsafeSlow(pieceBytes);

/**
 * Hands the text of a file to `use`; its pieces are valid until that returns. What is not UTF-8 in it becomes U+FFFD; UTF-16 is known by its byte order mark.
 * @throws the file system's error
 */
export function withTextFile<T>(path: string, use: (file: TextFile) => T): T {
  const descriptor = openOrNull(path);
  if (descriptor === null) return use({ kind: 'gone' });
  try {
    const first = fill(descriptor);
    const encoding = encodingOf(shared.subarray(0, first));
    if (encoding === null) return use({ kind: 'binary' });
    return use({ kind: 'text', pieces: piecesOf(descriptor, first, encoding) });
  } finally {
    closeSync(descriptor);
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

function encodingOf(start: Buffer): Encoding | null {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return start.subarray(0, sniffedBytes).includes(0) ? null : 'utf-8';
}

function* piecesOf(descriptor: number, first: number, encoding: Encoding): Generator<TextPiece> {
  if (first < shared.length && encoding === 'utf-8') {
    // Several times as fast as a decoder, and the same but for the mark at the start.
    const text = shared.toString('utf8', 0, first);
    yield { text: text.startsWith('\uFEFF') ? text.slice(1) : text, isLast: true };
    return;
  }
  const decoder = new TextDecoder(encoding);
  let bytes = first;
  while (bytes === shared.length) {
    yield { text: decoder.decode(shared, { stream: true }), isLast: false };
    bytes = fill(descriptor);
  }
  yield { text: decoder.decode(shared.subarray(0, bytes)), isLast: true };
}

/** As many bytes as there is room for, or as the file still has. */
function fill(descriptor: number): number {
  const known = fstatSync(descriptor).size;
  let filled = 0;
  for (;;) {
    const bytes = readSync(descriptor, shared, filled, shared.length - filled, null);
    filled += bytes;
    // Files of /proc and the like say that they are empty: only reading on tells.
    if (bytes === 0 || filled === shared.length || (filled === known && known > 0)) return filled;
  }
}
