import type { Config } from '../model/config.ts';
import type { Outcome } from '../model/outcome.ts';
import type { PlanFacts, PlannedLayer } from '../model/plan.ts';
import type { SelectedCategory, Selection } from '../model/selection.ts';
import { assignFiles, type Assignment, type Claim } from './assign-files.ts';
import { createConcerns, narrows } from './concerned.ts';
import { createGates } from './gates.ts';
import { closure, dependencyEdges, inheritPriority } from './graph.ts';
import type { PlannerTraits } from './membership.ts';
import { refuseLostTargets } from './nothing-selected.ts';
import { remainingClaims } from './remainder.ts';
import { createRestriction, isRestricted } from './restrict.ts';
import { plannedLayers } from './stages.ts';
import { resolveTargets } from './targets.ts';
import type { TaskContext } from './tasks.ts';
import { createExpectedTimes } from './times.ts';

/** Everything that a plan depends on. */
export interface PlanInput {
  readonly config: Config;
  readonly selection: Selection;
  readonly facts: PlanFacts;
  readonly traits: ReadonlyMap<string, PlannerTraits>;
  /** Whether a root-relative path exists, for better messages. */
  readonly pathExists?: (path: string) => boolean;
}

/** What a selection comes to, before it is cut into tasks. */
export interface Work {
  readonly input: PlanInput;
  /** What runs. */
  readonly claims: readonly Claim[];
  /** What was asked for and will not run, however it is cut. */
  readonly settled: readonly SettledCategory[];
  /** What is left of the selection by suites and files, also of categories that turn out not to be needed. */
  readonly kept: readonly Claim[];
  readonly assignment: Assignment;
  readonly layers: readonly PlannedLayer[];
  readonly context: TaskContext;
}

/** A category of which nothing is started, and why. */
export interface SettledCategory {
  readonly name: string;
  readonly outcome: Outcome;
  /** Files that therefore nobody runs. */
  readonly files: readonly string[];
}

/**
 * Decides which category runs which file, and what each waits for.
 * @throws UsageError when a path does not exist or categories wait for each other
 * @throws NothingSelectedError when no selected category has a file that was named
 */
export function findWork(input: PlanInput): Work {
  const { config, selection, facts, traits } = input;
  const { request } = selection;
  const targets = resolveTargets(request.files, config, { files: facts.files, ...onlyDefined(input.pathExists) });
  const restriction = createRestriction(request, targets);
  const assignment = assignFiles(config, selection, { facts, traits });
  refuseLostTargets(input, targets, assignment);
  const concerns = createConcerns(facts.changes);
  const kept = assignment.claims.filter(
    ({ suite, file, category, alsoIn }) =>
      restriction(suite, file) === null && concerns(suite, file, [category.name, ...alsoIn]),
  );
  const needed = withoutIdleDependencies(config, selection, kept);
  const claims = remainingClaims(needed, { request, facts, tests: targets.tests });
  const unexpectedlyEmpty = selection.categories.filter((category) => isUnexpectedlyEmpty(input, category, assignment));
  const active = new Set([
    ...claims.map(({ category }) => category.name),
    ...unexpectedlyEmpty.map(({ name }) => name),
  ]);
  const layers = plannedLayers(config, request, new Set(selection.categories.map(({ name }) => name)));
  const settled = [
    ...selection.categories.flatMap(({ name, skip }): SettledCategory[] => {
      const files = assignment.skipped.get(name) ?? [];
      return skip === null ? [] : [{ name, outcome: { kind: 'skipped', because: skip }, files }];
    }),
    ...unexpectedlyEmpty.map(({ name }): SettledCategory => ({ name, outcome: { kind: 'no-tests' }, files: [] })),
  ];
  const context: TaskContext = {
    ...{ config, request, facts, traits },
    times: createExpectedTimes(claims, facts),
    gates: createGates(config, { running: active, claims, layers }),
    roles: new Map(selection.categories.map(({ name, role }) => [name, role])),
    followers: new Set(),
    priorities: inheritPriority(selection.categories.flatMap(({ name }) => config.categories[name] ?? [])),
  };
  return { input, claims, settled, kept, assignment, layers, context };
}

function onlyDefined(pathExists: PlanInput['pathExists']): { pathExists?: (path: string) => boolean } {
  return pathExists === undefined ? {} : { pathExists };
}

/** A dependency is only there for what needs it: when all of that is filtered away, so is the dependency. */
function withoutIdleDependencies(config: Config, selection: Selection, claims: readonly Claim[]): readonly Claim[] {
  const chosen = new Set(selection.categories.filter(({ role }) => role === 'chosen').map(({ name }) => name));
  // A chosen category may be carried by one of its own dependencies.
  const wanted = (claim: Claim): readonly string[] =>
    [claim.category.name, ...claim.alsoIn].filter((name) => chosen.has(name));
  const needed = new Set(
    closure([...new Set(claims.flatMap(wanted))], dependencyEdges(Object.values(config.categories))),
  );
  return claims.filter((claim) => needed.has(claim.category.name) || wanted(claim).length > 0);
}

/** A filter explains an empty category, unless the category was asked for by name. */
function isUnexpectedlyEmpty(
  { config, selection, facts }: PlanInput,
  category: SelectedCategory,
  assignment: Assignment,
): boolean {
  if (category.skip !== null || !assignment.empty.has(category.name)) return false;
  if (config.categories[category.name]?.allowEmpty === true) return false;
  return (
    !(isRestricted(selection.request) || narrows(facts.changes)) || selection.request.categories.includes(category.name)
  );
}
