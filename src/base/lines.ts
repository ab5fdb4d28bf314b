import { StringDecoder } from 'node:string_decoder';

/** The lines of UTF-8 text that arrives in chunks, without their ends; a longer line is cut to `maxChars`, so that memory is bounded. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxChars: number): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let open = '';
  for await (const chunk of chunks) {
    const parts = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      yield joined(open, part, maxChars);
      open = '';
    }
    open = joined(open, last, maxChars);
  }
  open = joined(open, decoder.end(), maxChars);
  if (open !== '') yield open;
}

function joined(start: string, more: string, maxChars: number): string {
  return start + more.slice(0, Math.max(0, maxChars - start.length));
}
