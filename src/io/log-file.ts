import { closeSync, fstat, fstatSync, ftruncate, mkdirSync, openSync, read, statfs, write } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { LogFacts } from '../model/event.ts';
import { afterFirstLineBreak, lastLines, tailReadBytes } from './log-text.ts';

/** The output of one child: a file that is kept near its limit while the child writes. */
export interface LogFile {
  /** The child's stdout and stderr; opened for appending, so that a cut moves the place where the child goes on. */
  readonly childFd: number;
  /** The child has it now, or will never have it. */
  closeChildFd(): void;
  /** How the file stands; never rejects. */
  facts(): Promise<LogFacts>;
  /** Marks a cut and closes the file; for when nothing writes any more; idempotent, never rejects. */
  finish(): Promise<LogFacts>;
}

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

const [statFd, truncateFd, readFd, writeFd] = [
  promisify(fstat),
  promisify(ftruncate),
  promisify(read),
  promisify(write),
];
const statDisk = promisify(statfs);

/** Opens logs and holds each near its limit. */
export function createLogFiles(): LogFiles {
  const open = new Set<OpenLog>();
  let timer: NodeJS.Timeout | null = null;
  const watch = (afterMs: number): void => {
    timer = setTimeout(() => {
      void Promise.all([...open].map((log) => inTurn(log, () => cutIfOver(log)))).then((cuts) => {
        if (open.size > 0) watch(cuts.includes(true) ? floodPollMs : pollMs);
        else timer = null;
      });
    }, afterMs).unref();
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
  cutBytes: number;
  /** The latest of what was cut. */
  last: Buffer;
  /** The latest operation; they follow one another, so that the descriptor is closed after all of them. */
  turn: Promise<unknown>;
}

function openLog(path: string, limitBytes: number): OpenLog {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'a+');
  try {
    const startAt = fstatSync(fd).size;
    const limit = Math.max(0, limitBytes);
    const cutAt = startAt + limit - Math.min(tailBytes, Math.floor(limit / 4));
    const log = { path, fd, childFd: openSync(path, 'a'), limitBytes: limit, startAt, cutAt };
    return { ...log, cutBytes: 0, last: Buffer.alloc(0), turn: Promise.resolve() };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function toLogFile(log: OpenLog, onFinish: () => void): LogFile {
  let isChildFdOpen = true;
  let finished: Promise<LogFacts> | null = null;
  return {
    childFd: log.childFd,
    closeChildFd: () => {
      if (isChildFdOpen) closeSync(log.childFd);
      isChildFdOpen = false;
    },
    facts: () => finished ?? inTurn(log, () => orProblem(log, () => factsOf(log))),
    finish: () => {
      finished ??= inTurn(log, () => orProblem(log, () => finishLog(log))).finally(() => closeSync(log.fd));
      onFinish();
      return finished;
    },
  };
}

function inTurn<T>(log: OpenLog, operation: () => Promise<T>): Promise<T> {
  const result = log.turn.then(operation);
  log.turn = result.catch(() => undefined);
  return result;
}

async function orProblem(log: OpenLog, read: () => Promise<LogFacts>): Promise<LogFacts> {
  try {
    return await read();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return {
      path: log.path,
      bytes: 0,
      truncated: log.cutBytes > 0,
      tail: `[runner] this log cannot be read: ${problem}`,
    };
  }
}

async function cutIfOver(log: OpenLog): Promise<boolean> {
  try {
    const { size } = await statFd(log.fd);
    if (size <= log.startAt + log.limitBytes) return false;
    await cut(log, size);
    return true;
  } catch {
    // The next look tries again, and the last one reports it.
    return false;
  }
}

/** Takes away what is behind the place of the cut, but remembers its end: what a program printed last usually says why it failed. */
async function cut(log: OpenLog, size: number): Promise<void> {
  const start = Math.max(log.cutAt, size - tailReadBytes);
  const end = await readRange(log.fd, start, size);
  // What was written since is lost uncounted but for the moment between these two calls.
  const now = (await statFd(log.fd)).size;
  await truncateFd(log.fd, log.cutAt);
  log.cutBytes += Math.max(size, now) - log.cutAt;
  log.last = start > log.cutAt ? end : Buffer.concat([log.last, end]).subarray(-tailReadBytes);
}

async function finishLog(log: OpenLog): Promise<LogFacts> {
  const { size } = await statFd(log.fd);
  const isCut = size > log.startAt + log.limitBytes || log.cutBytes > 0;
  if (isCut && size > log.cutAt) await cut(log, size);
  const facts = await factsOf(log);
  // Without room for the note the facts still say that output was cut.
  if (isCut) await writeEnd(log).catch(() => undefined);
  const bytes = (await statFd(log.fd)).size;
  const { bavail } = await statDisk(dirname(log.path));
  if (bavail > 0) return { ...facts, bytes };
  const full = `[runner] the disk of ${log.path} is full: output may be missing`;
  return { ...facts, bytes, tail: `${facts.tail}\n${full}`.trim() };
}

async function writeEnd(log: OpenLog): Promise<void> {
  const keptBytes = log.startAt + log.limitBytes - log.cutAt;
  const end = afterFirstLineBreak(log.last.subarray(Math.max(0, log.last.length - keptBytes)));
  const dropped = log.cutBytes - end.length;
  const note = `[runner] output cut: ${dropped} bytes dropped, limit ${log.limitBytes} (settings.logLimit)`;
  const seam = '[runner] output left out here';
  await writeFd(log.fd, Buffer.concat([Buffer.from(`\n${seam}\n`), end, Buffer.from(`\n${note}\n`)]));
}

async function factsOf(log: OpenLog): Promise<LogFacts> {
  const { size } = await statFd(log.fd);
  const truncated = log.cutBytes > 0;
  const begin = truncated ? log.cutAt : log.startAt;
  const start = Math.max(begin, size - tailReadBytes);
  const end = await readRange(log.fd, start, Math.max(start, size));
  const lines = lastLines(truncated ? Buffer.concat([log.last, end]) : end, {
    count: tailLines,
    maxBytes: tailBytes,
    isFragment: truncated || start > begin,
  });
  return { path: log.path, bytes: size, truncated, tail: lines.join('\n') };
}

async function readRange(fd: number, start: number, end: number): Promise<Buffer> {
  const { buffer, bytesRead } = await readFd(fd, Buffer.alloc(end - start), 0, end - start, start);
  return buffer.subarray(0, bytesRead);
}
