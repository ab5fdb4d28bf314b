import { closeSync, constants, fstatSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunEvent } from '../model/event.ts';
import type { Reporter } from '../ports.ts';

/** Version of the event format that this version writes (`run-started.format`). */
export const eventFormat = 1;

const flushAfterMs = 50;
const flushAtBytes = 64 * 1024;
// What must be on disk at once: it is said rarely, and the rest can be understood from it.
const urgent: ReadonlySet<RunEvent['type']> = new Set([
  'run-started',
  'task-started',
  'attempt-finished',
  'task-finished',
  'run-cancelling',
  'run-finished',
]);

/**
 * Writes each event as one line of JSON, within 50 ms, so that the log tells what happened even when the runner is killed.
 * The file is begun anew. @throws when it cannot be created; later failures come from `onEvent` or `close`.
 */
export function createEventsReporter(options: { readonly path: string }): Reporter {
  mkdirSync(dirname(options.path), { recursive: true });
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
  const descriptor = openSync(options.path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644);
  let pending: string[] = [];
  let pendingBytes = 0;
  let timer: NodeJS.Timeout | null = null;
  let failure: Error | null = null;
  let writtenBytes = 0;

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (pending.length === 0) return;
    const bytes = Buffer.from(pending.join(''));
    pending = [];
    pendingBytes = 0;
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    writtenBytes += written;
  };
  // A timer has nobody to throw to.
  const flushLater = (): void => {
    try {
      flush();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
  };
  return {
    onEvent(event) {
      if (failure !== null) throw failure;
      const line = `${JSON.stringify(event)}\n`;
      pending.push(line);
      pendingBytes += line.length;
      if (urgent.has(event.type) || pendingBytes >= flushAtBytes) flush();
      else timer ??= setTimeout(flushLater, flushAfterMs);
    },
    close() {
      try {
        if (failure !== null) throw failure;
        flush();
        checkWhole(options.path, descriptor, writtenBytes);
        return Promise.resolve();
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

/** A test can do to the reports folder what it likes; a log that is gone for that reason must not go unnoticed. */
function checkWhole(path: string, descriptor: number, bytes: number): void {
  const own = fstatSync(descriptor);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) throw new Error(`${path} was removed while the run was writing it`);
  if (there.ino !== own.ino || there.dev !== own.dev || own.size !== bytes) {
    throw new Error(`${path} was replaced or changed from outside while the run was writing it`);
  }
}
