import type { Plan, PlanFacts, PlannedCategory, PlannedShard, Task } from '../model/plan.ts';
import type { Claim } from './assign-files.ts';
import { commandLine } from './command-line.ts';
import { digestInOrder } from './digest.ts';
import { divideSlots } from './divide-slots.ts';
import { countExclusions } from './explain.ts';
import { refuseEmptyPlan } from './nothing-selected.ts';
import { planQuarantine } from './quarantine.ts';
import { sortTasks } from './sort-tasks.ts';
import { createSettledTask, createTasks, type TaskContext } from './tasks.ts';
import { findWork, type PlanInput, type SettledCategory, type Work } from './work.ts';

export type { PlanInput } from './work.ts';

/**
 * Decides everything that a run will do: equal input gives an equal plan.
 * @throws UsageError when a path does not exist or a framework cannot do what is asked
 * @throws NothingSelectedError when nothing is left of what was asked for, with the reasons
 */
export function plan(input: PlanInput): Plan {
  return planWork(findWork(input));
}

/** The plan of all of the work, on one machine. @throws as `plan` does */
export function planWork(work: Work): Plan {
  const tasks = cutTasks(work);
  refuseEmptyPlan(work.input, tasks, work.kept);
  return describePlan(work, tasks, { id: digestInOrder(tasks), part: work });
}

/** Some of the work, as one shard has it. */
export interface Part extends Pick<Work, 'claims' | 'settled' | 'context'> {
  /** Categories that take part. */
  readonly names: ReadonlySet<string>;
}

/** The plan of one part of the work; `id` and `shards` are those of the whole. @throws as `plan` does */
export function planPart(
  work: Work,
  part: Part,
  whole: { readonly id: string; readonly shards: readonly PlannedShard[] },
): Plan {
  const made = describePlan(work, cutTasks(part), { id: whole.id, part });
  return {
    ...made,
    categories: made.categories.filter(({ name }) => part.names.has(name)),
    shards: whole.shards,
  };
}

/** The tasks of a part of the work, in expected order of start. @throws as `plan` does */
export function cutTasks({
  claims,
  settled,
  context,
}: {
  readonly claims: readonly Claim[];
  readonly settled: readonly SettledCategory[];
  readonly context: TaskContext;
}): readonly Task[] {
  const { facts, traits, config } = context;
  const canShrink = (task: Task): boolean =>
    traits.get(task.framework)?.ownWorkers === true && (config.categories[task.category]?.slots ?? 1) <= 1;
  const startUp = facts.startUp ?? new Map<string, number>();
  return sortTasks([
    ...divideSlots(createTasks(claims, context), { slots: facts.slots, startUp, canShrink }),
    ...settled.flatMap(({ name, outcome, files }) => createSettledTask(name, outcome, { ...context, files })),
  ]);
}

function describePlan(
  work: Work,
  tasks: readonly Task[],
  { id, part }: { readonly id: string; readonly part: Pick<Work, 'claims' | 'context'> },
): Plan {
  const { config, selection, facts } = work.input;
  const quarantine = planQuarantine(work.input, tasks);
  return {
    id,
    project: config.project,
    environment: selection.request.environment,
    slots: facts.slots,
    tasks,
    categories: selection.categories.map((category) => describeCategory(category.name, { work, tasks, part })),
    ...(work.layers.length === 0 ? {} : { layers: work.layers }),
    excluded: countExclusions(work.input, new Set(work.claims.map(({ file }) => file))),
    ...(quarantine.length === 0 ? {} : { quarantine }),
    ...(facts.changes === undefined ? {} : { changes: facts.changes }),
    selection: [...commandLine(config, selection.request), ...changedOption(facts)],
  };
}

/** What somebody watched cannot be asked for again. */
function changedOption({ changes }: PlanFacts): readonly string[] {
  return changes?.since == null ? [] : [`--changed=${changes.since.ref}`];
}

function describeCategory(
  name: string,
  given: { readonly work: Work; readonly tasks: readonly Task[]; readonly part: Pick<Work, 'context'> },
): PlannedCategory {
  const { work, tasks, part } = given;
  const { context } = part;
  const selected = work.input.selection.categories.find((category) => category.name === name);
  const own = tasks.filter((task) => task.category === name && task.settled === null);
  const follows = context.followers.has(name);
  const config = work.input.config.categories[name];
  return {
    name,
    role: follows ? 'dependency' : (context.roles.get(name) ?? 'chosen'),
    priority: context.priorities.get(name) ?? 'normal',
    because: follows ? 'what this shard runs depends on it' : (selected?.because ?? ''),
    dependsOn: own[0]?.dependsOn ?? context.gates.of(name).dependsOn,
    files: new Set(own.flatMap((task) => task.files)).size,
    tasks: own.length,
    skip: selected?.skip ?? null,
    empty: work.assignment.empty.has(name),
    allowEmpty: config?.allowEmpty ?? false,
    ...(config?.minCoverage == null ? {} : { minCoverage: config.minCoverage }),
  };
}
