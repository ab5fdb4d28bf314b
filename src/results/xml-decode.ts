import { TextDecoder } from 'node:util';

const sniffBytes = 256;
const maxPieceBytes = 16 * 1024;

/** What a file holds, in chunks that are valid until the next is asked for. */
export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * The text of an XML file: byte order mark first, then the shape of the first characters, then the declared encoding, else
 * UTF-8. Undecodable bytes become U+FFFD. Pieces are at most 64 Ki characters.
 * @throws what reading the bytes threw, after what was read before.
 */
export async function* decodeXml(bytes: Bytes): AsyncGenerator<string> {
  let head: Uint8Array | null = new Uint8Array(0);
  let decoder = new TextDecoder('utf-8');
  const failures: unknown[] = [];
  try {
    for await (const chunk of bytes) {
      if (head === null) {
        yield* decodePieces(decoder, chunk);
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < sniffBytes) continue;
      decoder = new TextDecoder(encodingOf(head));
      yield* decodePieces(decoder, head);
      head = null;
    }
  } catch (error) {
    failures.push(error);
  }
  // What was read before a failure is still worth having.
  if (head !== null) {
    decoder = new TextDecoder(encodingOf(head));
    yield* decodePieces(decoder, head);
  }
  const last = decoder.decode();
  if (last !== '') yield last;
  if (failures.length > 0) throw failures[0];
}

function* decodePieces(decoder: TextDecoder, bytes: Uint8Array): Generator<string> {
  for (let start = 0; start < bytes.length; start += maxPieceBytes) {
    const text = decoder.decode(bytes.subarray(start, start + maxPieceBytes), { stream: true });
    if (text !== '') yield text;
  }
}

function encodingOf(head: Uint8Array): string {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0x3c && b === 0 && c !== undefined && c !== 0 && d === 0) return 'utf-16le';
  if (a === 0 && b === 0x3c && c === 0) return 'utf-16be';
  const start = Buffer.from(head.subarray(0, sniffBytes)).toString('latin1');
  const declared = /^[^<]{0,3}<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/.exec(start)?.[1];
  // A file whose first characters are single bytes is not UTF-16, whatever it declares.
  if (declared === undefined || /^(utf-?16|ucs-?2|utf-?32)/i.test(declared)) return 'utf-8';
  return isKnown(declared) ? declared : 'utf-8';
}

function isKnown(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}
