import picomatch from 'picomatch';
import { UsageError } from '../errors.ts';
import { compileWildcard } from './wildcard.ts';

/** Whether a path (with `/`) is meant. */
export type PathMatcher = (path: string) => boolean;

/**
 * The globs of a config as one matcher: case-sensitive, hidden files included, a union. A glob that names a folder takes what is
 * below it; `!glob` takes away, and with nothing but those everything else matches; an empty list matches nothing.
 * Parentheses and `|` outside an extended group (`@(a|b)`) are literal, so that `app/(auth)/**` means what it says.
 * @throws UsageError when a glob is empty or too long
 */
export function compileGlobs(globs: readonly string[]): PathMatcher {
  const wanted = globs.filter((glob) => !isNegated(glob)).map(compileFolderOrFile);
  const unwanted = globs.filter(isNegated).map((glob) => compileFolderOrFile(glob.slice(1)));
  if (wanted.length === 0 && unwanted.length > 0) wanted.push(() => true);
  return (path) => wanted.some((matches) => matches(path)) && !unwanted.some((matches) => matches(path));
}

/**
 * The words of `--pattern` as one matcher: case-insensitive, a union. With `/` a glob over the whole path; without, a glob that any
 * segment of the path may match; without any glob character, a substring of the path.
 * @throws UsageError when a pattern is empty or too long
 */
export function compilePatterns(patterns: readonly string[]): PathMatcher {
  const matchers = patterns.map(compilePattern);
  return (path) => matchers.some((matches) => matches(path));
}

/** The folder above the first segment of a glob that holds a glob character: `tests/e2e` of `tests/e2e/*.py`, empty when there is none. */
export function globBase(glob: string): string {
  const segments = clean(glob).split('/');
  const dynamic = segments.findIndex((segment) => /[*?[\]{}()!\\]/.test(segment));
  return segments.slice(0, dynamic === -1 ? segments.length - 1 : dynamic).join('/');
}

/** Whether a glob takes files away. */
export function isNegated(glob: string): boolean {
  return glob.startsWith('!') && !glob.startsWith('!(');
}

function compileFolderOrFile(glob: string): PathMatcher {
  const cleaned = clean(glob);
  const folder = /^([^*?[\]{}()!\\]+)\/\*\*$/.exec(cleaned)?.[1];
  if (folder !== undefined) return (path) => path.startsWith(`${folder}/`) || path === folder;
  return compileGlob(cleaned.endsWith('*') ? cleaned : `${cleaned}/**`, glob, false);
}

function compilePattern(pattern: string): PathMatcher {
  const cleaned = pattern.normalize('NFC').replace(/^(?:\.\/+)+/, '');
  if (cleaned.trim() === '')
    throw new UsageError('a pattern is empty', 'leave --pattern out to select every test file');
  const matches = hasGlobCharacters(cleaned) ? compileGlob(cleaned, pattern, true) : substring(cleaned);
  if (cleaned.includes('/') || !hasGlobCharacters(cleaned)) return (path) => matches(path.normalize('NFC'));
  // Thousands of paths share their folders.
  const known = new Map<string, boolean>();
  const matchesSegment = (segment: string): boolean => {
    const before = known.get(segment);
    if (before !== undefined) return before;
    const result = matches(segment);
    known.set(segment, result);
    return result;
  };
  return (path) => path.normalize('NFC').split('/').some(matchesSegment);
}

function substring(text: string): PathMatcher {
  const folded = text.toLowerCase();
  return (path) => path.toLowerCase().includes(folded);
}

function hasGlobCharacters(pattern: string): boolean {
  return /[*?[\]{}]|[@+!]\(/.test(pattern);
}

function clean(glob: string): string {
  const cleaned = glob.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '/**');
  return cleaned === '.' || cleaned === '' ? '**' : cleaned;
}

function compileGlob(glob: string, written: string, ignoreCase: boolean): PathMatcher {
  if (written.trim() === '') throw new UsageError('a glob is empty', 'write ** to mean every file');
  if (written.length > 4096) {
    throw new UsageError(
      `a glob of ${written.length} characters is too long (4096 at most)`,
      'write it as several, or name a folder',
    );
  }
  if (isHeavy(glob)) {
    const alternatives = expandBraces(glob);
    if (alternatives === null || hasGroup(glob)) {
      throw new UsageError(
        `the glob "${written}" repeats or combines too much to be matched in bounded time`,
        'write it as several simpler globs',
      );
    }
    const matchers = alternatives.map((alternative) => compileWildcard(alternative, ignoreCase));
    return (path) => matchers.some((matches) => matches(path));
  }
  // The `s` flag: a folder's name may hold a line break, which the dot in picomatch's `**` would not cross.
  // Its short cuts mean something else: `*.*` would want a character behind the dot.
  const options = { dot: true, nonegate: true, posix: true, fastpaths: false, flags: ignoreCase ? 'is' : 's' };
  return picomatch(escapeBareGroups(glob), options);
}

/** A regular expression backtracks through every way to share a name among its stars: `*a*a*a*a*b` would never end on a long one. */
function isHeavy(glob: string): boolean {
  const segments = glob.split('/');
  const globstars = segments.filter((segment) => segment === '**').length;
  const stars =
    segments
      .filter((segment) => segment !== '**')
      .join('/')
      .match(/\*+|\+\(/g)?.length ?? 0;
  return stars > 3 || globstars > 3 || hasAmbiguousRepetition(glob);
}

function hasGroup(glob: string): boolean {
  return /[@+!?*]\(|\[\[:/.test(glob);
}

/** `+(a|b*)` can be read in exponentially many ways; `+([0-9])` in one. */
function hasAmbiguousRepetition(glob: string): boolean {
  return /[+*]\(/.test(glob.replaceAll(/[+*]\([^()|*\\]*\)/g, ''));
}

/** `a{b,c}` as `ab` and `ac`; `null` when there would be more than a thousand. */
function expandBraces(glob: string): readonly string[] | null {
  const done: string[] = [];
  const open = [glob];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const found = /(?<!\\)\{([^{}]*,[^{}]*)(?<!\\)\}/.exec(next);
    if (found === null) done.push(next);
    else {
      const before = next.slice(0, found.index);
      const after = next.slice(found.index + found[0].length);
      open.push(...(found[1] ?? '').split(',').map((choice) => before + choice + after));
    }
    if (open.length + done.length > 1000) return null;
  }
  return done;
}

/** Escapes `(`, `)` and `|` outside extended groups and `+` outside `+(`, all of which picomatch hands to the regular expression. */
function escapeBareGroups(glob: string): string {
  const groups: boolean[] = [];
  return glob.replace(/\\.|[@!?+*]\(|[()|+]/gs, (token) => {
    if (token.startsWith('\\')) return token;
    if (token.length === 2) {
      groups.push(true);
      return token;
    }
    if (token === '(') {
      groups.push(false);
      return '\\(';
    }
    if (token === ')') return groups.pop() === true ? ')' : '\\)';
    if (token === '|') return groups.at(-1) === true ? '|' : '\\|';
    return '\\+';
  });
}
