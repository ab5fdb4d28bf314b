import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Keeps written suites on disk until they are put together, all in one file: to make and remove one for each task takes as long as to run it. */
export interface SuiteSpool {
  /** Keeps a text under a number. @throws when the disk is full, for this text or for one before it */
  put(index: number, parts: Iterable<string>): void;
  /** The text with this number, in parts. @throws when it is not there any more */
  parts(index: number): Iterable<Uint8Array>;
  /** Bytes kept. */
  size(): number;
  close(): void;
}

interface Place {
  readonly start: number;
  readonly bytes: number;
}

const chunkBytes = 256 * 1024;
const flushAtBytes = 64 * 1024;

/** A spool whose file is made when it is first needed. */
export function createSuiteSpool(path: string): SuiteSpool {
  const places = new Map<number, Place>();
  let descriptor: number | null = null;
  let end = 0;
  /** What is not in the file yet: most suites are so small that to write each by itself would take most of the time. */
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  const joined = (): Buffer => {
    const [first = Buffer.alloc(0), ...rest] = waiting;
    if (rest.length === 0) return first;
    const whole = Buffer.concat(waiting);
    waiting = [whole];
    return whole;
  };
  const flush = (): void => {
    if (waiting.length === 0 || descriptor === null) return;
    const bytes = joined();
    const start = end - bytes.length;
    let written = 0;
    while (written < bytes.length)
      written += writeSync(descriptor, bytes, written, bytes.length - written, start + written);
    waiting = [];
    waitingBytes = 0;
  };
  const write = (text: string): void => {
    const bytes = Buffer.from(text);
    waiting.push(bytes);
    waitingBytes += bytes.length;
    end += bytes.length;
    if (waitingBytes >= flushAtBytes) flush();
  };
  return {
    put(index, parts) {
      descriptor ??= create(path);
      const start = end;
      let buffer = '';
      for (const part of parts) {
        buffer += part;
        if (buffer.length < chunkBytes) continue;
        write(buffer);
        buffer = '';
      }
      write(buffer);
      places.set(index, { start, bytes: end - start });
    },
    *parts(index) {
      const place = places.get(index);
      if (place === undefined || descriptor === null) return;
      const written = end - waitingBytes;
      const until = place.start + place.bytes;
      // Not written first: at the end of a run a disk may be full on which nothing has to be written any more.
      const unwritten = joined().subarray(Math.max(0, place.start - written), Math.max(0, until - written));
      for (let at = place.start; at < Math.min(until, written);) {
        const buffer = Buffer.alloc(Math.min(until - at, written - at, chunkBytes));
        const read = readSync(descriptor, buffer, 0, buffer.length, at);
        if (read === 0) throw new Error(`${path} was changed from outside`);
        yield buffer.subarray(0, read);
        at += read;
      }
      if (unwritten.length > 0) yield unwritten;
    },
    size: () => end,
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

function create(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'w+', 0o600);
}
