import { closeSync, openSync, readSync } from 'node:fs';

/** `RUNR`: says of an SQLite file that it is a history of runner. */
export const applicationId = 0x52554e52;

/** What a file is, by its first bytes. `schema` is a lower bound: the last changes may still be in the write-ahead log. */
export type FileHeader =
  | { readonly kind: 'missing' | 'empty' | 'other' }
  | { readonly kind: 'database'; readonly applicationId: number; readonly schema: number };

const headerBytes = 100;

/**
 * Looks at a file without opening it as a database.
 * @see https://www.sqlite.org/fileformat2.html#the_database_header
 * @throws the file system's error when it is there and cannot be read
 */
export function readHeader(path: string): FileHeader {
  const bytes = readStart(path);
  if (bytes === null) return { kind: 'missing' };
  if (bytes.length === 0) return { kind: 'empty' };
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, 16) !== 'SQLite format 3\0') return { kind: 'other' };
  return { kind: 'database', applicationId: bytes.readUInt32BE(68), schema: bytes.readUInt32BE(60) };
}

function readStart(path: string): Buffer | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(headerBytes);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, headerBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}
