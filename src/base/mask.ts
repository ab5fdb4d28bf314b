import { isTooShort, secretForms } from './secret-forms.ts';
import type { SecretForm } from './secret-forms.ts';

/** Replaces every form of some secrets by `***`. */
export interface Masker {
  text(text: string): string;
  /** For bytes that come in pieces: a secret that is cut anywhere is found all the same. */
  stream(): MaskStream;
}

/** What goes in comes out masked, but for the end of a piece that may be the beginning of a secret: that waits for the next one. */
export interface MaskStream {
  push(chunk: Uint8Array): Buffer;
  /** What was still held back; nothing may be pushed after it. */
  end(): Buffer;
}

/** `null` when there is nothing to mask: no value, or only such that are too short (`unmaskable`). */
export function createMasker(secrets: Readonly<Record<string, string>>): Masker | null {
  const forms = secretForms(Object.values(secrets));
  if (forms.length === 0) return null;
  const index = indexForms(forms);
  return {
    text: (text) => {
      const { parts } = scan(Buffer.from(text), { index, open: 0, isEnd: true });
      // Without a match the text is given back as it was, lone surrogates and all.
      return parts.length === 1 ? text : Buffer.concat(parts).toString('utf8');
    },
    stream: () => createStream(index),
  };
}

/** Names of the secrets that are too short to be masked: they would be found everywhere. */
export function unmaskable(secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(secrets)
    .filter(([, value]) => isTooShort(value))
    .map(([name]) => name);
}

/** Forms by how they begin, so that few are compared. */
interface FormIndex {
  /** 1 where some form begins with these two bytes. */
  readonly pairs: Uint8Array;
  readonly byPrefix: ReadonlyMap<number, readonly SecretForm[]>;
  readonly byFirstByte: ReadonlyMap<number, readonly SecretForm[]>;
}

const prefixLength = 4;
const stars = Buffer.from('***');
const nothing = Buffer.alloc(0);

function indexForms(forms: readonly SecretForm[]): FormIndex {
  const pairs = new Uint8Array(0x10000);
  for (const { bytes } of forms) pairs[bytes.readUInt16BE(0)] = 1;
  return {
    pairs,
    byPrefix: Map.groupBy(forms, ({ bytes }) => bytes.readInt32BE(0)),
    byFirstByte: Map.groupBy(forms, ({ bytes }) => bytes[0] ?? 0),
  };
}

function createStream(index: FormIndex): MaskStream {
  let held: Buffer = nothing;
  let open = 0;
  const advance = (chunk: Uint8Array, isEnd: boolean): Buffer => {
    const bytes =
      held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([held, chunk]);
    const scanned = scan(bytes, { index, open, isEnd });
    // A copy: the chunk is the stream's to use again.
    held = Buffer.from(bytes.subarray(scanned.next));
    open = scanned.open;
    return scanned.parts.length === 1 ? (scanned.parts[0] ?? nothing) : Buffer.concat(scanned.parts);
  };
  return { push: (chunk) => advance(chunk, false), end: () => advance(nothing, true) };
}

interface ScanOptions {
  readonly index: FormIndex;
  /** How many of the first bytes belong to a secret that was found before them. */
  readonly open: number;
  /** Nothing follows: what is only the beginning of a form is none. */
  readonly isEnd: boolean;
}

interface Scanned {
  /** Plain bytes and stars; exactly one part when nothing was found. */
  readonly parts: readonly Buffer[];
  /** Where the bytes begin that could not be decided yet. */
  readonly next: number;
  /** How many of those are masked in any case. */
  readonly open: number;
}

