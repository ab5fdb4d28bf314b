import type { RunEvent, Shard } from '../model/event.ts';
import type { Verdict } from '../model/outcome.ts';
import type { Plan, PlannedCategory, Task } from '../model/plan.ts';
import { checkCompleteness } from '../results/completeness.ts';
import type { Finding, MissingWork, RunEvidence } from '../results/completeness.ts';
import type { QueueResult } from '../results/queue-results.ts';
import { countQueueResults } from './merge-queue.ts';
import type { EventFilter } from './merge-queue.ts';
import { missingTask } from './missing-task.ts';

type RunStarted = Extract<RunEvent, { type: 'run-started' }>;

/** An event log after a first reading. */
export interface ScannedLog extends Pick<RunEvidence, 'path' | 'tasks' | 'outcomes' | 'narrowed' | 'files'> {
  readonly started: RunStarted | null;
  /** By lease; empty for a run that takes nothing from a queue. */
  readonly queueResults: ReadonlyMap<string, QueueResult>;
  /** It was stopped before its end, for whatever reason. */
  readonly isStopped: boolean;
  readonly durationMs: number;
  /** What the run said of itself. */
  readonly verdict: Verdict | null;
  readonly damage: string | null;
}

/** Several runs as one. */
export interface CombinedRun {
  /** In the order in which they are replayed. */
  readonly logs: readonly ScannedLog[];
  /** The start of the run that they make together; `null` when the only log is replayed as it is. */
  readonly start: RunStarted | null;
  /** For each log, what of its events is replayed; `null` = all. */
  readonly filters: readonly (EventFilter | null)[];
  /** For each log, the names of those of its tasks that another log has too. */
  readonly names: readonly ReadonlyMap<string, string>[];
  /** Where each task of the combined plan ran. */
  readonly shards: ReadonlyMap<string, Shard>;
  readonly durationMs: number;
  readonly problems: readonly string[];
  /** What those problems mean for the verdict. */
  readonly verdicts: readonly Verdict[];
}

/**
 * Puts the plans of several logs together: everything that they plan must have run in one of them. A task that ran in several is kept once for
 * each, named with its shard. What a plan gave to a shard that is not there becomes a task without a result.
 */
export function combineLogs(
  scanned: readonly ScannedLog[],
  reportsEveryFile: (framework: string) => boolean,
): CombinedRun {
  const findings: Finding[] = scanned.flatMap(({ path, damage }) =>
    damage === null ? [] : [{ problem: `${path} is damaged: ${damage}`, verdict: 'infrastructure' }],
  );
  const counted = countQueueResults(dropCopies(scanned.filter(isStarted), findings).sort(byShard), reportsEveryFile);
  const { logs } = counted;
  const completeness = checkCompleteness(logs.map(evidenceOf), reportsEveryFile);
  findings.push(...completeness.findings, ...counted.findings);
  const filters = logs.map((log) => counted.filters.get(log) ?? null);
  const done = {
    durationMs: Math.max(0, ...logs.map((log) => log.durationMs)),
    problems: findings.map(({ problem }) => problem),
    // A report that could not be written shows in no task.
    verdicts: [
      ...findings.map(({ verdict }) => verdict),
      ...logs.flatMap((log): Verdict[] => (log.verdict === 'infrastructure' ? ['infrastructure'] : [])),
    ],
  };
  const [first] = logs;
  if (first === undefined) return { logs: [], start: null, filters, names: [], shards: new Map(), ...done };
  if (logs.length === 1 && first.started.shard === null && counted.filters.size === 0)
    return { logs, start: null, filters, names: [new Map()], shards: new Map(), ...done };

  const unclaimed = counted.missing.map(({ work }) => ({ work, shard: null }));
  const { tasks, names, shards } = combineTasks(logs, [...completeness.missing, ...unclaimed]);
  const plan = { ...first.started.plan, tasks, categories: combineCategories(logs, tasks), ...combineCoverage(logs) };
  const at = Math.min(...logs.map((log) => log.started.at));
  return { logs, start: { ...first.started, at, plan, shard: null }, filters, names, shards, ...done };
}

/** A log that holds a run. */
export type StartedLog = ScannedLog & { readonly started: RunStarted };

function isStarted(log: ScannedLog): log is StartedLog {
  return log.started !== null;
}

function evidenceOf({ started, ...log }: StartedLog): RunEvidence {
  const { planId, shard, plan } = started;
  return { ...log, planId, shard, plan };
}

function byShard(a: StartedLog, b: StartedLog): number {
  const difference = (a.started.shard?.index ?? 0) - (b.started.shard?.index ?? 0);
  return difference !== 0 ? difference : a.path < b.path ? -1 : 1;
}

function dropCopies(logs: readonly StartedLog[], findings: Finding[]): StartedLog[] {
  const kept = new Map([...Map.groupBy(logs, runOf)].map(([run, copies]) => [run, copies.reduce(wholer)]));
  return logs.filter((log) => {
    const best = kept.get(runOf(log)) ?? log;
    if (best === log) return true;
    findings.push({ problem: `${log.path} was left out: it is the run of ${best.path} again`, verdict: 'passed' });
    return false;
  });
}

