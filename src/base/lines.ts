import { StringDecoder } from 'node:string_decoder';

/** The lines of UTF-8 text that arrives in chunks, without their ends; a longer line is cut to `maxChars`, so that memory is bounded. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxChars: number): AsyncGenerator<string> {
  const cutter = createLineCutter(maxChars);
  for await (const chunk of chunks) yield* cutter.push(chunk);
  yield* cutter.end();
}

/** Cuts text that arrives in chunks into its lines. */
export interface LineCutter {
  /** The lines that this chunk completes. */
  push(chunk: Uint8Array): readonly string[];
  /** The line that has no end, if there is one. */
  end(): readonly string[];
}

/** Starts at the beginning of a line; see `linesOf`. */
export function createLineCutter(maxChars: number): LineCutter {
  const decoder = new StringDecoder('utf8');
  let open = '';
  return {
    push(chunk) {
      const parts = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)).split('\n');
      const last = parts.pop() ?? '';
      const lines = parts.map((part, index) => joined(index === 0 ? open : '', part, maxChars));
      open = joined(parts.length === 0 ? open : '', last, maxChars);
      return lines;
    },
    end() {
      open = joined(open, decoder.end(), maxChars);
      return open === '' ? [] : [open];
    },
  };
}

function joined(start: string, more: string, maxChars: number): string {
  return start + more.slice(0, Math.max(0, maxChars - start.length));
}
