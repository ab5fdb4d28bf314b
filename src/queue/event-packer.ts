import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import type { RunEvent } from '../model/event.ts';

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

/** The events in what `EventPacker.close` gave. Rejects when it is damaged. */
export async function* unpackEvents(packed: Buffer): AsyncGenerator<RunEvent> {
  const chunks: AsyncIterable<Buffer> = Readable.from([packed]).pipe(createGunzip());
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as RunEvent;
  }
}
