import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import type { RunEvent } from '../model/event.ts';
import { parseEvent } from '../results/parse-event.ts';

/** Compresses the events of a task as they come. */
export interface EventPacker {
  add(event: RunEvent): void;
  /** All of it, as a row of gzip members. */
  close(): readonly Buffer[];
}

const memberLength = 256 * 1024;

export function createEventPacker(): EventPacker {
  const members: Buffer[] = [];
  let pending: string[] = [];
  let length = 0;
  const flush = (): void => {
    if (pending.length > 0) members.push(gzipSync(pending.join(''), { level: 3 }));
    pending = [];
    length = 0;
  };
  return {
    add(event) {
      const line = `${JSON.stringify(event)}\n`;
      pending.push(line);
      length += line.length;
      if (length >= memberLength) flush();
    },
    close() {
      flush();
      return members;
    },
  };
}

/** Packed, a few kilobytes can stand for any number of them. */
const limits = { bytes: 4 * 1024 ** 3, line: 64 * 1024 ** 2 };

/** The events in what `EventPacker.close` gave. Rejects when it is damaged, or unpacks to too much. */
export async function* unpackEvents(packed: Buffer, most = limits): AsyncGenerator<RunEvent> {
  const chunks: AsyncIterable<Buffer> = Readable.from([packed]).pipe(createGunzip());
  let [rest, bytes] = ['', 0];
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    bytes += chunk.length;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (bytes > most.bytes || rest.length > most.line) throw new Error('it unpacks to too much');
    for (const line of lines) {
      const event = parseEvent(line);
      if (event === null) throw new Error('it holds something that is no event');
      yield event;
    }
  }
}
