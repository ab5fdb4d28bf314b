/** What a `--keyword` expression says about a test's full name. */
export type Keyword =
  /** Part of the name, whatever the case. */
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'not'; readonly of: Keyword }
  | { readonly kind: 'and' | 'or'; readonly left: Keyword; readonly right: Keyword };

export type ParsedKeyword =
  { readonly kind: 'keyword'; readonly keyword: Keyword } | { readonly kind: 'problem'; readonly problem: string };

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
}

type Parsed = Keyword | { readonly kind: 'problem'; readonly problem: string };

const maxLength = 4096;
const maxDepth = 200;
const operators: ReadonlySet<string> = new Set(['and', 'or', 'not', '(', ')']);

/** Reads pytest's `-k` language (`and`, `or`, `not`, parentheses), in which words side by side are one phrase. */
export function parseKeyword(text: string): ParsedKeyword {
  if (text.length > maxLength) return { kind: 'problem', problem: `it is longer than ${maxLength} characters` };
  const cursor: Cursor = { tokens: text.match(/[()]|"[^"]*"|'[^']*'|[^\s()]+/g) ?? [], at: 0, depth: 0 };
  if (cursor.tokens.length === 0) return { kind: 'problem', problem: 'it is empty' };
  const parsed = parseOr(cursor);
  if (parsed.kind === 'problem') return parsed;
  const rest = cursor.tokens[cursor.at];
  if (rest !== undefined) return { kind: 'problem', problem: `"${rest}" is not expected there` };
  return { kind: 'keyword', keyword: parsed };
}

/** Every word and phrase of an expression, in order. */
export function wordsOf(keyword: Keyword): readonly string[] {
  switch (keyword.kind) {
    case 'word':
      return [keyword.text];
    case 'not':
      return wordsOf(keyword.of);
    case 'and':
    case 'or':
      return [...wordsOf(keyword.left), ...wordsOf(keyword.right)];
  }
}

function parseOr(cursor: Cursor): Parsed {
  let left = parseAnd(cursor);
  while (left.kind !== 'problem' && take(cursor, 'or')) {
    const right = parseAnd(cursor);
    left = right.kind === 'problem' ? right : { kind: 'or', left, right };
  }
  return left;
}

function parseAnd(cursor: Cursor): Parsed {
  let left = parseNot(cursor);
  while (left.kind !== 'problem' && take(cursor, 'and')) {
    const right = parseNot(cursor);
    left = right.kind === 'problem' ? right : { kind: 'and', left, right };
  }
  return left;
}

function parseNot(cursor: Cursor): Parsed {
  if (cursor.depth >= maxDepth) return { kind: 'problem', problem: 'it is nested too deeply' };
  cursor.depth += 1;
  const parsed = parseInner(cursor);
  cursor.depth -= 1;
  return parsed;
}

function parseInner(cursor: Cursor): Parsed {
  if (take(cursor, 'not')) {
    const of = parseNot(cursor);
    return of.kind === 'problem' ? of : { kind: 'not', of };
  }
  if (take(cursor, '(')) {
    const inner = parseOr(cursor);
    if (inner.kind === 'problem' || take(cursor, ')')) return inner;
    return { kind: 'problem', problem: 'a ")" is missing' };
  }
  return parsePhrase(cursor);
}

function parsePhrase(cursor: Cursor): Parsed {
  const words: string[] = [];
  for (
    let word = cursor.tokens[cursor.at];
    word !== undefined && !operators.has(word);
    word = cursor.tokens[cursor.at]
  ) {
    words.push(/^(["']).*\1$/s.test(word) && word.length > 1 ? word.slice(1, -1) : word);
    cursor.at += 1;
  }
  const text = words.join(' ').trim();
  if (text !== '') return { kind: 'word', text };
  const found = cursor.tokens[cursor.at];
  return { kind: 'problem', problem: `a word is missing ${found === undefined ? 'at its end' : `before "${found}"`}` };
}

function take(cursor: Cursor, token: string): boolean {
  if (cursor.tokens[cursor.at] !== token) return false;
  cursor.at += 1;
  return true;
}

/** Why the expression cannot be read, and what to write instead; `null` = it can be. */
export function keywordProblem(expression: string): string | null {
  const parsed = parseKeyword(expression);
  return parsed.kind === 'problem' ? parsed.problem : null;
}
