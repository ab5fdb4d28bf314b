import { createHash } from 'node:crypto';
import type { Config } from '../model/config.ts';
import type { Plan, PlanFacts, PlannedCategory, Task } from '../model/plan.ts';
import type { SelectedCategory, Selection } from '../model/selection.ts';
import { assignFiles, type Assignment, type Claim } from './assign-files.ts';
import { commandLine } from './command-line.ts';
import { countExclusions } from './explain.ts';
import { createGates } from './gates.ts';
import { closure, dependencyEdges, inheritPriority } from './graph.ts';
import type { PlannerTraits } from './membership.ts';
import { refuseEmptyPlan, refuseLostTargets } from './nothing-selected.ts';
import { createRestriction, isRestricted } from './restrict.ts';
import { plannedLayers } from './stages.ts';
import { resolveTargets } from './targets.ts';
import { createSettledTask, createTasks, sortTasks, type TaskContext } from './tasks.ts';

/** Everything that a plan depends on. */
export interface PlanInput {
  readonly config: Config;
  readonly selection: Selection;
  readonly facts: PlanFacts;
  readonly traits: ReadonlyMap<string, PlannerTraits>;
  /** Whether a root-relative path exists, for better messages. */
  readonly pathExists?: (path: string) => boolean;
}

/**
 * Decides everything that a run will do: equal input gives an equal plan.
 * @throws UsageError when a path does not exist or a framework cannot do what is asked
 * @throws NothingSelectedError when nothing is left of what was asked for, with the reasons
 */
export function plan(input: PlanInput): Plan {
  const { config, selection, facts, traits } = input;
  const { request } = selection;
  const targets = resolveTargets(request.files, config, { files: facts.files, ...onlyDefined(input.pathExists) });
  const restriction = createRestriction(request, targets);
  const assignment = assignFiles(config, selection, { facts, traits });
  refuseLostTargets(input, targets, assignment);
  const kept = assignment.claims.filter(({ suite, file }) => restriction(suite, file) === null);
  const claims = withoutIdleDependencies(config, selection, kept);
  const running = new Set(claims.map(({ category }) => category.name));
  const unexpectedlyEmpty = selection.categories.filter((category) => isUnexpectedlyEmpty(input, category, assignment));
  const active = new Set([...running, ...unexpectedlyEmpty.map(({ name }) => name)]);
  const layers = plannedLayers(config, request, new Set(selection.categories.map(({ name }) => name)));
  const context: TaskContext = {
    ...{ config, request, facts, traits, tests: targets.tests },
    gates: createGates(config, { running: active, claims, layers }),
    roles: new Map(selection.categories.map(({ name, role }) => [name, role])),
    priorities: inheritPriority(selection.categories.flatMap(({ name }) => config.categories[name] ?? [])),
  };
  const tasks = sortTasks([
    ...createTasks(claims, context),
    ...selection.categories.flatMap(({ name, skip }) =>
      skip === null
        ? []
        : createSettledTask(
            name,
            { kind: 'skipped', because: skip },
            { ...context, files: assignment.skipped.get(name) ?? [] },
          ),
    ),
    ...unexpectedlyEmpty.flatMap(({ name }) =>
      createSettledTask(name, { kind: 'no-tests' }, { ...context, files: [] }),
    ),
  ]);
  refuseEmptyPlan(input, tasks, kept);
  return {
    id: digest(tasks),
    project: config.project,
    environment: request.environment,
    slots: facts.slots,
    tasks,
    categories: selection.categories.map((category) => describeCategory(category, { tasks, context, assignment })),
    ...(layers.length === 0 ? {} : { layers }),
    excluded: countExclusions(input, new Set(claims.map(({ file }) => file))),
    selection: commandLine(config, request),
  };
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
  { config, selection }: PlanInput,
  category: SelectedCategory,
  assignment: Assignment,
): boolean {
  if (category.skip !== null || !assignment.empty.has(category.name)) return false;
  if (config.categories[category.name]?.allowEmpty === true) return false;
  return !isRestricted(selection.request) || selection.request.categories.includes(category.name);
}

function describeCategory(
  { name, role, because, skip }: SelectedCategory,
  { tasks, context, assignment }: { tasks: readonly Task[]; context: TaskContext; assignment: Assignment },
): PlannedCategory {
  const category = context.config.categories[name];
  const own = tasks.filter((task) => task.category === name && task.settled === null);
  return {
    name,
    role,
    priority: context.priorities.get(name) ?? 'normal',
    because,
    dependsOn: own[0]?.dependsOn ?? context.gates.of(name).dependsOn,
    files: new Set(own.flatMap((task) => task.files)).size,
    tasks: own.length,
    skip,
    empty: assignment.empty.has(name),
    allowEmpty: category?.allowEmpty ?? false,
  };
}

function digest(tasks: readonly Task[]): string {
  return createHash('sha256').update(canonicalJson(tasks)).digest('hex').slice(0, 16);
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
