/** A rule over the text of files: what may not be in them, or not more often than it is. */
export interface Guard {
  readonly name: string;
  readonly search: GuardSearch;
  /** Globs relative to the root. */
  readonly files: readonly string[];
  readonly except: readonly string[];
  /** Which files are of which priority, the first that matches; what none takes is `P3`. */
  readonly priorities: readonly PriorityFiles[];
  /** `forbid`: not more than `max`; `ratchet`: in no file more than the baseline has of it. */
  readonly mode: 'forbid' | 'ratchet';
  readonly max: number;
  /** A `warning` is told and turns nothing red. */
  readonly severity: 'error' | 'warning';
  /** Guards of one migration go from priority to priority together; `null` = it is part of none. */
  readonly migration: string | null;
  /** What to write instead. */
  readonly message: string;
  /** Why that matters. */
  readonly reason: string;
  /** It is no mistake that none of the files are there. */
  readonly allowEmpty: boolean;
}

/** What a guard looks for: a text as it is, or a JavaScript regular expression (flags `m` and `u`). */
export type GuardSearch = { readonly ignoreCase: boolean } & (
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'pattern'; readonly pattern: string }
);

export type GuardPriority = 'P0' | 'P1' | 'P2' | 'P3';

/** Files of one priority: globs relative to the root. */
export interface PriorityFiles {
  readonly priority: GuardPriority;
  readonly files: readonly string[];
}

/** One place where a guard found what it looks for. */
export interface GuardHit {
  /** From 1. */
  readonly line: number;
  /** The line, cut to 200 characters. */
  readonly text: string;
}

/** What a guard found in one file. */
export interface GuardedFile {
  /** Root-relative. */
  readonly file: string;
  readonly priority: GuardPriority;
  /** At least one. */
  readonly count: number;
  /** The first 20. */
  readonly hits: readonly GuardHit[];
}

/** What a guard found in all of its files. */
export interface GuardCount {
  /** How many files it looked into. */
  readonly looked: number;
  /** Not all of them could be looked into, so that there may be more. */
  readonly incomplete: boolean;
  /** Sorted by name; those with nothing are left out. */
  readonly found: readonly GuardedFile[];
}

/** How often what a ratchet guard looks for may be in each file. */
export interface Baseline {
  readonly guards: Readonly<Record<string, BaselineEntry>>;
}

export interface BaselineEntry {
  /** By root-relative file; at least one each. */
  readonly files: Readonly<Record<string, number>>;
  /** When it was raised, and why; the oldest first. */
  readonly increases: readonly BaselineIncrease[];
}

export interface BaselineIncrease {
  /** In UTC: `2026-08-20`. */
  readonly day: string;
  /** In all files together. */
  readonly by: number;
  readonly reason: string;
}

/** What a guard comes to. */
export interface GuardVerdict {
  readonly guard: Guard;
  readonly looked: number;
  /** One for each of its priorities, P0 first. */
  readonly cells: readonly GuardCell[];
  /** By file; those with nothing are left out. */
  readonly found: readonly GuardedFile[];
  /** Not all of its files could be looked into, so that nothing it finds is enough. */
  readonly incomplete: boolean;
  /** It looked into no file, which is a mistake in its globs. */
  readonly empty: boolean;
}

/** A guard at one priority. */
export interface GuardCell {
  readonly priority: GuardPriority;
  readonly matches: number;
  readonly files: number;
  /** How many there may be; `null` = it is not judged yet. */
  readonly allowed: number | null;
  /** `waiting`: an earlier phase of its migration is not at zero; `over`: there are more than there may be. */
  readonly state: 'zero' | 'within' | 'over' | 'waiting';
  /** The files that have more than they may; empty where only the sum is too high. */
  readonly over: readonly (GuardedFile & { readonly allowed: number })[];
  /** By how many the baseline could go down. */
  readonly slack: number;
  /** What it waits for: `P0 of websockets: 7 left`. */
  readonly waitsFor: string | null;
}
