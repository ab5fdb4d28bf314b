import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** A file that appears under its name, whole, when it is committed, or not at all. */
export interface AtomicFile {
  /** Appends; @throws when the disk is full or the file cannot be written. */
  write(data: string | Uint8Array): void;
  /** Overwrites `data.length` bytes at `position`, counted from the start of the file. */
  patch(data: string, position: number): void;
  /** Bytes written so far. */
  size(): number;
  /** Makes the content durable and gives the file its name, replacing what was there. */
  commit(): void;
  /** Leaves whatever had the name before; harmless after `commit`. */
  abort(): void;
}

/** Starts a file beside its final place; folders are made as needed. @throws when it cannot be created. */
export function createAtomicFile(path: string): AtomicFile {
  makeFolder(dirname(path));
  const temporary = join(dirname(path), `.${basename(path)}.${uniqueSuffix()}.tmp`);
  const descriptor = openSync(temporary, 'wx');
  let position = 0;
  let open = true;
  const close = (): void => {
    open = false;
    closeSync(descriptor);
  };
  return {
    write(data) {
      position += writeWhole(descriptor, data, position);
    },
    patch(data, at) {
      writeWhole(descriptor, data, at);
    },
    size: () => position,
    commit() {
      try {
        fsyncSync(descriptor);
        close();
        renameSync(temporary, path);
      } catch (error) {
        if (open) close();
        rmSync(temporary, { force: true });
        throw error;
      }
    },
    abort() {
      if (!open) return;
      close();
      rmSync(temporary, { force: true });
    },
  };
}

/**
 * Replaces a file as a whole, by data or by parts of it: a reader sees the old content or the new, never a part. @throws when it cannot be
 * written.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array | Iterable<string>): void {
  const file = createAtomicFile(path);
  try {
    if (typeof data === 'string' || data instanceof Uint8Array) file.write(data);
    else for (const part of inChunks(data)) file.write(part);
    file.commit();
  } finally {
    file.abort();
  }
}

const chunkLength = 64 * 1024;

function* inChunks(parts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

function writeWhole(descriptor: number, data: string | Uint8Array, position: number): number {
  const bytes = typeof data === 'string' ? encode(data) : data;
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
  return written;
}

// Not of node:crypto, which takes a merge of a few files 6 of its 90 ms to load. That the name is free is up to `wx`.
function uniqueSuffix(): string {
  return `${process.pid.toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
}

// One buffer for all that is short enough: a new one for each piece of a long file would fill the memory faster than it is cleared.
let shared: Buffer | null = null;
const sharedBytes = 1024 * 1024;
const longestCharacterBytes = 3;

function encode(text: string): Uint8Array {
  if (text.length * longestCharacterBytes > sharedBytes) return Buffer.from(text);
  shared ??= Buffer.allocUnsafeSlow(sharedBytes);
  return shared.subarray(0, shared.write(text));
}
