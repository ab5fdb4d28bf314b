import { createContext, Script } from 'node:vm';

/** Longest time that looking may take, in milliseconds of the clock: on a busy machine little of that is ours. */
const limitMs = 1000;
/** Of a longer text the start and the end are looked at. */
const maxLength = 64 * 1024;

/** The named groups of the first text that matches, `null` for none. */
const script = new Script(`(() => {
  for (const text of texts) {
    const match = pattern.exec(text);
    if (match !== null) return match.groups ?? {};
  }
  return null;
})()`);

/** What became of a match; `gave-up` = it took too long, and so would the next. */
export type Matched = 'yes' | 'no' | 'gave-up';

/** Named groups of what was found, empty texts for those that took no part. */
export type Groups = Readonly<Record<string, string>>;

/**
 * A test for a pattern that somebody else wrote, which ends in a second at most however much it backtracks: V8 looks for the time limit of a
 * script while it matches. A linear-time engine would refuse patterns that are common in configs (look-ahead, back-references).
 */
export function boundedMatcher(pattern: RegExp): (text: string) => Matched {
  const search = createSearch(pattern);
  return (text) => {
    const shown = text.length <= maxLength ? text : text.slice(0, maxLength / 2) + text.slice(-maxLength / 2);
    const found = search([shown]);
    return found === 'gave-up' ? found : found === null ? 'no' : 'yes';
  };
}

/** A search for the first line that such a pattern matches, which ends in a second at most; `null` = none does. */
export function boundedSearch(pattern: RegExp): (lines: readonly string[]) => Groups | null | 'gave-up' {
  return createSearch(pattern);
}

function createSearch(pattern: RegExp): (texts: readonly string[]) => Groups | null | 'gave-up' {
  const none: readonly string[] = [];
  const context = createContext({
    pattern: new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')),
    texts: none,
  });
  let gaveUp = false;
  return (texts) => {
    if (gaveUp) return 'gave-up';
    context['texts'] = texts;
    try {
      const found: unknown = script.runInContext(context, { timeout: limitMs });
      return typeof found === 'object' && found !== null ? groupsOf(found) : null;
    } catch {
      gaveUp = true;
      return 'gave-up';
    } finally {
      context['texts'] = none;
    }
  };
}

function groupsOf(groups: object): Groups {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]: readonly [string, unknown]) => [
      name,
      typeof value === 'string' ? value : '',
    ]),
  );
}

const call = new Script('work()');

/**
 * Does something that matches patterns that somebody else wrote; `null` = it was stopped half done because it took longer than `mostMs`, so that what
 * it had begun with is not to be used.
 */
export function doBounded<T>(work: () => T, mostMs: number): { readonly value: T } | null {
  let done: { readonly value: T } | null = null;
  const context = createContext({ work: () => (done = { value: work() }) });
  try {
    call.runInContext(context, { timeout: mostMs });
    return done;
  } catch (error) {
    // Of another realm, so that it is no `instanceof Error`.
    const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
}
