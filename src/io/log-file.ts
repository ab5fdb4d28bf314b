import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogFacts } from '../model/event.ts';
import { afterFirstLineBreak, lastLines, tailReadBytes } from './log-text.ts';

/** The output of one child: a file that is kept near its limit while the child writes. */
export interface LogFile {
  /** The child's stdout and stderr; opened for appending, so that a cut moves the place where the child goes on. */
  readonly childFd: number;
  /** The child has it now, or will never have it. */
  closeChildFd(): void;
  /** Whoever writes to it can be made to stand still, so that nothing is written between the two steps of a cut. */
  heldBy(hold: Hold): void;
  /** How the file stands; never throws. */
  facts(): LogFacts;
  /** Marks a cut and closes the file; for when nothing writes any more; idempotent, never throws. */
  finish(): LogFacts;
}

/** Calls `act` while nobody writes, and says whether that could be had. */
export type Hold = (act: (isHeld: boolean) => void) => Promise<void>;

/** The logs of all children, watched by one timer. */
export interface LogFiles {
  /** Goes on at the end of the file at an absolute path; makes it and its folders. @throws the file system's error when that cannot be written */
  open(path: string, limitBytes: number): LogFile;
}

const pollMs = 250;
/** While a child floods its log, so that less arrives between two looks. */
const floodPollMs = 25;
const tailLines = 20;
const tailBytes = 8 * 1024;

/**
 * Opens logs and holds each near its limit. Looking and cutting are synchronous: a look takes microseconds and cutting 300 MB
 * 15 ms, where a trip to the thread pool costs 0.3 ms of every task and could meet a descriptor that was closed meanwhile.
 */
export function createLogFiles(): LogFiles {
  const open = new Set<OpenLog>();
  let timer: NodeJS.Timeout | null = null;
  const look = async (): Promise<void> => {
    const cuts = await Promise.all([...open].map(cutIfOver));
    timer = null;
    if (open.size > 0) watch(cuts.includes(true) ? floodPollMs : pollMs);
  };
  const watch = (afterMs: number): void => {
    timer = setTimeout(() => void look(), afterMs).unref();
  };
  return {
    open: (path, limitBytes) => {
      const log = openLog(path, limitBytes);
      open.add(log);
      if (!timer) watch(pollMs);
      return toLogFile(log, () => open.delete(log));
    },
  };
}

interface OpenLog {
  readonly path: string;
  readonly fd: number;
  readonly childFd: number;
  readonly limitBytes: number;
  /** Where this child's output begins: a restarted service goes on in the same file. */
  readonly startAt: number;
  /** Where a cut is made; the rest of the limit is for the end of the output. */
  readonly cutAt: number;
  hold: Hold;
  /** Nothing is read or cut any more. */
  isFinished: boolean;
  cutBytes: number;
  /** The latest of what was cut. */
  last: Buffer;
}

