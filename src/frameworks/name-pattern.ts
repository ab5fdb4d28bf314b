import type { Keyword } from './keyword.ts';

/** What must match and what must not, each an expression without negation; `null` = no condition. */
export interface SplitKeyword {
  readonly must: Keyword | null;
  readonly mustNot: Keyword | null;
}

/** Source of a regular expression that matches the full names for which the expression holds. */
export function keywordPattern(keyword: Keyword): string {
  return `^${lookahead(keyword)}`;
}

/**
 * Source of a regular expression for exactly this test, or everything in the suite of this name. `adds #2` is a test so named,
 * or the second one named `adds`, which a framework cannot tell from the first: then both run.
 */
export function exactNamePattern(name: string): string {
  return namePattern(name, '(?:$| > )');
}

/** As `exactNamePattern`, of a test alone: where levels are joined by blanks, a suite's name is but the start of any name. */
export function exactTestPattern(name: string): string {
  return namePattern(name, '$');
}

function namePattern(name: string, end: string): string {
  // node:test matches names without the blanks around them.
  const trimmed = name.trim();
  const numbered = /^(.*[^ ]) #(?:[2-9]|[1-9]\d+)$/s.exec(trimmed)?.[1];
  const names = [trimmed, ...(numbered === undefined ? [] : [numbered])].map((text) => joinLevels(text, escapeName));
  return `^\\s*${names.length === 1 ? names.join('') : `(?:${names.join('|')})`}\\s*${end}`;
}

/**
 * The expression as "a and not b" with `a` and `b` free of negations; `null` when it has no such form.
 * A filter that matches a test by its own name, by an enclosing suite's or by the full name gives one answer only for
 * expressions without negation, because whatever such an expression finds in a part it finds in the whole.
 */
export function splitKeyword(keyword: Keyword): SplitKeyword | null {
  switch (keyword.kind) {
    case 'word':
      return { must: keyword, mustNot: null };
    case 'not': {
      const inner = splitKeyword(keyword.of);
      if (inner === null || (inner.must !== null && inner.mustNot !== null)) return null;
      return { must: inner.mustNot, mustNot: inner.must };
    }
    case 'and':
    case 'or': {
      const left = splitKeyword(keyword.left);
      const right = splitKeyword(keyword.right);
      return left === null || right === null ? null : combine(keyword.kind, left, right);
    }
  }
}

function combine(kind: 'and' | 'or', left: SplitKeyword, right: SplitKeyword): SplitKeyword | null {
  if (kind === 'and')
    return { must: both('and', left.must, right.must), mustNot: both('or', left.mustNot, right.mustNot) };
  if (left.mustNot === null && right.mustNot === null)
    return { must: both('or', left.must, right.must), mustNot: null };
  if (left.must === null && right.must === null)
    return { must: null, mustNot: both('and', left.mustNot, right.mustNot) };
  return null;
}

function both(kind: 'and' | 'or', left: Keyword | null, right: Keyword | null): Keyword | null {
  return left === null ? right : right === null ? left : { kind, left, right };
}

function lookahead(keyword: Keyword): string {
  switch (keyword.kind) {
    case 'word':
      return `(?=[\\s\\S]*${joinLevels(keyword.text, escapeAnyCase)})`;
    case 'not':
      return `(?!${lookahead(keyword.of)})`;
    case 'and':
      return `${lookahead(keyword.left)}${lookahead(keyword.right)}`;
    case 'or':
      return `(?:${lookahead(keyword.left)}|${lookahead(keyword.right)})`;
  }
}

// Frameworks join the levels of a name by " " or by " > ", depending on their version.
function joinLevels(name: string, escape: (text: string) => string): string {
  return name.split(/ > | /).map(escape).join('(?: > | )');
}

// Not the flag `i`: a framework's command line takes the source alone.
function escapeAnyCase(text: string): string {
  return Array.from(text, (character) => {
    const lower = character.toLowerCase();
    const upper = character.toUpperCase();
    return lower !== upper && lower.length === 1 && upper.length === 1 ? `[${lower}${upper}]` : escapeRegExp(character);
  }).join('');
}

/** As `escapeRegExp`, of a reported name: where it has U+FFFD, what XML cannot hold was taken from the name that the test has. */
export function escapeName(text: string): string {
  return escapeRegExp(text).replaceAll('\uFFFD', '[\\s\\S]{1,32}?');
}

/** Source of a regular expression, between slashes or not, for this text alone. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (character) => (character === '-' ? '\\x2d' : `\\${character}`));
}
