import { isMapping, pathText, valueAt } from './path.ts';
import type { Path } from './path.ts';
import type { Source } from './source.ts';

/** Notes where the values of the effective config come from; keys are paths such as `suites.backend.batch`. */
export interface Origins {
  /** The written value, or the fallback of the first source that has one. */
  pick<T>(path: Path, written: T | undefined, fallback: Fallback<T>): T;
  /** Notes a value that replaces what was written. */
  note(path: Path, origin: string): void;
  /** Those that were noted so far. */
  all(): ReadonlyMap<string, string>;
}

/** A value that applies where the user wrote none, and what gives it: `framework pytest`, `catalogue`, `default`. */
export interface Fallback<T> {
  readonly value: T;
  readonly origin: string;
}

/** Starts with no origins. */
export function createOrigins(source: Source): Origins {
  const all = new Map<string, string>();
  // Most commands ask for none of them: they are worked out when one is.
  const waiting: (() => void)[] = [];
  const later = (note: () => void): void => void waiting.push(note);
  const noteLeaves = (path: Path): void => {
    const value = valueAt(source.value, path);
    if (isMapping(value)) for (const key of Object.keys(value)) noteLeaves([...path, key]);
    else if (Array.isArray(value) && value.some(isMapping))
      for (const index of value.keys()) noteLeaves([...path, index]);
    else all.set(pathText(path), source.place(path, 'value').origin);
  };
  return {
    pick(path, written, fallback) {
      later(() => (written === undefined ? all.set(pathText(path), fallback.origin) : noteLeaves(path)));
      return written ?? fallback.value;
    },
    note: (path, origin) => later(() => all.set(pathText(path), origin)),
    all() {
      for (const note of waiting.splice(0)) note();
      return all;
    },
  };
}
