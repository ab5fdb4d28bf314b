const maxCleanedLength = 256 * 1024;

/** What a terminal would obey instead of show: CSI, OSC and other string sequences, two-character escapes. */
// Not util.stripVTControlCharacters: 1 MB of repeated "ESC ]" keeps it busy for minutes, and tests print what they like.
// Every alternative here begins with ESC (or its C1 twin) and cannot run over the next one, so matching is linear.
const escapeSequence =
  // eslint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

/** Characters that reorder, hide or overwrite text; tab and newline are kept. */
const unsafeCharacter =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Makes text from anywhere harmless to show: no escape sequences, no control or bidirectional characters, at most 256 Ki characters. */
export function plain(text: string): string {
  const bounded = text.length > maxCleanedLength ? `${text.slice(0, maxCleanedLength)}…` : text;
  return bounded
    .toWellFormed()
    .replace(escapeSequence, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '    ')
    .replace(unsafeCharacter, showUnsafe);
}

/** `plain`, and on one line: line breaks and runs of blanks become one space. */
export function oneLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim();
}

/** Columns that plain text takes on a terminal. */
export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Plain text of at most `width` columns; what is cut off is marked by `…` at the end, or at the start when the end matters. */
export function truncate(text: string, width: number, keep: 'start' | 'end' = 'start'): string {
  if (width <= 0) return '';
  if (text.length <= width && isAscii(text)) return text;
  // A character takes no more than two columns and four code units may be invisible marks: no need to measure a megabyte.
  const bounded = keep === 'start' ? text.slice(0, width * 8) : text.slice(-width * 8);
  if (bounded.length === text.length && displayWidth(text) <= width) return text;
  const characters = Array.from(bounded.toWellFormed());
  if (keep === 'end') characters.reverse();
  const kept: string[] = [];
  let used = 1;
  for (const character of characters) {
    used += characterWidth(character);
    if (used > width) break;
    kept.push(character);
  }
  return keep === 'start' ? `${kept.join('')}…` : `…${kept.reverse().join('')}`;
}

/** Breaks one line of plain text at blanks into lines of at most `width` columns; a longer word is cut. */
export function wrap(text: string, width: number): readonly string[] {
  const limit = Math.max(1, width);
  if (displayWidth(text) <= limit) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => pieces(long, limit))) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > limit) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** `1 test`, `3 tests`, `1,200 tests`; give the plural where adding an s is wrong. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(count)} ${count === 1 ? one : many}`;
}

/** A whole number with its digits in groups: `1,200`. By hand, since the first use of a locale costs 10 ms. */
export function groupDigits(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** The first `count` lines that are not blank, made harmless, each cut to `width`; the last one says how many are left out. */
export function firstLines(text: string, count: number, width: number): readonly string[] {
  const lines = plain(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const shown = lines.slice(0, lines.length > count ? Math.max(0, count - 1) : count);
  const cut = shown.map((line) => truncate(line, width));
  return lines.length > count
    ? [...cut, truncate(`… ${plural(lines.length - shown.length, 'more line')}`, width)]
    : cut;
}

/** Seconds with three decimals, right-aligned in eight columns and bracketed: `[   0.512s]`. */
export function bracketSeconds(ms: number, prefix: '' | '>' = ''): string {
  return `[${prefix}${(ms / 1000).toFixed(3).padStart(8 - prefix.length)}s]`;
}

function showUnsafe(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // What is left of C0 and C1 carries no meaning in text; the others reorder or hide it, and a reader should know.
  if (code < 0xa0 || code === 0xfeff) return code === 0x1b ? '␛' : '';
  return `\\u{${code.toString(16)}}`;
}

function pieces(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word];
  const result: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word) {
    const columns = characterWidth(character);
    if (used + columns > width && piece !== '') {
      result.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += columns;
  }
  result.push(piece);
  return result;
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Unicode's East Asian Width W and F, as ranges; emoji presentation is taken from the character's own property. */
const wideCharacter =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0;
  return wideCharacter.test(character) ? 2 : 1;
}

/** `name: text`, or the text alone where it begins with the name. */
export function labelled(name: string, text: string): string {
  const says = name !== '' && text.startsWith(name) && !/^[\w-]/.test(text.slice(name.length));
  return says ? text : `${name}: ${text}`;
}

/** A word of a command line as a message names it: in quotes where it would not be seen. */
export function seen(word: string): string {
  return /^\S+$/.test(word) ? word : JSON.stringify(word);
}
