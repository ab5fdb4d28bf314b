import type { Config } from '../model/config.ts';
import type { ExclusionCounts, FrameworkTraits, Plan, PlanFacts, Task } from '../model/plan.ts';
import type { Selection, SelectionRequest } from '../model/selection.ts';
import { createConcerns } from './concerned.ts';
import { membersOf, unitsOf, wholeSuite, type Member } from './membership.ts';
import { createRestriction } from './restrict.ts';
import { describeSkip } from './select.ts';
import { resolveTargets } from './targets.ts';

/** Why one test file is not run. */
export interface ExcludedFile {
  readonly file: string;
  readonly suite: string;
  readonly reason: keyof ExclusionCounts;
  /** For people. */
  readonly because: string;
}

/** Everything about a plan that only somebody who wonders wants to know. */
export interface Explanation {
  readonly tasks: readonly { readonly task: string; readonly because: string }[];
  readonly categories: readonly { readonly category: string; readonly because: string }[];
  readonly files: readonly ExcludedFile[];
}

/** What a plan was made from. */
export interface ExplainInput {
  readonly config: Config;
  readonly selection: Selection;
  readonly facts: PlanFacts;
  readonly traits: ReadonlyMap<string, FrameworkTraits>;
}

/** Says why each task is in and why each category and test file is out. */
export function explain(plan: Plan, input: ExplainInput): Explanation {
  return {
    tasks: plan.tasks.map((task) => ({ task: task.id, because: explainTask(plan, task) })),
    categories: [
      ...input.selection.excluded,
      ...plan.categories
        .filter((category) => category.tasks === 0)
        .map(({ name }) => ({
          category: name,
          because: explainIdle(plan, name),
        })),
    ],
    files: excludedFiles(input, runFiles(plan)),
  };
}

/** Number of left-out test files by reason; each file counts once, under the first reason that applies. */
export function countExclusions(input: ExplainInput, run: ReadonlySet<string>): ExclusionCounts {
  const counts = { pattern: 0, files: 0, suite: 0, category: 0, uncategorised: 0, passed: 0, changed: 0 };
  for (const { reason } of findExcluded(input, run)) counts[reason] += 1;
  const { passed, changed, ...others } = counts;
  return { ...others, ...(passed === 0 ? {} : { passed }), ...(changed === 0 ? {} : { changed }) };
}

/** Each test file that is not in `run`, with the first reason that applies, in order of suites. */
export function excludedFiles(input: ExplainInput, run: ReadonlySet<string>): readonly ExcludedFile[] {
  return findExcluded(input, run).map(({ file, suite, reason, members }) => {
    const categories = members.filter(({ matches }) => matches(file)).map(({ category }) => category.name);
    return { file, suite, reason, because: describe(reason, input.selection.request, [...new Set(categories)]) };
  });
}

interface Excluded extends Pick<ExcludedFile, 'file' | 'suite' | 'reason'> {
  /** All members of its suite. */
  readonly members: readonly Member[];
}

function findExcluded(
  { config, selection, facts, traits }: ExplainInput,
  run: ReadonlySet<string>,
): readonly Excluded[] {
  const targets = resolveTargets(selection.request.files, config, { files: facts.files });
  const restriction = createRestriction(selection.request, targets);
  const concerns = createConcerns(facts.changes);
  const selected = new Set(selection.categories.map((category) => category.name));
  const result = new Map<string, Excluded>();
  const bySuite = membersBySuite(config, selected);
  for (const suite of Object.values(config.suites)) {
    const members = bySuite.get(suite.name) ?? [];
    for (const file of unitsOf(suite, facts.files, traits)) {
      if (file === wholeSuite || run.has(file) || result.has(file)) continue;
      const member = members.find(({ matches }) => matches(file));
      const takenBy = members.filter(({ matches }) => matches(file)).map(({ category }) => category.name);
      const unchanged = concerns(suite, file, takenBy) ? null : 'changed';
      const kept = facts.remainder === undefined ? 'category' : 'passed';
      const reason = reasonOf(member, selected, restriction(suite, file) ?? unchanged ?? kept);
      result.set(file, { file, suite: suite.name, reason, members });
    }
  }
  return [...result.values()];
}

