import type { ComparedTest, RunResults } from './run-results.ts';

/** What differs between two runs, in the order of the second (of the first where only that has it). */
export interface Comparison {
  /** Failed, and did not before; tests that are new too. */
  readonly newlyFailing: readonly Difference[];
  readonly fixed: readonly Difference[];
  readonly slower: readonly Difference[];
  readonly added: readonly Difference[];
  readonly gone: readonly Difference[];
  /** Ran before, and was skipped or not reached now. */
  readonly notRun: readonly Difference[];
  readonly stillFailing: number;
  readonly unchanged: number;
  /** How much longer everything took, taken for the machine: 1 = not longer, or too few tests to tell. */
  readonly machineFactor: number;
}

/** One test in both runs; `null` = not in that one. */
export interface Difference {
  readonly before: ComparedTest | null;
  readonly after: ComparedTest | null;
}

/** A test is slower when it took so many times as long, and so much longer, beyond what everything else did. */
export const slowerRule = { ratio: 1.5, ms: 250 };

/** Tests that must be comparable before anything is said of the machine, and how long each took at least. */
const machineRule = { tests: 20, ms: 50 };

/** Compares two runs test by test. */
export function compareRuns(before: RunResults, after: RunResults): Comparison {
  const machineFactor = machineFactorOf(before, after);
  const found = {
    ...{ newlyFailing: new Array<Difference>(), fixed: new Array<Difference>(), slower: new Array<Difference>() },
    ...{ added: new Array<Difference>(), gone: new Array<Difference>(), notRun: new Array<Difference>() },
  };
  let [stillFailing, unchanged] = [0, 0];
  for (const [key, now] of after.tests) {
    const then = before.tests.get(key) ?? null;
    const kind = kindOf(then, now, machineFactor);
    if (kind === 'still-failing') stillFailing += 1;
    else if (kind === 'unchanged') unchanged += 1;
    else found[kind].push({ before: then, after: now });
  }
  for (const [key, then] of before.tests) {
    if (!after.tests.has(key)) found.gone.push({ before: then, after: null });
  }
  return { ...found, stillFailing, unchanged, machineFactor };
}

type Kind = 'newlyFailing' | 'fixed' | 'slower' | 'added' | 'notRun' | 'still-failing' | 'unchanged';

function kindOf(before: ComparedTest | null, after: ComparedTest, machineFactor: number): Kind {
  if (after.status === 'failed') return before?.status === 'failed' ? 'still-failing' : 'newlyFailing';
  if (before === null) return 'added';
  const ranBefore = before.status === 'passed' || before.status === 'failed';
  if (after.status !== 'passed') return ranBefore ? 'notRun' : 'unchanged';
  if (before.status === 'failed') return 'fixed';
  return before.status === 'passed' && isSlower(before, after, machineFactor) ? 'slower' : 'unchanged';
}

function isSlower(before: ComparedTest, after: ComparedTest, machineFactor: number): boolean {
  if (before.durationMs === null || after.durationMs === null) return false;
  const expectedMs = before.durationMs * machineFactor;
  return after.durationMs >= expectedMs * slowerRule.ratio && after.durationMs - expectedMs >= slowerRule.ms;
}

/** The median of how much longer each took, so that neither a few slow tests nor a slow machine is taken for the other. */
function machineFactorOf(before: RunResults, after: RunResults): number {
  const ratios: number[] = [];
  for (const [key, now] of after.tests) {
    const then = before.tests.get(key);
    if (then?.status !== 'passed' || now.status !== 'passed') continue;
    if (then.durationMs === null || now.durationMs === null || then.durationMs < machineRule.ms) continue;
    ratios.push(now.durationMs / then.durationMs);
  }
  if (ratios.length < machineRule.tests) return 1;
  const median = ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 1;
  return Math.max(1, median);
}