/** Secrets that overlap are masked as one. */
function scan(bytes: Buffer, { index, open, isEnd }: ScanOptions): Scanned {
  const parts: Buffer[] = [];
  let from = 0;
  let coveredTo = open > 0 ? open : -1;
  let at = 0;
  for (; at < bytes.length; at += 1) {
    if (at === coveredTo) {
      parts.push(stars);
      from = at;
      coveredTo = -1;
    }
    if (at + 1 < bytes.length && index.pairs[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] === 0) continue;
    const found = longestAt(bytes, at, { index, isEnd });
    if (found === undecided) break;
    if (found <= coveredTo) continue;
    if (coveredTo === -1) parts.push(bytes.subarray(from, at));
    coveredTo = found;
  }
  if (coveredTo === -1) return { parts: [...parts, bytes.subarray(from, at)], next: at, open: 0 };
  if (at < coveredTo && !isEnd) return { parts: [...parts, nothing], next: at, open: coveredTo - at };
  return { parts: [...parts, stars], next: at, open: 0 };
}

const none = -1;
const undecided = -2;

/** Where the longest form that begins here ends; `undecided` when more bytes have to be seen. */
function longestAt(
  bytes: Buffer,
  at: number,
  { index, isEnd }: { readonly index: FormIndex; readonly isEnd: boolean },
): number {
  const isWhole = bytes.length - at >= prefixLength;
  const forms = isWhole ? index.byPrefix.get(bytes.readInt32BE(at)) : index.byFirstByte.get(bytes[at] ?? 0);
  let longest = none;
  for (const form of forms ?? []) {
    const end = endOf(form, bytes, { start: at, isEnd });
    if (end === undecided && !isEnd) return undecided;
    if (end !== undecided) longest = Math.max(longest, end);
  }
  return longest;
}

/** Shorter lines are made by nobody. */
const leastLineLength = 16;
/** Of a secret that is shown in parts, bytes that must be there for it to count as one. */
const leastPart = 6;
const ellipsis = Buffer.from('...');

/** A tool that finds a text too long shows its ends, `correct-h...-staple`; `at` is where the first end ends. */
function endOfElided(
  form: Buffer,
  bytes: Buffer,
  { at, isEnd }: { readonly at: number; readonly isEnd: boolean },
): number {
  const dots = bytes.subarray(at, at + ellipsis.length);
  if (!dots.equals(ellipsis.subarray(0, dots.length)) || (isEnd && dots.length < ellipsis.length)) return none;
  const from = at + ellipsis.length;
  if (from + form.length > bytes.length && !isEnd) return undecided;
  for (let length = form.length - 1; length >= 1; length -= 1) {
    const part = form.subarray(form.length - length);
    if (bytes.subarray(from, from + length).equals(part)) return from + length;
  }
  return at;
}

function endOf(
  { bytes: form, wrappable }: SecretForm,
  bytes: Buffer,
  { start, isEnd }: { readonly start: number; readonly isEnd: boolean },
): number {
  let at = start;
  let breaksLeft = wrappable ? Math.ceil(form.length / leastLineLength) + 1 : 0;
  for (let index = 0; index < form.length; index += 1, at += 1) {
    if (at >= bytes.length) return undecided;
    if (bytes[at] === form[index]) continue;
    if (index < prefixLength) return none;
    if (breaksLeft === 0) return index < leastPart ? none : endOfElided(form, bytes, { at, isEnd });
    const length = lineBreakAt(bytes, at);
    if (length < 0) return length;
    breaksLeft -= 1;
    at += length;
    if (at >= bytes.length) return undecided;
    if (bytes[at] !== form[index]) return none;
  }
  return at;
}

/** Line breaks, also as they stand in JSON and in attributes of XML. */
const lineBreaks = ['\n', '\r\n', '\\n', '\\r\\n', '&#10;', '&#xA;', '&#xa;'].map((text) => Buffer.from(text));

function lineBreakAt(bytes: Buffer, at: number): number {
  for (const lineBreak of lineBreaks) {
    const there = bytes.subarray(at, at + lineBreak.length);
    if (there.equals(lineBreak)) return lineBreak.length;
    if (at + there.length === bytes.length && there.equals(lineBreak.subarray(0, there.length))) return undecided;
  }
  return none;
}
