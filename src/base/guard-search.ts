import type { GuardSearch } from '../model/guard.ts';

/** The regular expression of a guard: over several lines, with `^` and `$` at each of them. @throws SyntaxError when it is none */
export function compileSearch(search: GuardSearch): RegExp {
  const source = search.kind === 'pattern' ? search.pattern : search.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(source, `gmu${search.ignoreCase ? 'i' : ''}`);
}
