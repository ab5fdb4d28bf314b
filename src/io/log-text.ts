import { stripVTControlCharacters } from 'node:util';

/** How much of a log's end is read to find its last lines: several times what is kept, since colours are stripped. */
export const tailReadBytes = 32 * 1024;

/** Lines and bytes that a tail may have. */
export interface TailLimits {
  readonly count: number;
  readonly maxBytes: number;
  /** The bytes begin somewhere inside the text, so that their first line is a fragment. */
  readonly isFragment: boolean;
}

/** The last lines of some output as readable text: valid UTF-8, without control sequences but tabs. */
export function lastLines(bytes: Uint8Array, limits: TailLimits): readonly string[] {
  const whole = limits.isFragment ? afterFirstLineBreak(bytes) : bytes;
  const lines = cleanText(Buffer.from(whole).toString('utf8')).split('\n');
  while (lines.at(-1)?.trim() === '') lines.pop();
  return endWithin(lines.slice(-limits.count), limits.maxBytes);
}

/** Without the fragment of a line at the front; one endless line is cut at a character instead. */
export function afterFirstLineBreak(bytes: Uint8Array): Uint8Array {
  const lineBreak = bytes.indexOf(10);
  if (lineBreak >= 0 && lineBreak < bytes.length - 1) return bytes.subarray(lineBreak + 1);
  let start = 0;
  while (start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return bytes.subarray(start);
}

/** A carriage return starts the line anew, as on a terminal: of a progress bar its last state stays. */
function cleanText(text: string): string {
  const plain = stripVTControlCharacters(text)
    .replace(/\r+\n/g, '\n')
    .replace(/[^\n]*\r(?=[^\n])/g, '');
  return plain.replace(/(?![\t\n])\p{Cc}/gu, '');
}

function endWithin(lines: readonly string[], maxBytes: number): readonly string[] {
  const kept: string[] = [];
  let left = maxBytes;
  for (const line of lines.toReversed()) {
    const bytes = Buffer.from(line);
    if (bytes.length + 1 > left) {
      const part = kept.length === 0 ? bytes.subarray(bytes.length - left) : null;
      if (part) kept.push(Buffer.from(afterFirstLineBreak(part)).toString('utf8'));
      break;
    }
    kept.push(line);
    left -= bytes.length + 1;
  }
  return kept.toReversed();
}
