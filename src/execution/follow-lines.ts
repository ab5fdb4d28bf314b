import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { createLineCutter } from '../base/lines.ts';
import type { Io } from '../ports.ts';

export interface FollowOptions {
  readonly io: Pick<Io, 'now' | 'sleep'>;
  /** Bytes that are read before `finish`; what is behind them may still be taken away. */
  readonly liveBytes: number;
  readonly onLines: (lines: readonly string[]) => void;
  /** There were no more lines at this moment. */
  readonly onPause: () => void;
}

/** A file whose lines are handed on as they come. */
export interface FollowedLines {
  /**
   * Hands on what is left, for when nothing writes any more. Resolves to what is wrong with the file, or `null`; rejects with what
   * `onLines` threw. Idempotent.
   */
  finish(): Promise<string | null>;
}

/** More than any line that says something; what a test printed without a line break may be longer. */
export const maxLineChars = 1024 * 1024;

const chunkBytes = 64 * 1024;
/** Lines are handed on for some 10 ms, then it is the turn of others. */
const turnBytes = 1024 * 1024;
const busyMs = 10;
const pollMs = 100;
const longestPollMs = 500;

/**
 * Follows a file that may not be there yet. All of it is synchronous: where nothing has come, a look is one call into the system of some
 * microseconds, ten times a second and less often when nothing comes for long, which a hundred files at once do not make felt.
 */
export function followLines(path: string, options: FollowOptions): FollowedLines {
  const over = new AbortController();
  const file = createGrowingFile(path, options);
  let failure: { readonly error: unknown } | null = null;
  const loop = async (): Promise<void> => {
    let quietSince = options.io.now();
    let delayMs = pollMs;
    for (;;) {
      await options.io.sleep(delayMs, over.signal);
      if (over.signal.aborted) return;
      const { bytes, more } = file.read(options.liveBytes);
      if (!more) options.onPause();
      if (bytes > 0) quietSince = options.io.now();
      const quietMs = options.io.now() - quietSince;
      delayMs = more ? busyMs : Math.min(longestPollMs, Math.max(pollMs, quietMs / 20));
    }
  };
  const following = loop().catch((error: unknown) => {
    failure = { error };
  });
  const finish = async (): Promise<string | null> => {
    over.abort();
    await following;
    try {
      if (failure !== null) throw failure.error;
      while (file.read(Infinity).more) await new Promise((resolve) => setImmediate(resolve));
      file.end();
      return file.problem();
    } finally {
      file.close();
    }
  };
  let finished: Promise<string | null> | null = null;
  return { finish: () => (finished ??= finish()) };
}

interface GrowingFile {
  /** Hands on what there is up to a place in the file, for one turn at most. */
  read(untilByte: number): { readonly bytes: number; readonly more: boolean };
  end(): void;
  problem(): string | null;
  close(): void;
}

function createGrowingFile(path: string, { onLines }: Pick<FollowOptions, 'onLines'>): GrowingFile {
  const cutter = createLineCutter(maxLineChars);
  const buffer = Buffer.alloc(chunkBytes);
  let descriptor: number | null = null;
  let position = 0;
  let unreadable: string | null = null;

  const readChunk = (untilByte: number): Buffer | null => {
    try {
      descriptor ??= openIfThere(path);
      const wanted = Math.min(chunkBytes, untilByte - position);
      if (descriptor === null || wanted <= 0) return null;
      const bytes = readSync(descriptor, buffer, 0, wanted, position);
      position += bytes;
      return bytes === 0 ? null : buffer.subarray(0, bytes);
    } catch (error) {
      unreadable = error instanceof Error ? error.message : String(error);
      return null;
    }
  };
  return {
    read(untilByte) {
      let bytes = 0;
      while (bytes < turnBytes) {
        const chunk = readChunk(untilByte);
        if (chunk === null) return { bytes, more: false };
        bytes += chunk.length;
        const lines = cutter.push(chunk);
        if (lines.length > 0) onLines(lines);
      }
      return { bytes, more: true };
    },
    end() {
      const rest = cutter.end();
      if (rest.length > 0) onLines(rest);
    },
    problem() {
      if (unreadable !== null) return `could not be read: ${unreadable}`;
      return descriptor === null || isSame(path, descriptor, position)
        ? null
        : 'was replaced or cut from outside while it was read';
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

function openIfThere(path: string): number | null {
  // What is not there is the rule before the first test, and an exception for it would cost more than this.
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts?.isFile() === true ? openSync(path, 'r') : null;
}

function isSame(path: string, descriptor: number, position: number): boolean {
  const own = fstatSync(descriptor);
  const there = statSync(path, { throwIfNoEntry: false });
  return there?.ino === own.ino && there.dev === own.dev && own.size >= position;
}
