import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closeFrame,
  createMessageReader,
  pongFrame,
  textFrame,
} from '../../../src/services/probes/websocket-frames.ts';
import type { Incoming } from '../../../src/services/probes/websocket-frames.ts';

/** A frame as a server sends it: not masked. */
function serverFrame(opcode: number, payload: Buffer, final = true): Buffer {
  const size = payload.length;
  const header = Buffer.alloc(size < 126 ? 2 : size < 0x10000 ? 4 : 10);
  header[0] = (final ? 0x80 : 0) | opcode;
  header[1] = size < 126 ? size : size < 0x10000 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(size, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([header, payload]);
}

/** Feeds the bytes in pieces of the given sizes. */
function readInPieces(bytes: Buffer, sizes: readonly number[], limit = 1_000_000): readonly Incoming[] {
  const read = createMessageReader(limit);
  const items: Incoming[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    items.push(...read(bytes.subarray(at, at + size)));
    at += size;
  }
  return items;
}

/** Takes the mask off a client's frame of less than 64 KiB. */
function unmask(frame: Buffer): { readonly opcode: number; readonly payload: Buffer } {
  const short = frame.readUInt8(1) & 0x7f;
  const start = short === 126 ? 4 : 2;
  const mask = frame.subarray(start, start + 4);
  const payload = frame.subarray(start + 4).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return { opcode: frame.readUInt8(0), payload: Buffer.from(payload) };
}

describe('reading messages', () => {
  it('finds the same messages however fragments and chunks are cut', () => {
    const parts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { minLength: 1, maxLength: 4 });
    const sizes = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 4 }), sizes, (messages, cuts) => {
        const frames = messages.flatMap((fragments) =>
          fragments.flatMap((fragment, index) => [
            serverFrame(index === 0 ? 1 : 0, Buffer.from(fragment), index === fragments.length - 1),
            serverFrame(9, Buffer.from('ping')),
          ]),
        );
        const texts = readInPieces(Buffer.concat(frames), cuts).flatMap((item) =>
          item.kind === 'text' ? [item.text] : [],
        );
        expect(texts).toEqual(
          messages.map((fragments) => fragments.map((fragment) => Buffer.from(fragment).toString()).join('')),
        );
      }),
    );
  });

  it('never throws and never waits for more than the limit, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const items = readInPieces(Buffer.from(bytes), [7], 100);
        const end = items.findIndex((item) => item.kind === 'violation' || item.kind === 'close');
        expect(end === -1 || end === items.length - 1).toBe(true);
      }),
    );
  });

  it.each([
    { title: 'one frame', bytes: serverFrame(1, Buffer.alloc(101, 0x61)) },
    {
      title: 'many fragments',
      bytes: Buffer.concat([
        serverFrame(1, Buffer.alloc(60, 0x61), false),
        serverFrame(0, Buffer.alloc(60, 0x61), false),
      ]),
    },
    {
      title: 'the mere announcement of 2^63 bytes',
      bytes: Buffer.from([0x81, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    },
  ])('refuses a message over the limit in $title', ({ bytes }) => {
    expect(createMessageReader(100)(bytes)).toEqual([
      { kind: 'violation', problem: 'a message of more than 100 bytes' },
    ]);
  });

  it('tells code and reason of a close, also when there is none', () => {
    expect(createMessageReader(100)(serverFrame(8, Buffer.from([0x0f, 0xa1, 0x6e, 0x6f])))).toEqual([
      { kind: 'close', code: 4001, reason: 'no' },
    ]);
    expect(createMessageReader(100)(serverFrame(8, Buffer.alloc(0)))).toEqual([
      { kind: 'close', code: null, reason: '' },
    ]);
  });
});

describe('frames to send', () => {
  it.each([0, 5, 125, 126, 60_000])('are masked and whole with %d bytes', (size) => {
    const text = 'x'.repeat(size);
    const frame = textFrame(text);
    expect(frame.readUInt8(1) & 0x80).toBe(0x80);
    expect(unmask(frame)).toEqual({ opcode: 0x81, payload: Buffer.from(text) });
  });

  it('end with status 1000 and answer a ping with its payload', () => {
    expect(unmask(closeFrame())).toEqual({ opcode: 0x88, payload: Buffer.from([0x03, 0xe8]) });
    expect(unmask(pongFrame(Buffer.from('abc')))).toEqual({ opcode: 0x8a, payload: Buffer.from('abc') });
  });
});
