import { readMaybeGzip } from '../base/gzip-lines.ts';
import type { RunEvent } from '../model/event.ts';
import { UsageError } from '../errors.ts';
import { formatOf, parseEvent } from '../results/parse-event.ts';
import { createToldTests } from '../results/told-tests.ts';
import { eventFormat } from './events.ts';

/** A line of an event log that is no event. */
export interface SkippedLine {
  /** Counted from 1. */
  readonly line: number;
  /** It is the last and has no line end: the writer was killed, which is expected and no damage. */
  readonly torn: boolean;
}

const maxLineBytes = 64 * 1024 * 1024;

/**
 * The events of a log (unpacked if its name ends in `.gz`), in order and in the memory of one line. Lines that are no events are skipped and told to `onSkipped`.
 * @throws {UsageError} when the log is of a later format than this version reads; rejects when the file cannot be read.
 */
export function readEvents(path: string, onSkipped?: (skipped: SkippedLine) => void): AsyncGenerator<RunEvent> {
  return eventsOf(path, onSkipped ?? ((): void => undefined), () => undefined);
}

/**
 * The events of a log as `readEvents` has them. What shows that it is not all that its run wrote, and nothing else, is told to `onDamage`: a line that is no
 * event, unless the run was killed as it wrote it, or other tests than a task ended with.
 * @throws as `readEvents`
 */
export function readCheckedEvents(path: string, onDamage: (problem: string) => void): AsyncGenerator<RunEvent> {
  const tests = createToldTests();
  const onSkipped = ({ line, torn }: SkippedLine): void => {
    if (!torn) onDamage(`line ${line} is no event`);
  };
  return eventsOf(path, onSkipped, (event) => {
    const problem = tests.apply(event);
    if (problem !== null) onDamage(problem);
  });
}

async function* eventsOf(
  path: string,
  onSkipped: (skipped: SkippedLine) => void,
  onEvent: (event: RunEvent) => void,
): AsyncGenerator<RunEvent> {
  let line = 0;
  for await (const { text, torn } of readLines(path)) {
    line += 1;
    if (text === '') continue;
    const event = parseEvent(text);
    const format = event === null ? formatOf(text) : event.type === 'run-started' ? event.format : null;
    if (format !== null && Math.floor(format) > eventFormat) {
      throw new UsageError(
        `${path}:${line} is an event log of format ${format}; this version reads up to format ${eventFormat}`,
        'use the version of runner that wrote it, or a later one',
      );
    }
    if (event === null) {
      onSkipped({ line, torn });
      continue;
    }
    onEvent(event);
    yield event;
  }
}

// node:readline also ends lines at U+2028, which JSON leaves unescaped.
async function* readLines(path: string): AsyncGenerator<{ readonly text: string; readonly torn: boolean }> {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (): string => {
    const text = size > maxLineBytes ? '\0' : Buffer.concat(parts).toString().trim();
    parts = [];
    size = 0;
    return text;
  };
  const keep = (part: Buffer): void => {
    size += part.length;
    if (size <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  for await (const chunk of readMaybeGzip(path)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      yield { text: take(), torn: false };
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (size > 0) yield { text: take(), torn: true };
}
