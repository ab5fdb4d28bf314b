import type {
  Baseline,
  BaselineEntry,
  Guard,
  GuardCell,
  GuardCount,
  GuardedFile,
  GuardPriority,
  GuardVerdict,
} from '../model/guard.ts';
import { allowedIn, entryFor } from './baseline.ts';
import { createFileRule } from './file-rule.ts';
import type { FileRule } from './file-rule.ts';

/** A guard with what it counted. */
export interface CountedGuard {
  readonly guard: Guard;
  readonly count: GuardCount;
}

/** All priorities, the most urgent first. */
export const guardPriorities: readonly GuardPriority[] = ['P0', 'P1', 'P2', 'P3'];

/** Holds counts against what is allowed; the baseline has an entry for each guard that is a ratchet. */
export function judgeGuards(counted: readonly CountedGuard[], baseline: Baseline): readonly GuardVerdict[] {
  const phases = currentPhases(counted);
  return counted.map((one) => {
    const { guard, count } = one;
    const known = { rule: createFileRule(guard), allowed: entryFor(baseline, guard.name)?.files ?? {}, phases };
    const cells = prioritiesOf(one, known).map((priority) => judgeCell(one, priority, known));
    return {
      guard,
      looked: count.looked,
      found: count.found,
      cells,
      incomplete: count.incomplete,
      empty: count.looked === 0 && !guard.allowEmpty,
    };
  });
}

/** Whether there is more than there may be, and that is no mere warning. */
export function isViolated({ guard, cells }: Pick<GuardVerdict, 'guard' | 'cells'>): boolean {
  return guard.severity === 'error' && cells.some(({ state }) => state === 'over');
}

/** Guards of which something is left up to a priority, with how much. */
export function leftUpTo(
  verdicts: readonly GuardVerdict[],
  last: GuardPriority,
): readonly { readonly guard: string; readonly matches: number }[] {
  const priorities = guardPriorities.slice(0, guardPriorities.indexOf(last) + 1);
  return verdicts
    .map(({ guard, cells }) => ({
      guard: guard.name,
      matches: sum(cells.filter(({ priority }) => priorities.includes(priority)).map(({ matches }) => matches)),
    }))
    .filter(({ matches }) => matches > 0);
}

interface Phase {
  readonly priority: GuardPriority;
  readonly left: number;
}

/** The first priority of each migration that is not at zero. */
function currentPhases(counted: readonly CountedGuard[]): ReadonlyMap<string, Phase> {
  const phases = new Map<string, Phase>();
  for (const [migration, members] of Map.groupBy(counted, ({ guard }) => guard.migration)) {
    if (migration === null) continue;
    const found = members.flatMap(({ count }) => count.found);
    const left = (priority: GuardPriority): number =>
      sum(found.filter((one) => one.priority === priority).map(({ count }) => count));
    const priority = guardPriorities.find((candidate) => left(candidate) > 0);
    if (priority !== undefined) phases.set(migration, { priority, left: left(priority) });
  }
  return phases;
}

interface Known {
  readonly rule: FileRule;
  /** What the baseline allows, by file. */
  readonly allowed: BaselineEntry['files'];
  readonly phases: ReadonlyMap<string, Phase>;
}

/** Those that the guard names, and those of files that have, or had, something. */
function prioritiesOf({ guard, count }: CountedGuard, { rule, allowed }: Known): readonly GuardPriority[] {
  const used = new Set([
    ...guard.priorities.map(({ priority }) => priority),
    ...count.found.map(({ priority }) => priority),
    ...Object.keys(allowed).map((file) => rule.priorityOf(file)),
  ]);
  return guardPriorities.filter((priority) => used.has(priority));
}

function judgeCell({ guard, count }: CountedGuard, priority: GuardPriority, known: Known): GuardCell {
  const found = count.found.filter((one) => one.priority === priority);
  const matches = sum(found.map((one) => one.count));
  const counts = { priority, matches, files: found.length };
  const nothing = { over: [], slack: 0, waitsFor: null };
  if (guard.mode === 'ratchet') return { ...counts, ...nothing, ...heldAgainst(found, priority, known) };
  const phase = guard.migration === null ? undefined : known.phases.get(guard.migration);
  if (matches > 0 && phase !== undefined && phase.priority < priority) {
    const waitsFor = `${phase.priority} of ${guard.migration ?? ''}: ${phase.left} left`;
    return { ...counts, ...nothing, allowed: null, state: 'waiting', waitsFor };
  }
  const isOver = matches > guard.max;
  const over = isOver && guard.max === 0 ? found.map((one) => ({ ...one, allowed: 0 })) : [];
  return {
    ...counts,
    ...nothing,
    allowed: guard.max,
    over,
    state: isOver ? 'over' : matches === 0 ? 'zero' : 'within',
  };
}

/** Each file by itself: what one has lost is no room for another. */
function heldAgainst(
  found: readonly GuardedFile[],
  priority: GuardPriority,
  { rule, allowed }: Known,
): Pick<GuardCell, 'allowed' | 'state' | 'over' | 'slack'> {
  const now = new Map(found.map(({ file, count }) => [file, count]));
  const own = Object.entries(allowed).filter(([file]) => rule.priorityOf(file) === priority);
  const over = found
    .map((one) => ({ ...one, allowed: allowedIn(allowed, one.file) }))
    .filter((one) => one.count > one.allowed);
  return {
    allowed: sum(own.map(([, count]) => count)),
    slack: sum(own.map(([file, count]) => Math.max(0, count - (now.get(file) ?? 0)))),
    over,
    state: over.length > 0 ? 'over' : found.length === 0 ? 'zero' : 'within',
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
