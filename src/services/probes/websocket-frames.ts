import { randomBytes } from 'node:crypto';

/** What a server said over a WebSocket, fragments put together. */
export type Incoming =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' }
  | { readonly kind: 'ping'; readonly payload: Buffer }
  | { readonly kind: 'pong' }
  | { readonly kind: 'close'; readonly code: number | null; readonly reason: string }
  /** Against RFC 6455, or longer than allowed; nothing after it is read. */
  | { readonly kind: 'violation'; readonly problem: string };

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A masked text frame, as a client must send it. */
export function textFrame(text: string): Buffer {
  return clientFrame(opcodes.text, Buffer.from(text));
}

/** The answer to a ping. */
export function pongFrame(payload: Buffer): Buffer {
  return clientFrame(opcodes.pong, payload);
}

/** A polite end: status 1000. */
export function closeFrame(): Buffer {
  return clientFrame(opcodes.close, Buffer.from([0x03, 0xe8]));
}

/** Reads a server's frames from chunks cut anywhere; a message may have `limitBytes` at most. */
export function createMessageReader(limitBytes: number): (chunk: Buffer) => readonly Incoming[] {
  let pending: Buffer = Buffer.alloc(0);
  let message: { readonly opcode: number; readonly parts: Buffer[]; bytes: number } | null = null;
  let over = false;

  const accept = (frame: Frame): Incoming | null => {
    if (frame.opcode >= 8) return control(frame);
    if (frame.opcode === opcodes.continuation && message === null) return violation('a continuation of no message');
    if (frame.opcode !== opcodes.continuation && message !== null)
      return violation('a new message inside an unfinished one');
    message ??= { opcode: frame.opcode, parts: [], bytes: 0 };
    message.parts.push(frame.payload);
    message.bytes += frame.payload.length;
    if (message.bytes > limitBytes) return violation(`a message of more than ${limitBytes} bytes`);
    if (!frame.final) return null;
    const whole = { opcode: message.opcode, payload: Buffer.concat(message.parts) };
    message = null;
    return whole.opcode === opcodes.text ? textOf(whole.payload) : { kind: 'binary' };
  };

  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    const incoming: Incoming[] = [];
    while (!over) {
      const frame = readFrame(pending, limitBytes);
      if (frame === null) break;
      const item = 'kind' in frame ? frame : accept(frame);
      if (item !== null) incoming.push(item);
      over = item?.kind === 'violation' || item?.kind === 'close';
      if (!('kind' in frame)) pending = pending.subarray(frame.length);
    }
    return incoming;
  };
}

interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
  /** Of the whole frame, header included. */
  readonly length: number;
}

type Violation = Extract<Incoming, { kind: 'violation' }>;

function readFrame(bytes: Buffer, limitBytes: number): Frame | Violation | null {
  if (bytes.length < 2) return null;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const opcode = first & 0x0f;
  const final = (first & 0x80) !== 0;
  if ((first & 0x70) !== 0) return violation('reserved bits are set although no extension was agreed on');
  if ((second & 0x80) !== 0) return violation('a masked frame from the server');
  if (!Object.values<number>(opcodes).includes(opcode)) return violation(`a frame of unknown kind ${opcode}`);
  const short = second & 0x7f;
  if (opcode >= 8 && (short > 125 || !final)) return violation('a control frame that is fragmented or too long');
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (size > limitBytes) return violation(`a message of more than ${limitBytes} bytes`);
  if (bytes.length < start + size) return null;
  return { final, opcode, payload: bytes.subarray(start, start + size), length: start + size };
}

function control(frame: Frame): Incoming {
  if (frame.opcode === opcodes.ping) return { kind: 'ping', payload: frame.payload };
  if (frame.opcode === opcodes.pong) return { kind: 'pong' };
  const code = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : null;
  return { kind: 'close', code, reason: frame.payload.subarray(2).toString() };
}

function textOf(payload: Buffer): Incoming {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(payload) };
  } catch {
    return violation('a text message that is not UTF-8');
  }
}

function violation(problem: string): Violation {
  return { kind: 'violation', problem };
}

function clientFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let index = 0; index < masked.length; index += 1) {
    masked.writeUInt8(masked.readUInt8(index) ^ mask.readUInt8(index % 4), index);
  }
  return Buffer.concat([clientHeader(opcode, payload.length), mask, masked]);
}

function clientHeader(opcode: number, size: number): Buffer {
  const header = Buffer.alloc(size < 126 ? 2 : size < 0x10000 ? 4 : 10);
  header.writeUInt8(0x80 | opcode, 0);
  header.writeUInt8(0x80 | (size < 126 ? size : size < 0x10000 ? 126 : 127), 1);
  if (header.length === 4) header.writeUInt16BE(size, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(size), 2);
  return header;
}
