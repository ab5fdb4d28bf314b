// eslint-disable-next-line no-control-regex
const invisible = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** One word for sh, bash and zsh that stands for exactly this text, so that a command can be pasted. */
export function shellQuote(word: string): string {
  if (/^[A-Za-z0-9_./=@%+,-]+$/.test(word)) return word;
  if (invisible.test(word)) return dollarQuote(word);
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words of a command, quoted where needed and joined. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}

/** `$'…'`: invisible characters are written as escapes, so that the line can be shown and copied. */
function dollarQuote(word: string): string {
  const escaped = Array.from(word, (character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
    return invisible.test(character) ? `\\u${code.toString(16).padStart(4, '0')}` : character;
  });
  return `$'${escaped.join('')}'`;
}
