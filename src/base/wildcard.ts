/**
 * Whether `items` match `pattern`, whose `null` stands for any number of items, in time proportional to the product of
 * the lengths: only the last `null` is ever retried, because an earlier one that matched shorter leaves at least as much.
 * @see https://research.swtch.com/glob
 */
function matchSequence<Item>(pattern: readonly (((item: Item) => boolean) | null)[], items: readonly Item[]): boolean {
  let at = 0;
  let retryAt = -1;
  let retryFrom = 0;
  let position = 0;
  while (position < items.length) {
    const test = pattern[at];
    const item = items[position];
    if (test === null) {
      at += 1;
      retryAt = at;
      retryFrom = position;
    } else if (test !== undefined && item !== undefined && test(item)) {
      at += 1;
      position += 1;
    } else if (retryAt >= 0) {
      at = retryAt;
      retryFrom += 1;
      position = retryFrom;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every((test) => test === null);
}

/** A matcher for one glob without groups: literals, `?`, `*`, `[class]`, backslash escapes, and `**` as a whole segment. */
export function compileWildcard(glob: string, ignoreCase: boolean): (path: string) => boolean {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const segments = glob.split('/').map((segment) => (segment === '**' ? null : segmentTest(segment, fold)));
  return (path) => matchSequence(segments, fold(path).split('/'));
}

type CharacterTest = ((character: string) => boolean) | null;

function segmentTest(segment: string, fold: (text: string) => string): (name: string) => boolean {
  const tests: CharacterTest[] = [];
  for (let rest = segment; rest !== '';) {
    const token = /^(?:\*+|\?|\[[!^]?\]?(?:\\.|[^\]\\])*\]|\\.|.)/su.exec(rest)?.[0] ?? rest;
    tests.push(characterTest(token, fold));
    rest = rest.slice(token.length);
  }
  return (name) => matchSequence(tests, Array.from(name));
}

function characterTest(token: string, fold: (text: string) => string): CharacterTest {
  if (token.startsWith('*')) return null;
  if (token === '?') return () => true;
  if (token.startsWith('[') && token.length > 2) return classTest(token, fold);
  const literal = fold(token.length > 1 && token.startsWith('\\') ? token.slice(1) : token);
  return (character) => character === literal;
}

function classTest(token: string, fold: (text: string) => string): CharacterTest {
  const negated = /^\[[!^]/.test(token);
  const members: ((character: string) => boolean)[] = [];
  const body = token.slice(negated ? 2 : 1, -1);
  for (const [, from = '', to] of body.matchAll(/(\\.|.)(?:-(\\.|.))?/gsu)) {
    const low = fold(from.replace(/^\\(?=.)/su, ''));
    const high = to === undefined ? low : fold(to.replace(/^\\(?=.)/su, ''));
    members.push((character) => character >= low && character <= high);
  }
  return (character) => members.some((member) => member(character)) !== negated;
}
