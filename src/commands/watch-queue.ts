import type { SeenChange } from '../workspace/watch-files.ts';

/** What is to be run next. */
export type Wanted =
  | { readonly kind: 'all' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'changes'; readonly paths: readonly SeenChange[] };

/** Decides what changes and keys come to: at once, after the run that goes on, or not at all. */
export interface WatchQueue {
  /** A person asks; a run that goes on is in vain then. */
  ask(wanted: Wanted): void;
  changed(changes: readonly SeenChange[]): void;
  /** What to run next, which has then begun at this time; `null` = nothing yet. */
  next(nowMs: number): Wanted | null;
  /** The run ended at this time. One that was in vain has not tested its changes. */
  ended(nowMs: number): void;
  /** The run that goes on is in vain. */
  readonly isInVain: boolean;
  /** What changed while tests ran and is taken for theirs, since it was asked for last. */
  takeHeld(): readonly string[];
}

/** Runs in a row that come of changes during a run; who saves more often is no person, but the tests. */
const mostInRow = 3;

/**
 * A file that was made while tests ran is taken for theirs, and so is one that changes during several runs in a row: neither runs anything by
 * itself, or tests that write files would run for ever. Any other change makes the run that goes on be given up, and what it was for run again.
 */
export function createWatchQueue(): WatchQueue {
  const pending = new Map<string, SeenChange & { readonly isOfRun: boolean }>();
  const own = new Set<string>();
  const untold = new Set<string>();
  let asked: Wanted | null = null;
  let givenUp: Wanted | null = null;
  let current: Wanted | null = null;
  let isInVain = false;
  let [inRow, begunAtMs, endedAtMs] = [0, 0, 0];
  const add = (change: SeenChange): void => {
    const isOfRun =
      (current !== null && change.atMs >= begunAtMs) ||
      change.atMs <= endedAtMs ||
      (change.kind === 'deleted' && own.has(change.path));
    if (isOfRun && (change.isNew || own.has(change.path) || inRow >= mostInRow)) {
      if (!own.has(change.path)) untold.add(change.path);
      own.add(change.path);
    } else {
      pending.set(change.path, { ...change, isOfRun });
      isInVain ||= current !== null;
    }
  };
  return {
    ask(wanted) {
      asked = wanted;
      isInVain = current !== null;
    },
    changed: (changes) => changes.forEach(add),
    next(nowMs) {
      const wanted = asked ?? givenUp;
      if (wanted === null && pending.size === 0) return null;
      const isOwnDoing = asked === null && [...pending.values()].every(({ isOfRun }) => isOfRun);
      inRow = isOwnDoing ? inRow + 1 : 0;
      current = wanted ?? { kind: 'changes', paths: [...pending.values()] };
      [asked, givenUp, isInVain, begunAtMs] = [null, null, false, nowMs];
      if (current.kind !== 'failed') pending.clear();
      return current;
    },
    ended(nowMs) {
      if (isInVain && current?.kind === 'changes')
        for (const change of current.paths)
          if (!pending.has(change.path)) pending.set(change.path, { ...change, isOfRun: true });
      if (isInVain && current !== null && current.kind !== 'changes') givenUp = current;
      [current, isInVain, endedAtMs] = [null, false, nowMs];
    },
    get isInVain() {
      return isInVain;
    },
    takeHeld() {
      const told = [...untold];
      untold.clear();
      return told;
    },
  };
}
