/**
 * The texts that a key of a JavaScript, TOML or JSON text is set to, `key: 'a'` or `key = ["a", "b"]`, once for each time it is set;
 * `null` for one that is not made of plain texts alone, so that it is not known.
 */
export function literalsOf(text: string, key: string): readonly (readonly string[] | null)[] {
  const found: (readonly string[] | null)[] = [];
  for (const match of text.matchAll(new RegExp(`(?<![\\w.$-])(['"]?)${key}\\1\\s*[:=]\\s*`, 'g'))) {
    found.push(readLiteral(text.slice(match.index + match[0].length)));
  }
  return found;
}

/** The one value of a key that is set once; `null` = it is not, or not known. */
export function onlyLiteral(values: readonly (readonly string[] | null)[]): readonly string[] | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}

const plainText = /^(?:'([^'\\\n]*)'|"([^"\\\n]*)"|`([^`\\$]*)`)/;

function readLiteral(text: string): readonly string[] | null {
  const single = plainText.exec(text);
  if (single !== null) return [textOf(single)];
  if (!text.startsWith('[')) return null;
  const texts: string[] = [];
  let rest = text.slice(1);
  for (;;) {
    rest = rest.replace(/^(?:[\s,]|\/\/.*|#.*|\/\*[^]*?\*\/)+/, '');
    if (rest.startsWith(']')) return texts;
    const next = plainText.exec(rest);
    if (next === null) return null;
    texts.push(textOf(next));
    rest = rest.slice(next[0].length);
  }
}

function textOf(match: RegExpExecArray): string {
  return match[1] ?? match[2] ?? match[3] ?? '';
}

/** A JavaScript text without the objects that these keys are set to, in which the same keys mean something else. */
export function withoutBlocks(text: string, keys: readonly string[]): string {
  let left = text;
  for (const key of keys) {
    for (;;) {
      const start = new RegExp(`(?<![\\w.$-])${key}\\s*:\\s*\\{`).exec(left);
      if (start === null) break;
      left = left.slice(0, start.index) + left.slice(endOfBlock(left, start.index + start[0].length));
    }
  }
  return left;
}

function endOfBlock(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The words that a key of an ini section is set to, on its line and the indented ones below; `null` = it is not set. */
export function iniWords(text: string, section: string, key: string): readonly string[] | null {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim() === `[${section}]`);
  if (start === -1) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('['));
  const own = end === -1 ? rest : rest.slice(0, end);
  const at = own.findIndex((line) => new RegExp(`^${key}\\s*[=:]`).test(line));
  if (at === -1) return null;
  const below = own.slice(at + 1);
  const last = below.findIndex((line) => !/^\s/.test(line));
  const values = [(own[at] ?? '').replace(/^[^=:]*[=:]/, ''), ...(last === -1 ? below : below.slice(0, last))];
  return values.flatMap((value) => value.replace(/\s[#;].*$/, '').split(/\s+/)).filter((word) => word !== '');
}