/** Root-relative files that a plan runs, in whatever shard. */
function runFiles(plan: Plan): ReadonlySet<string> {
  const elsewhere = (plan.shards ?? []).flatMap(({ work }) => work.flatMap(({ files }) => files));
  const here = plan.tasks.filter((task) => task.settled === null).flatMap((task) => task.files);
  return new Set([...here, ...elsewhere]);
}

function explainTask(plan: Plan, task: Task): string {
  const category = plan.categories.find(({ name }) => name === task.category);
  const parts = [`${task.category}: ${category?.because ?? 'selected'}`];
  if (task.alsoIn.length > 0) parts.push(`its files are also in ${task.alsoIn.join(', ')}`);
  if (task.dependsOn.length > 0) parts.push(`waits until ${task.dependsOn.join(', ')} passed`);
  if (task.after.length > 0) parts.push(`starts after ${task.after.join(', ')}`);
  if (task.conflicts.length > 0) parts.push(`not while ${task.conflicts.join(', ')} runs`);
  if (category !== undefined && category.files > task.files.length && task.files.length > 0) {
    parts.push(`${task.files.length} of ${category.files} files, so that they run side by side`);
  }
  return parts.join('; ');
}

function explainIdle(plan: Plan, name: string): string {
  const carriers = [...new Set(plan.tasks.filter((task) => task.alsoIn.includes(name)).map((task) => task.category))];
  if (carriers.length > 0) return `all of its files run in ${carriers.join(', ')}`;
  const category = plan.categories.find((planned) => planned.name === name);
  if (category?.skip?.kind === 'environment') return describeSkip(category.skip);
  if (category?.empty === true)
    return category.allowEmpty ? 'it has no tests, which its config allows' : 'no test file matches';
  return 'none of its tests is left by the command line; counts as passed';
}

/** Those of the selected categories first. */
function membersBySuite(config: Config, selected: ReadonlySet<string>): ReadonlyMap<string, readonly Member[]> {
  const members = Object.values(config.categories)
    .toSorted((a, b) => Number(selected.has(b.name)) - Number(selected.has(a.name)))
    .flatMap((category) => membersOf(config, category));
  return Map.groupBy(members, ({ suite }) => suite.name);
}

function reasonOf(
  member: Member | undefined,
  selected: ReadonlySet<string>,
  restriction: keyof ExclusionCounts,
): keyof ExclusionCounts {
  if (member === undefined) return 'uncategorised';
  return selected.has(member.category.name) ? restriction : 'category';
}

function describe(reason: keyof ExclusionCounts, request: SelectionRequest, categories: readonly string[]): string {
  switch (reason) {
    case 'uncategorised':
      return 'in no category';
    case 'category':
      return `only in ${categories.join(', ')}, which ${categories.length === 1 ? 'does' : 'do'} not run`;
    case 'suite':
      return describeSuites(request);
    case 'files':
      return 'not among the files named';
    case 'pattern':
      return `does not match ${request.patterns.join(', ')}`;
    case 'passed':
      return 'nothing in it is left to rerun';
    case 'changed':
      return 'not concerned by what has changed';
  }
}

function describeSuites({ suites, variants = [], components }: SelectionRequest): string {
  const parts = [
    ...(suites.length === 0 ? [] : [`suite ${suites.join(', ')}`]),
    ...(variants.length === 0 ? [] : [`variant ${variants.join(', ')}`]),
    ...(components.length === 0 ? [] : [components.join(', ')]),
  ];
  return suites.length === 0 && variants.length === 0 ? `not of ${parts.join(', ')}` : `not in ${parts.join(', ')}`;
}
