/** A piece of text that is shown in one way. */
export interface Piece {
  readonly text: string;
  /** Names of classes for what a terminal would have shown; empty for plain text. */
  readonly look: string;
  /** What the mark stands for, where the text is one in place of a character that cannot be seen. */
  readonly mark: string | null;
}

/**
 * In this order: emoji, whose joiners are harmless; a colour or other control sequence; a string sequence (a title, a link); a short
 * escape; the end of a line; and each character that hides, moves or reorders text. Every alternative is told from the others by how it
 * begins and cannot run over the next one, so matching is linear.
 */
const special =
  // eslint-disable-next-line no-control-regex
  /(?<emoji>\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f]*(?:\u200d\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f]*)*|[0-9#*]\ufe0f\u20e3)|(?:\u001b\[|\u009b)(?<codes>[0-?]*)[ -/]*(?<final>[@-~])|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-OQ-WYZ\\`-~]|\r\n|(?<hidden>[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}])/gu;

/** The text as pieces: terminal colours become looks, other terminal commands are left out, and what could disguise text becomes a mark. */
export function pieces(text: string): readonly Piece[] {
  const shown: Piece[] = [];
  const look = newLook();
  let done = 0;
  const add = (piece: string, mark: string | null): void => {
    if (piece !== '') shown.push({ text: piece, look: mark === null ? look.name() : '', mark });
  };
  for (const match of text.matchAll(special)) {
    const { emoji, codes, final, hidden } = match.groups ?? {};
    if (emoji !== undefined || hidden === '\n' || hidden === '\t') continue;
    add(text.slice(done, match.index), null);
    done = match.index + match[0].length;
    if (hidden !== undefined) add(...markOf(hidden));
    else if (match[0] === '\r\n') add('\n', null);
    else if (final === 'm' && codes !== undefined) look.apply(codes);
  }
  add(text.slice(done), null);
  return shown;
}

/** The text as it is shown, without looks. */
export function visibleText(text: string): string {
  return pieces(text)
    .map((piece) => piece.text)
    .join('');
}

const names: Readonly<Record<number, string>> = {
  0x00ad: 'soft hyphen',
  0x061c: 'Arabic letter mark',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'end of embedding or override',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'end of isolate',
  0xfeff: 'byte order mark',
};

function markOf(character: string): [text: string, mark: string] {
  const code = character.codePointAt(0) ?? 0;
  const point = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (code < 0x20) return [String.fromCharCode(0x2400 + code), `control character ${point}`];
  if (code === 0x7f) return ['\u2421', `control character ${point}`];
  const kind = code < 0xa0 ? 'control character' : code >= 0xd800 && code <= 0xdfff ? 'half of a character' : null;
  return [point, names[code] ?? kind ?? 'character that cannot be seen'];
}

interface Look {
  name(): string;
  /** Takes the numbers of a colour sequence: `1;31`. */
  apply(codes: string): void;
}

/** Backgrounds only set text apart: a pair of colours of the output's choice may not be readable. Concealed text is shown. */
function newLook(): Look {
  const on = new Set<string>();
  let colour = '';
  const one = (code: number): void => {
    if (code === 0) {
      on.clear();
      colour = '';
    } else if (code === 1) on.add('t-bold');
    else if (code === 2) on.add('t-dim');
    else if (code === 3) on.add('t-italic');
    else if (code === 4) on.add('t-under');
    else if (code === 22) for (const name of ['t-bold', 't-dim']) on.delete(name);
    else if (code === 23) on.delete('t-italic');
    else if (code === 24) on.delete('t-under');
    else if (code === 39) colour = '';
    else if (code === 27 || code === 49) on.delete('t-back');
    else if (code === 7 || (code >= 40 && code <= 47) || (code >= 100 && code <= 107)) on.add('t-back');
    else if (code >= 30 && code <= 37) colour = `t-${code - 30}`;
    else if (code >= 90 && code <= 97) colour = `t-${code - 90}`;
  };
  return {
    name: () => [...on, colour].filter((name) => name !== '').join(' '),
    apply(codes) {
      // 38;5;n and 38;2;r;g;b take numbers that are no codes of their own; they keep the colour of the text.
      const own = codes.replace(/[34]8[;:](?:5[;:]\d*|2(?:[;:]\d*){0,4})/g, '').split(/[;:]/);
      for (const code of own) one(Number(code));
    },
  };
}