function runOf({ started }: StartedLog): string {
  return started.runId;
}

/** One copy may have been made while the run went on, or was cut off on its way. */
function wholer(one: StartedLog, other: StartedLog): StartedLog {
  if ((one.damage === null) !== (other.damage === null)) return one.damage === null ? one : other;
  if ((one.verdict === null) !== (other.verdict === null)) return one.verdict === null ? other : one;
  return other.outcomes.size > one.outcomes.size ? other : one;
}

interface CombinedTasks {
  readonly tasks: Task[];
  readonly names: Map<string, string>[];
  readonly shards: Map<string, Shard>;
}

/** One task of the combined plan. */
interface Entry {
  readonly task: Task;
  /** The log that it ran in; `null` = none. */
  readonly log: number | null;
  readonly label: string;
  readonly shard: Shard | null;
}

function combineTasks(
  logs: readonly StartedLog[],
  missing: readonly { readonly work: MissingWork['work']; readonly shard: Shard | null }[],
): CombinedTasks {
  const plans = new Set(logs.map(({ started }) => started.planId)).size;
  const entries = [
    ...entriesOfLogs(logs, plans > 1),
    ...missing.map(({ shard, work }): Entry => {
      const label = shard === null ? 'not run' : `shard ${shard.index}/${shard.total}, not run`;
      return { task: missingTask(work), log: null, label, shard };
    }),
  ];
  const combined: CombinedTasks = { tasks: [], names: logs.map(() => new Map<string, string>()), shards: new Map() };
  const taken = new Set<string>();
  for (const own of Map.groupBy(entries, ({ task }) => task.id).values()) {
    for (const { task, log, label, shard } of own) {
      const id = unused(own.length === 1 ? task.id : `${task.id} [${label}]`, taken);
      combined.tasks.push({ ...task, id });
      if (log !== null) combined.names[log]?.set(task.id, id);
      if (shard !== null) combined.shards.set(id, shard);
    }
  }
  return combined;
}

/**
 * Each shard has tasks of its own, whatever they are called. The same task in several runs that are no shards is one, as long as it ran in one
 * of them only.
 */
function entriesOfLogs(logs: readonly StartedLog[], severalPlans: boolean): readonly Entry[] {
  const entries: Entry[] = [];
  const unstarted = new Map<string, Task>();
  for (const [index, { started, tasks }] of logs.entries()) {
    const { shard, planId, plan } = started;
    const part = shard === null ? `run ${index + 1}` : `shard ${shard.index}/${shard.total}`;
    const label = shard !== null && severalPlans ? `${part} of ${planId}` : part;
    for (const task of plan.tasks) {
      if (tasks.has(task.id) || shard !== null) entries.push({ task, log: index, label, shard });
      else if (!unstarted.has(task.id)) unstarted.set(task.id, task);
    }
  }
  const started = new Set(entries.flatMap(({ task, shard }) => (shard === null ? [task.id] : [])));
  const left = [...unstarted.values()].filter(({ id }) => !started.has(id));
  return inPlannedOrder(
    [...entries, ...left.map((task): Entry => ({ task, log: null, label: 'not run', shard: null }))],
    logs,
  );
}

function inPlannedOrder(entries: readonly Entry[], logs: readonly StartedLog[]): readonly Entry[] {
  const order = new Map<string, number>();
  for (const { id } of logs.flatMap(({ started }) => started.plan.tasks)) if (!order.has(id)) order.set(id, order.size);
  return entries.toSorted((a, b) => (order.get(a.task.id) ?? 0) - (order.get(b.task.id) ?? 0));
}

function unused(id: string, taken: Set<string>): string {
  let free = id;
  for (let number = 2; taken.has(free); number += 1) free = `${id} (${number})`;
  taken.add(free);
  return free;
}

/** Measured is what any of them measured. */
function combineCoverage(logs: readonly StartedLog[]): Pick<Plan, 'coverage'> {
  const planned = logs.flatMap(({ started }) => started.plan.coverage ?? []);
  if (planned.length === 0) return {};
  const without = new Map(planned.flatMap((one) => one.without).map((one) => [one.suite, one]));
  return { coverage: { without: [...without.values()] } };
}

/** A category that one shard ran for others' sake was chosen in another. */
function combineCategories(logs: readonly StartedLog[], tasks: readonly Task[]): readonly PlannedCategory[] {
  const byName = Map.groupBy(
    logs.flatMap((log) => log.started.plan.categories),
    ({ name }) => name,
  );
  return [...byName.values()].flatMap((same) => {
    const category = same.find(({ role }) => role === 'chosen') ?? same[0];
    if (category === undefined) return [];
    const own = tasks.filter((task) => task.category === category.name && task.settled === null);
    return [{ ...category, files: new Set(own.flatMap(({ files }) => files)).size, tasks: own.length }];
  });
}
