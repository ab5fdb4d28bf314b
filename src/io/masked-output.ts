import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Masker } from '../base/mask.ts';
import { cLibrary } from './c-library.ts';

/** The output of one child on its way through a mask into its log. */
export interface MaskedOutput {
  /** The child's stdout and stderr, one pipe for both, so that their lines keep their order. */
  readonly childFd: number;
  /** The child has it now, or will never have it. */
  closeChildFd(): void;
  /** Resolves when all that was printed is in the log: at the end of the pipe, or when nothing came for 100 ms (someone else holds it); after `longestMs` at most. */
  drained(longestMs: number): Promise<void>;
  /** The same, and then nothing is read or held back any more; idempotent. */
  close(): Promise<void>;
}

const idleMs = 100;
const longestCloseMs = 2000;

/**
 * Opens a pipe whose content is masked and written to `logFd`. A named pipe and not Node's own, which is a socket: a script that says
 * `echo ... > /dev/stderr` could not open that.
 *
 * @throws Error when no pipe can be made; the output must not go to the disk as it is then
 */
export function openMaskedOutput(logFd: number, masker: Masker): MaskedOutput {
  const { readFd, writeFd } = openPipe();
  const stream = masker.stream();
  const state = { lastDataMs: performance.now(), isChildFdOpen: true };
  const socket = new Socket({ fd: readFd, readable: true, writable: false });
  socket.on('data', (chunk: Buffer) => {
    state.lastDataMs = performance.now();
    write(logFd, stream.push(chunk));
  });
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve()).on('error', () => resolve());
  });
  const drained = (longestMs: number): Promise<void> =>
    Promise.race([ended, untilIdle(() => state.lastDataMs, longestMs)]);
  const closeChildFd = (): void => {
    if (state.isChildFdOpen) closeSync(writeFd);
    state.isChildFdOpen = false;
  };
  let closed: Promise<void> | null = null;
  return {
    childFd: writeFd,
    closeChildFd,
    drained,
    close: () => {
      closeChildFd();
      closed ??= drained(longestCloseMs).then(() => {
        socket.removeAllListeners('data').destroy();
        write(logFd, stream.end());
      });
      return closed;
    },
  };
}

function openPipe(): { readonly readFd: number; readonly writeFd: number } {
  const folder = mkdtempSync(join(tmpdir(), 'runner-pipe-'));
  try {
    const path = join(folder, 'output');
    makePipe(path);
    // A reader that waited for a writer here would wait for itself.
    const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { readFd, writeFd: openSync(path, constants.O_WRONLY) };
    } catch (error) {
      closeSync(readFd);
      throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let makePipeByLibrary: ((path: string, mode: number) => unknown) | undefined;

/** Node cannot; to start the program that can takes some milliseconds. */
function makePipe(path: string): void {
  makePipeByLibrary ??= cLibrary()?.func('int mkfifo(const char *path, uint32_t mode)');
  if (makePipeByLibrary?.(path, 0o600) === 0) return;
  const made = spawnSync('mkfifo', ['-m', '600', path], { encoding: 'utf8', timeout: 10_000 });
  if (made.status === 0) return;
  const reason = made.error?.message ?? made.stderr.trim();
  throw new Error(`the output of a run with secrets goes through a named pipe, and mkfifo failed: ${reason}`);
}

/** Synchronous, so that a child that prints faster than the disk takes it waits in its pipe and not in our memory. */
function write(fd: number, bytes: Buffer): void {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  } catch {
    // The disk is full, which the log's facts say.
  }
}

function untilIdle(lastDataMs: () => number, longestMs: number): Promise<void> {
  const startMs = performance.now();
  const isIdle = (nowMs: number): boolean => nowMs - Math.max(startMs, lastDataMs()) >= idleMs;
  return new Promise((resolve) => {
    const look = (): void => {
      // After a long turn of the event loop the timer comes before what has arrived meanwhile is read.
      setImmediate(() => {
        const nowMs = performance.now();
        if (isIdle(nowMs) || nowMs - startMs >= longestMs) resolve();
        else setTimeout(look, idleMs / 4).unref();
      });
    };
    look();
  });
}
