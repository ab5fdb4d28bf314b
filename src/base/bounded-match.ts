import { createContext, Script } from 'node:vm';

/** Longest time that one look at a text may take, in milliseconds. */
const limitMs = 100;
/** Of a longer text the start and the end are looked at. */
const maxLength = 64 * 1024;

const script = new Script('pattern.test(text)');

/** What became of a match; `gave-up` = it took too long, and so would the next. */
export type Matched = 'yes' | 'no' | 'gave-up';

/**
 * A test for a pattern that somebody else wrote, which ends in 100 ms at most however much it backtracks: V8 looks for the time limit of a
 * script while it matches. A linear-time engine would refuse patterns that are common in configs (look-ahead, back-references).
 */
export function boundedMatcher(pattern: RegExp): (text: string) => Matched {
  const context = createContext({ pattern: new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')), text: '' });
  let gaveUp = false;
  return (text) => {
    if (gaveUp) return 'gave-up';
    context['text'] = text.length <= maxLength ? text : text.slice(0, maxLength / 2) + text.slice(-maxLength / 2);
    try {
      return script.runInContext(context, { timeout: limitMs }) === true ? 'yes' : 'no';
    } catch {
      gaveUp = true;
      return 'gave-up';
    } finally {
      context['text'] = '';
    }
  };
}
