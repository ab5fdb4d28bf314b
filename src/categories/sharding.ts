import type { Plan, PlannedShard, ShardWork, Task } from '../model/plan.ts';
import type { Claim } from './assign-files.ts';
import { digest } from './digest.ts';
import { closure } from './graph.ts';
import { wholeSuite } from './membership.ts';
import { cutTasks, planPart, type Part } from './plan.ts';
import { cutShards, type Unit } from './shard.ts';
import { combineNarrowing, type TaskContext } from './tasks.ts';
import { medianOf } from './times.ts';
import type { SettledCategory, Work } from './work.ts';

/** A plan for several machines. */
export interface ShardedPlan {
  /** Digest of who runs what: the same wherever it is made from the same files and times. */
  readonly id: string;
  readonly shards: readonly PlannedShard[];
}

/** Cuts one piece of work, again and again if need be. */
export interface Sharder {
  /** Gives all of the work to `total` shards, the same wherever files, times and config are the same, whatever the machine. */
  cut(total: number): ShardedPlan;
  /** The tasks of one shard, as `plan` has them. @throws UsageError when a framework cannot do what is asked */
  tasks(sharded: ShardedPlan, index: number): readonly Task[];
  /** What one shard runs here: what it was given, and whole every category that this waits for. @throws as `tasks` does */
  plan(sharded: ShardedPlan, index: number): Plan;
  /** What shards made elsewhere have and this workspace has not, and the other way round; by `category/suite` what has no files. */
  difference(shards: readonly PlannedShard[]): { readonly gone: readonly string[]; readonly added: readonly string[] };
}

export function createSharder(work: Work): Sharder {
  const items = itemsOf(work);
  const byKey = new Map(items.map((item) => [item.unit.key, item]));
  const needs = needsOf(work);
  const partOf = (sharded: ShardedPlan, index: number): Part => {
    const given = sharded.shards.filter((shard) => shard.index === index).flatMap(keysOfShard);
    const home = given.flatMap((key) => byKey.get(key) ?? []);
    const names = new Set(home.map(({ unit }) => unit.category));
    const followers = new Set([...names].flatMap((name) => needs.get(name) ?? []).filter((name) => !names.has(name)));
    const following = followers.size === 0 ? [] : items.filter(({ unit }) => followers.has(unit.category));
    return toPart(work, [...home, ...following], { followers, present: new Set([...names, ...followers]) });
  };
  return {
    cut: (total) => {
      const startUp = work.input.facts.startUp ?? new Map<string, number>();
      const cut = cutShards({ units: items.map(({ unit }) => unit), total, needs, startUp });
      const shards = cut.map((units, index): PlannedShard => ({
        index: index + 1,
        work: groupWork(units.flatMap(({ key }) => byKey.get(key) ?? [])),
      }));
      return { id: shardedPlanId(work.input.selection.request.environment, shards), shards };
    },
    tasks: (sharded, index) => cutTasks(partOf(sharded, index)),
    plan: (sharded, index) => planPart(work, partOf(sharded, index), sharded),
    difference: (shards) => {
      const planned = new Map(shards.flatMap((shard) => shard.work.flatMap((one) => unitsOfWork(one))));
      const here = new Map(items.map(({ unit, name }) => [unit.key, name]));
      return { gone: missingFrom(here, planned), added: missingFrom(planned, here) };
    },
  };
}

/** The id of a plan with these shards. */
export function shardedPlanId(environment: string, shards: readonly PlannedShard[]): string {
  return digest({ environment, shards: shards.map(({ index, work }) => ({ index, work })) });
}

function toPart(
  { context }: Work,
  items: readonly Item[],
  { followers, present }: { readonly followers: ReadonlySet<string>; readonly present: ReadonlySet<string> },
): Part {
  const among = (names: readonly string[]): readonly string[] => names.filter((name) => present.has(name));
  const gates: TaskContext['gates'] = {
    of: (name) => {
      const { dependsOn, after, conflicts } = context.gates.of(name);
      return { dependsOn, after: among(after), conflicts: among(conflicts) };
    },
  };
  return {
    claims: items.flatMap(({ claim }) => claim ?? []),
    settled: items.flatMap(({ settled }) => settled ?? []),
    context: { ...context, followers, gates },
    names: present,
  };
}

function missingFrom(known: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...others].flatMap(([key, name]) => (known.has(key) ? [] : [name])))];
}

/** A unit of work with what it is made of. */
interface Item {
  readonly unit: Unit;
  /** As people know it. */
  readonly name: string;
  readonly work: Omit<ShardWork, 'files'>;
  readonly file: string;
  readonly claim: Claim | null;
  readonly settled: SettledCategory | null;
}

function itemsOf(work: Work): readonly Item[] {
  const { context, claims, settled } = work;
  const timeOf = ({ category, suite, file }: Claim): number | null =>
    context.times.of({ category: category.name, suite: suite.name, file });
  const usual = medianOf(claims.flatMap((claim) => timeOf(claim) ?? [])) ?? 1000;
  return [
    ...claims.map((claim): Item => {
      const { category, suite, file } = claim;
      const narrowing = combineNarrowing(claim, context.request);
      const own = { category: category.name, suite: suite.name, ...narrowing };
      // Slots that it holds are slots that others cannot have.
      const cost = Math.max(1, timeOf(claim) ?? usual) * Math.max(1, category.slots);
      return {
        unit: { key: keyOf(own, file), category: category.name, suite: suite.name, cost },
        name: nameOf(own, file),
        work: own,
        file,
        claim,
        settled: null,
      };
    }),
    ...settled.map((category): Item => {
      const own = { category: category.name, suite: '', keyword: null, markers: null };
      return {
        unit: { key: keyOf(own, wholeSuite), category: category.name, suite: '', cost: 1 },
        name: category.name,
        work: own,
        file: wholeSuite,
        claim: null,
        settled: category,
      };
    }),
  ];
}

/** Names a unit of work, equally in a plan and in what a run of it did. */
function keyOf({ category, suite, keyword, markers }: Omit<ShardWork, 'files'>, file: string): string {
  return JSON.stringify([category, suite, file, keyword, markers]);
}

function nameOf({ category, suite }: Pick<Task, 'category' | 'suite'>, file: string): string {
  if (file !== wholeSuite) return file;
  return suite === '' ? category : `${category}/${suite}`;
}

function keysOfShard(shard: PlannedShard): readonly string[] {
  return shard.work.flatMap((one) => unitsOfWork(one).map(([key]) => key));
}

function unitsOfWork(work: ShardWork): readonly (readonly [key: string, name: string])[] {
  const files = work.files.length === 0 ? [wholeSuite] : work.files;
  return files.map((file) => [keyOf(work, file), nameOf(work, file)]);
}

function groupWork(items: readonly Item[]): readonly ShardWork[] {
  const groups = Map.groupBy(items, ({ work }) => keyOf(work, ''));
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => {
      const [first] = own;
      if (first === undefined) return [];
      const files = own.flatMap(({ file }) => (file === wholeSuite ? [] : [file]));
      return [{ ...first.work, files: files.sort() }];
    });
}

/** Per category with work all that it waits for until they passed, directly or not. */
function needsOf({ context, claims, settled }: Work): ReadonlyMap<string, readonly string[]> {
  const names = new Set([...claims.map(({ category }) => category.name), ...settled.map(({ name }) => name)]);
  const edges = Object.fromEntries(
    [...names].map((name) => [name, context.gates.of(name).dependsOn.filter((other) => names.has(other))]),
  );
  return new Map([...names].map((name) => [name, closure([name], edges).filter((other) => other !== name)]));
}
