import { expect, it } from 'vitest';
import { linesOf } from '../../../src/base/lines.ts';

async function read(chunks: readonly Uint8Array[], maxChars = 100): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(arriving(chunks), maxChars)) lines.push(line);
  return lines;
}

async function* arriving(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

it('are the same however the bytes are cut', async () => {
  const bytes = Buffer.from('one\n\ntwo é😀\r\n\u2028three');
  const expected = ['one', '', 'two é😀\r', '\u2028three'];
  for (let size = 1; size <= bytes.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, at * size + size),
    );
    expect(await read(chunks)).toEqual(expected);
  }
});

it('are none where nothing is, and one that has no end counts', async () => {
  expect(await read([])).toEqual([]);
  expect(await read([Buffer.from('a\n')])).toEqual(['a']);
  expect(await read([Buffer.from('a\nb')])).toEqual(['a', 'b']);
});

it('are cut where they are too long, without a trace in the next one', async () => {
  expect(await read([Buffer.from('x'.repeat(9)), Buffer.from('yyyy\nnext')], 10)).toEqual(['xxxxxxxxxy', 'next']);
});