function openLog(path: string, limitBytes: number): OpenLog {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'a+');
  try {
    const startAt = fstatSync(fd).size;
    const limit = Math.max(0, limitBytes);
    const cutAt = startAt + limit - Math.min(tailBytes, Math.floor(limit / 4));
    const childFd = openSync(path, 'a');
    const state = { hold: withoutHold, isFinished: false, cutBytes: 0, last: Buffer.alloc(0) };
    return { path, fd, childFd, limitBytes: limit, startAt, cutAt, ...state };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function toLogFile(log: OpenLog, onFinish: () => void): LogFile {
  let isChildFdOpen = true;
  let finished: LogFacts | null = null;
  const closeChildFd = (): void => {
    if (isChildFdOpen) closeSync(log.childFd);
    isChildFdOpen = false;
  };
  return {
    childFd: log.childFd,
    closeChildFd,
    heldBy: (hold) => (log.hold = hold),
    facts: () => finished ?? orProblem(log, factsOf),
    finish: () => {
      if (finished) return finished;
      closeChildFd();
      onFinish();
      finished = orProblem(log, finishLog);
      log.isFinished = true;
      closeSync(log.fd);
      return finished;
    },
  };
}

function orProblem(log: OpenLog, look: (log: OpenLog) => LogFacts): LogFacts {
  try {
    return look(log);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const tail = `[runner] the log ${log.path} cannot be read: ${problem}`;
    return { path: log.path, bytes: 0, truncated: log.cutBytes > 0, tail };
  }
}

/** The disk is worth more than a last line once a log is this many times its limit and whoever writes does not stand still. */
const patience = 8;

async function cutIfOver(log: OpenLog): Promise<boolean> {
  try {
    if (bytesOf(log) <= log.limitBytes) return false;
    await log.hold((isHeld) => {
      if (!log.isFinished && (isHeld || bytesOf(log) > patience * log.limitBytes)) cut(log);
    });
    return true;
  } catch {
    // The next look tries again, and the last one reports it.
    return false;
  }
}

function bytesOf(log: OpenLog): number {
  return fstatSync(log.fd).size - log.startAt;
}

function withoutHold(act: (isHeld: boolean) => void): Promise<void> {
  act(true);
  return Promise.resolve();
}

/** While something writes faster than it is read, its end is not near. */
const longestCatchUp = 16;

/** Takes away what is behind the place of the cut, but remembers its end: what a program printed last usually says why it failed. */
function cut(log: OpenLog): void {
  const { size } = fstatSync(log.fd);
  const start = Math.max(log.cutAt, size - tailReadBytes);
  const buffer = Buffer.alloc(longestCatchUp * tailReadBytes);
  let read = 0;
  // What is written between the last of these calls and the next is lost where a writer could not be held, so nothing comes between them.
  for (let reads = 0, bytes = 1; reads < longestCatchUp && bytes > 0; reads += 1, read += bytes) {
    bytes = readSync(log.fd, buffer, read, tailReadBytes, start + read);
  }
  ftruncateSync(log.fd, log.cutAt);
  const end = buffer.subarray(0, read);
  log.cutBytes += start + read - log.cutAt;
  log.last = start > log.cutAt && read >= tailReadBytes ? latest(end) : latest(Buffer.concat([log.last, end]));
}

function latest(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(-tailReadBytes));
}

function finishLog(log: OpenLog): LogFacts {
  const { size } = fstatSync(log.fd);
  const isCut = size > log.startAt + log.limitBytes || log.cutBytes > 0;
  if (isCut && size > log.cutAt) cut(log);
  const facts = factsOf(log);
  const bytes = isCut ? writeEnd(log) : facts.bytes;
  if (!isDiskFull(dirname(log.path))) return { ...facts, bytes };
  const full = `[runner] the disk of ${log.path} is full: output may be missing`;
  return { ...facts, bytes, tail: `${facts.tail}\n${full}`.trim() };
}

function isDiskFull(folder: string): boolean {
  const { blocks, bavail, bfree } = statfsSync(folder);
  // Some blocks are kept back for root, and some file systems do not count.
  return blocks > 0 && (process.getuid?.() === 0 ? bfree : bavail) === 0;
}

/** Gives the size of the file. */
function writeEnd(log: OpenLog): number {
  const keptBytes = log.startAt + log.limitBytes - log.cutAt;
  const end = afterFirstLineBreak(log.last.subarray(Math.max(0, log.last.length - keptBytes)));
  const dropped = log.cutBytes - end.length;
  const note = `[runner] output cut: ${dropped} bytes dropped, limit ${log.limitBytes} (settings.logLimit)`;
  const seam = '[runner] output left out here';
  try {
    writeSync(log.fd, Buffer.concat([Buffer.from(`\n${seam}\n`), end, Buffer.from(`\n${note}\n`)]));
  } catch {
    // No room even for the note: the facts still say that output was cut.
  }
  return fstatSync(log.fd).size;
}

function factsOf(log: OpenLog): LogFacts {
  const { size } = fstatSync(log.fd);
  const truncated = log.cutBytes > 0;
  const begin = truncated ? log.cutAt : log.startAt;
  const start = Math.max(begin, size - tailReadBytes);
  const end = readRange(log.fd, start, Math.max(start, size));
  const lines = lastLines(truncated ? Buffer.concat([log.last, end]) : end, {
    count: tailLines,
    maxBytes: tailBytes,
    isFragment: truncated || start > begin,
  });
  return { path: log.path, bytes: size, truncated, tail: lines.join('\n') };
}

function readRange(fd: number, start: number, end: number): Buffer {
  if (end <= start) return Buffer.alloc(0);
  const buffer = Buffer.alloc(end - start);
  return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start));
}
