import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant by a misspelt word; `null` when none is near. */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > longestWord) return null;
  const typed = word.toLowerCase();
  const near = typed.length <= 3 ? 1 : Math.max(2, Math.floor(typed.length / 3));
  let best: { readonly candidate: string; readonly edits: number } | null = null;
  let completion: string | null = null;
  for (const candidate of candidates) {
    if (candidate === word || candidate.length > longestWord) continue;
    const edits = distance(typed, candidate.toLowerCase());
    if (edits <= near && edits < (best?.edits ?? Infinity)) best = { candidate, edits };
    if (typed.length >= 3 && candidate.toLowerCase().startsWith(typed)) completion ??= candidate;
  }
  return best?.candidate ?? completion ?? sameStem(typed, candidates);
}

/** The candidate that begins as the word does, but ends otherwise: `--retry` for `--retries`. */
function sameStem(typed: string, candidates: Iterable<string>): string | null {
  const dashes = /^-*/.exec(typed)?.[0].length ?? 0;
  let best: { readonly candidate: string; readonly shared: number } | null = null;
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    if (lower === typed || candidate.length > longestWord) continue;
    let shared = 0;
    while (shared < typed.length && lower[shared] === typed[shared]) shared += 1;
    const enough = Math.max(4, Math.ceil((typed.length - dashes) * 0.75));
    if (shared - dashes >= enough && shared > (best?.shared ?? 0)) best = { candidate, shared };
  }
  return best?.candidate ?? null;
}

/** ` (did you mean "x"?)` to append to a message about an unknown word, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const suggestion = suggest(word, candidates);
  return suggestion === null ? '' : ` (did you mean "${suggestion}"?)`;
}

/** Nobody misspells more than this, and the comparison takes quadratic time. */
const longestWord = 200;
