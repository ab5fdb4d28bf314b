import fc from 'fast-check';

/** What a glob means, as a tree from which both its text and a slow, plain answer are made. */
export type GlobToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly members: string; readonly negated: boolean }
  | { readonly kind: 'either'; readonly choices: readonly string[] };

/** `null` = `**`, any number of folders. */
export type GlobSegment = readonly GlobToken[] | null;

const letter = fc.constantFrom('a', 'b', 'c', '.', '-', '_', 'é', 'A');
const word = fc.string({ unit: letter, minLength: 1, maxLength: 3 });
const token: fc.Arbitrary<GlobToken> = fc.oneof(
  { weight: 4, arbitrary: word.map((text): GlobToken => ({ kind: 'text', text })) },
  { weight: 2, arbitrary: fc.constant<GlobToken>({ kind: 'any' }) },
  { weight: 1, arbitrary: fc.constant<GlobToken>({ kind: 'one' }) },
  {
    weight: 1,
    arbitrary: fc
      .record({ members: fc.constantFrom('a', 'ab', 'abc', 'cé'), negated: fc.boolean() })
      .map((fields): GlobToken => ({ kind: 'class', ...fields })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(word, { minLength: 2, maxLength: 3 })
      .map((choices): GlobToken => ({ kind: 'either', choices })),
  },
);

/** Of one segment; two stars never stand side by side, since three are no more than one. */
export const globTokens: fc.Arbitrary<readonly GlobToken[]> = fc
  .array(token, { minLength: 1, maxLength: 5 })
  .map((tokens) => tokens.filter(({ kind }, index) => kind !== 'any' || tokens[index - 1]?.kind !== 'any'));

export const globSegments: fc.Arbitrary<readonly GlobSegment[]> = fc.array(
  fc.oneof({ weight: 4, arbitrary: globTokens }, { weight: 1, arbitrary: fc.constant(null) }),
  { minLength: 1, maxLength: 4 },
);

/** Paths that globs of these letters may well mean. */
export const paths: fc.Arbitrary<readonly string[]> = fc.array(
  fc.string({ unit: letter, minLength: 1, maxLength: 5 }).filter((name) => !/^\.+$/.test(name)),
  { minLength: 1, maxLength: 4 },
);

export function writeGlob(segments: readonly GlobSegment[]): string {
  return segments.map((segment) => (segment === null ? '**' : segment.map(writeToken).join(''))).join('/');
}

function writeToken(part: GlobToken): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'one':
      return '?';
    case 'any':
      return '*';
    case 'class':
      return `[${part.negated ? '!' : ''}${part.members}]`;
    case 'either':
      return `{${part.choices.join(',')}}`;
  }
}

/** Whether the whole path is meant, found by trying everything. */
export function meansPath(segments: readonly GlobSegment[], path: readonly string[]): boolean {
  const [first, ...rest] = segments;
  if (first === undefined) return path.length === 0;
  if (first === null) return path.some((_, index) => meansPath(rest, path.slice(index))) || meansPath(rest, []);
  const [name, ...below] = path;
  return name !== undefined && meansName(first, name) && meansPath(rest, below);
}

/** Whether the whole name is meant. */
export function meansName(tokens: readonly GlobToken[], name: string): boolean {
  const [first, ...rest] = tokens;
  if (first === undefined) return name === '';
  const [head = '', ...tail] = Array.from(name);
  switch (first.kind) {
    case 'text':
      return name.startsWith(first.text) && meansName(rest, name.slice(first.text.length));
    case 'one':
      return head !== '' && meansName(rest, tail.join(''));
    case 'any':
      return Array.from({ length: name.length + 1 }).some((_, index) => meansName(rest, name.slice(index)));
    case 'class':
      return head !== '' && first.members.includes(head) !== first.negated && meansName(rest, tail.join(''));
    case 'either':
      return first.choices.some((choice) => name.startsWith(choice) && meansName(rest, name.slice(choice.length)));
  }
}
