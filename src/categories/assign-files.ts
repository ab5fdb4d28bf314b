import { UsageError } from '../errors.ts';
import type { Category, Config, Suite } from '../model/config.ts';
import type { PlanFacts } from '../model/plan.ts';
import type { Selection } from '../model/selection.ts';
import { rank } from './graph.ts';
import { isPartial, membersOf, unitsOf, wholeSuite, type Member, type PlannerTraits } from './membership.ts';

/** A file, or a part of it, and the category that runs it. */
export interface Claim {
  readonly category: Category;
  readonly suite: Suite;
  /** Root-relative, or `wholeSuite`. */
  readonly file: string;
  readonly keyword: string | null;
  readonly markers: string | null;
  /** Categories that would have run it too. */
  readonly alsoIn: readonly string[];
  /** Tests of the file to run, by name; `null` = all of it. */
  readonly names: readonly string[] | null;
}

/** Who runs what, before anything on the command line narrows it. */
export interface Assignment {
  readonly claims: readonly Claim[];
  /** Categories that may not run here, with the files that therefore nobody runs. */
  readonly skipped: ReadonlyMap<string, readonly string[]>;
  /** Selected categories without a single test. */
  readonly empty: ReadonlySet<string>;
}

/**
 * Gives each file of each suite to the most urgent category that takes it (equal ones: the one defined first), whether or not others take it
 * too. A selector with `keyword` or `markers` takes only a part, and which part only the framework knows: so what a more
 * urgent category takes in part, a less urgent one still runs whole, and no test is lost.
 * @throws UsageError when a selector lists files of a suite that has none
 */
export function assignFiles(
  config: Config,
  selection: Selection,
  { facts, traits }: { readonly facts: PlanFacts; readonly traits: ReadonlyMap<string, PlannerTraits> },
): Assignment {
  const claims = createClaimTable();
  const skipped = new Map<string, readonly string[]>();
  const empty = new Set<string>();
  for (const { category, runs } of byUrgency(config, selection)) {
    const taken: string[] = [];
    let size = 0;
    for (const member of membersOf(config, category)) {
      const units = unitsOf(member.suite, facts.files, traits);
      refuseFilesOfFileless(member, units);
      for (const unit of units) {
        if (!member.matches(unit)) continue;
        size += 1;
        if (runs) claims.add(member, unit);
        else if (unit !== wholeSuite && !claims.has(member.suite, unit)) taken.push(unit);
      }
    }
    if (size === 0) empty.add(category.name);
    if (!runs) skipped.set(category.name, [...new Set(taken)].sort());
  }
  return { claims: claims.all(), skipped, empty };
}

/** Those that run first, so that those that may not run here keep only what nobody else runs. */
function byUrgency(config: Config, selection: Selection): readonly { category: Category; runs: boolean }[] {
  const selected = new Map(selection.categories.map((category) => [category.name, category.skip === null]));
  return Object.values(config.categories)
    .flatMap((category) => {
      const runs = selected.get(category.name);
      return runs === undefined ? [] : [{ category, runs }];
    })
    .sort((a, b) => Number(b.runs) - Number(a.runs) || rank(a.category.priority) - rank(b.category.priority));
}

interface OpenClaim {
  readonly member: Member;
  readonly alsoIn: Set<string>;
}

interface ClaimTable {
  /** Members have to come in order of urgency. */
  add(member: Member, unit: string): void;
  has(suite: Suite, unit: string): boolean;
  all(): readonly Claim[];
}

function createClaimTable(): ClaimTable {
  const bySuite = new Map<string, Map<string, OpenClaim[]>>();
  return {
    add: (member, unit) => {
      const units = bySuite.get(member.suite.name) ?? new Map<string, OpenClaim[]>();
      bySuite.set(member.suite.name, units);
      const earlier = units.get(unit) ?? [];
      units.set(unit, earlier);
      const covering = earlier.find((claim) => covers(claim.member, member));
      if (covering === undefined) earlier.push({ member, alsoIn: new Set() });
      else if (covering.member.category.name !== member.category.name) covering.alsoIn.add(member.category.name);
    },
    has: (suite, unit) => bySuite.get(suite.name)?.has(unit) ?? false,
    all: () =>
      [...bySuite.values()].flatMap((units) =>
        [...units].flatMap(([file, open]) => open.map((claim) => toClaim(claim, file))),
      ),
  };
}

function toClaim({ member, alsoIn }: OpenClaim, file: string): Claim {
  const { keyword, markers } = member.selector;
  return { category: member.category, suite: member.suite, file, keyword, markers, alsoIn: [...alsoIn], names: null };
}

function covers(earlier: Member, later: Member): boolean {
  if (!isPartial(earlier.selector)) return true;
  return earlier.selector.keyword === later.selector.keyword && earlier.selector.markers === later.selector.markers;
}

function refuseFilesOfFileless({ category, suite, selector }: Member, units: readonly string[]): void {
  if (selector.files === null || units[0] !== wholeSuite) return;
  throw new UsageError(
    `category ${category.name} takes files of suite ${suite.name}, which is not made of files`,
    `remove "files" from the category, or list the files of the suite under suites.${suite.name}.files`,
  );
}
