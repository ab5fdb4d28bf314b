import type { Shard } from '../model/event.ts';
import type { Outcome, Verdict } from '../model/outcome.ts';
import type { Plan, ShardWork, Task } from '../model/plan.ts';
import { isNarrowed } from './verdict.ts';

/** What the event log of one run tells. */
export interface RunEvidence {
  readonly path: string;
  readonly planId: string;
  readonly shard: Shard | null;
  /** What messages call it; absent = by the shard. */
  readonly what?: string;
  readonly plan: Plan;
  /** Tasks that something happened to. */
  readonly tasks: ReadonlySet<string>;
  /** How tasks ended. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Tasks whose frameworks were told to leave out tests. */
  readonly narrowed: ReadonlySet<string>;
  /** Files of each task of which a test was reported. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Something that makes a merged run less than it should be. */
export interface Finding {
  readonly problem: string;
  readonly verdict: Verdict;
}

/** Work that a plan has and that no run says anything about. */
export interface MissingWork {
  readonly shard: Shard;
  readonly work: ShardWork;
}

/** What is wrong with several runs taken together. */
export interface Completeness {
  readonly findings: readonly Finding[];
  readonly missing: readonly MissingWork[];
}

/**
 * Holds the shards among some runs against the plan that they share: each shard with work must be there, once; all that the plan gave it must
 * have been run and reported; and what was chosen must have been run by one of them only. Runs that are no shards have nothing to be held against.
 */
export function checkCompleteness(
  runs: readonly RunEvidence[],
  /** Whether a framework reports a test of each file that it runs. */
  reportsEveryFile: (framework: string) => boolean,
): Completeness {
  const shards = runs.flatMap((run) => (run.shard === null ? [] : [{ ...run, shard: run.shard }]));
  const groups = [...Map.groupBy(shards, ({ planId }) => planId).values()];
  const checked = groups.map((group) => checkGroup(group, reportsEveryFile));
  const findings = checked.flatMap((one) => one.findings);
  const mixed = groups.length > 1 && findings.some(({ verdict }) => verdict === 'incomplete');
  return {
    findings: [...(mixed ? [differentPlans(groups)] : []), ...findings],
    missing: checked.flatMap(({ missing }) => missing),
  };
}

type ShardEvidence = RunEvidence & { readonly shard: Shard };

function checkGroup(runs: readonly ShardEvidence[], reportsEveryFile: (framework: string) => boolean): Completeness {
  const totals = new Set(runs.map(({ shard }) => shard.total));
  const total = Math.max(...totals);
  const planned = runs.find(({ plan }) => plan.shards !== undefined)?.plan.shards ?? null;
  const findings: Finding[] = [];
  const missing: MissingWork[] = [];
  if (totals.size > 1) findings.push(incomplete('the logs are of runs with different numbers of shards'));
  for (let index = 1; index <= total; index += 1) {
    const own = runs.filter(({ shard }) => shard.index === index);
    const work = planned === null ? null : (planned.find((shard) => shard.index === index)?.work ?? []);
    const shard = { index, total };
    if (own.length > 1) {
      const paths = own.map(({ path }) => path).join(', ');
      findings.push(
        incomplete(`shard ${index}/${total} was run ${own.length} times: ${paths}; merge the one that counts`),
      );
    }
    if (own.length > 0) {
      const lost = (work ?? []).flatMap((one) => without(one, own));
      missing.push(...lost.map((one) => ({ shard, work: one })));
      const names = lost.flatMap(namesOf);
      if (names.length > 0) findings.push(incomplete(withoutResult(own[0], shard, names)));
    } else if (work === null || work.length > 0) {
      missing.push(...(work ?? []).map((one) => ({ shard, work: one })));
      const lacks = work === null ? '' : `, and with it ${listed(work.flatMap(namesOf))}`;
      findings.push(incomplete(`shard ${index}/${total} is missing: its events.jsonl is not among the inputs${lacks}`));
    }
  }
  return {
    findings: [...findings, ...countedTwice(runs), ...runs.flatMap((run) => unreported(run, reportsEveryFile))],
    missing,
  };
}

function withoutResult(run: { readonly what?: string } | undefined, shard: Shard, names: readonly string[]): string {
  if (run?.what !== undefined) return `${run.what} has no result of ${listed(names)}`;
  return `${nameOf(run, shard)} did not run what the plan gave it: ${listed(names)}`;
}

function nameOf(run: { readonly what?: string } | undefined, { index, total }: Shard): string {
  return run?.what ?? `shard ${index}/${total}`;
}

function incomplete(problem: string): Finding {
  return { problem, verdict: 'incomplete' };
}

function differentPlans(groups: readonly (readonly ShardEvidence[])[]): Finding {
  const each = groups.map((group) => {
    const numbers = [...new Set(group.map(({ shard }) => `${shard.index}/${shard.total}`))];
    return `${numbers.join(', ')} of plan ${group[0]?.planId ?? ''}`;
  });
  return incomplete(`the shards are of different plans (${each.join('; ')}): give each of them the same --plan`);
}

/** Of work that a shard was given, what is in none of its runs. */
function without(work: ShardWork, runs: readonly ShardEvidence[]): readonly ShardWork[] {
  const had = new Set(runs.flatMap(({ plan }) => plan.tasks.flatMap(unitsOfTask)));
  if (work.files.length === 0) return had.has(unitKey(work, '')) ? [] : [work];
  const files = work.files.filter((file) => !had.has(unitKey(work, file)));
  return files.length === 0 ? [] : [{ ...work, files }];
}

function countedTwice(runs: readonly ShardEvidence[]): readonly Finding[] {
  const shards = new Map<string, { readonly name: string; readonly indices: Set<number> }>();
  for (const { plan, tasks, shard } of runs) {
    for (const task of plan.tasks) {
      if (task.role !== 'chosen' || !tasks.has(task.id)) continue;
      for (const [at, key] of unitsOfTask(task).entries()) {
        const unit = shards.get(key) ?? { name: task.files[at] ?? task.id, indices: new Set() };
        unit.indices.add(shard.index);
        shards.set(key, unit);
      }
    }
  }
  const twice = [...shards.values()].filter(({ indices }) => indices.size > 1);
  if (twice.length === 0) return [];
  return [incomplete(`counted twice: ${listed(twice.map(({ name }) => name))}; they ran in more than one shard`)];
}

/** Files of tasks that passed without a test of theirs in the log: whatever the task says, nobody knows of these. */
function unreported(run: ShardEvidence, reportsEveryFile: (framework: string) => boolean): readonly Finding[] {
  const files = run.plan.tasks.flatMap((task) => {
    if (run.outcomes.get(task.id)?.kind !== 'passed') return [];
    if (task.role !== 'chosen' || !reportsEveryFile(task.framework)) return [];
    if (isNarrowed(task) || run.narrowed.has(task.id)) return [];
    const told = run.files.get(task.id);
    return task.files.filter((file) => told?.has(file) !== true);
  });
  if (files.length === 0) return [];
  return [incomplete(`${nameOf(run, run.shard)} ended without a result of ${listed(files)}: its log is not whole`)];
}

/** The units of work in a task, one for each of its files, or one for all of it. */
function unitsOfTask(task: Task): readonly string[] {
  // What is settled before the run lists files that nobody runs.
  const files = task.files.length === 0 || task.suite === '' ? [''] : task.files;
  return files.map((file) => unitKey(task, file));
}

function unitKey({ category, suite, keyword, markers }: Omit<ShardWork, 'files'>, file: string): string {
  return JSON.stringify([category, suite, file, keyword, markers]);
}

function namesOf({ category, suite, files }: ShardWork): readonly string[] {
  if (files.length > 0) return files;
  return [suite === '' ? category : `${category}/${suite}`];
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}
