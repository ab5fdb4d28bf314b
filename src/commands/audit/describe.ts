import { plural } from '../../base/text.ts';
import type { Guard, GuardCell } from '../../model/guard.ts';

/** What there is of a guard at a priority, and what may be: `P0: 7 matches in 7 files, the baseline has 7`. */
export function describeCell(guard: Guard, cell: GuardCell): string {
  const there =
    cell.matches === 0 ? 'none' : `${plural(cell.matches, 'match', 'matches')} in ${plural(cell.files, 'file')}`;
  return [`${cell.priority}: ${there}`, allowance(guard, cell)].filter((text) => text !== '').join(', ');
}

/** What may be there: `baseline 7`, `at most 3`, `forbidden`, or what it waits for. */
export function allowance({ mode }: Guard, { allowed, waitsFor, matches }: GuardCell): string {
  if (waitsFor !== null) return `waits for ${waitsFor}`;
  if (mode === 'ratchet') return matches === 0 && allowed === 0 ? '' : `baseline ${allowed ?? 0}`;
  return allowed === 0 ? 'forbidden' : `at most ${allowed ?? 0}`;
}

/** The places in the files that have too many. */
export function describeHits({ over }: GuardCell): readonly string[] {
  return over.flatMap(({ file, hits, count }) => [
    ...hits.map(({ line, text }) => `${file}:${line}: ${text}`),
    ...(count > hits.length ? [`${file}: … ${plural(count - hits.length, 'more', 'more')}`] : []),
  ]);
}

/** What the config says to write instead, and why. */
export function whatToDo({ message, reason }: Guard): readonly string[] {
  return [message, reason === '' ? '' : `why: ${reason}`].filter((text) => text !== '');
}
