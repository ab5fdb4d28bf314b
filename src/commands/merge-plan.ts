import type { RunEvent, Shard } from '../model/event.ts';
import type { Verdict } from '../model/outcome.ts';
import type { PlannedCategory, Task } from '../model/plan.ts';

type RunStarted = Extract<RunEvent, { type: 'run-started' }>;

/** An event log after a first reading. */
export interface ScannedLog {
  readonly path: string;
  readonly started: RunStarted | null;
  /** Tasks that something happened to in this run. */
  readonly tasks: ReadonlySet<string>;
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
  /** For each log, the names of those of its tasks that another log has too. */
  readonly names: readonly ReadonlyMap<string, string>[];
  /** Where each task of the combined plan ran. */
  readonly shards: ReadonlyMap<string, Shard>;
  readonly durationMs: number;
  readonly problems: readonly string[];
  /** What those problems mean for the verdict. */
  readonly verdicts: readonly Verdict[];
}

interface Finding {
  readonly problem: string;
  readonly verdict: Verdict;
}

/**
 * Puts the plans of several logs together: every task that a plan names must have run in one of them. A task that ran in several
 * is kept once for each, named with its shard; unless it is a dependency, it was counted twice, which is incomplete work.
 */
export function combineLogs(scanned: readonly ScannedLog[]): CombinedRun {
  const findings: Finding[] = scanned.flatMap(({ path, damage }) =>
    damage === null ? [] : [{ problem: `${path} is damaged: ${damage}`, verdict: 'infrastructure' }],
  );
  const logs = dropCopies(scanned.filter(isStarted), findings).sort(byShard);
  checkShards(logs, findings);
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
  if (first === undefined) return { logs: [], start: null, names: [], shards: new Map(), ...done };
  if (logs.length === 1) return { logs, start: null, names: [new Map()], shards: new Map(), ...done };

  const { tasks, names, shards, repeated } = combineTasks(logs);
  if (repeated.length > 0) {
    const more = repeated.length > 3 ? ` and ${repeated.length - 3} more` : '';
    done.problems.push(`counted twice: ${repeated.slice(0, 3).join(', ')}${more}; they ran in more than one shard`);
    done.verdicts.push('incomplete');
  }
  const categories = new Map<string, PlannedCategory>();
  for (const category of logs.flatMap((log) => log.started.plan.categories)) {
    if (!categories.has(category.name)) categories.set(category.name, category);
  }
  const plan = { ...first.started.plan, tasks, categories: [...categories.values()] };
  const at = Math.min(...logs.map((log) => log.started.at));
  return { logs, start: { ...first.started, at, plan, shard: null }, names, shards, ...done };
}

type StartedLog = ScannedLog & { readonly started: RunStarted };

function isStarted(log: ScannedLog): log is StartedLog {
  return log.started !== null;
}

function byShard(a: StartedLog, b: StartedLog): number {
  const difference = (a.started.shard?.index ?? 0) - (b.started.shard?.index ?? 0);
  return difference !== 0 ? difference : a.path < b.path ? -1 : 1;
}

function dropCopies(logs: readonly StartedLog[], findings: Finding[]): StartedLog[] {
  const seen = new Map<string, string>();
  return logs.filter(({ path, started }) => {
    const other = seen.get(started.runId);
    if (other !== undefined) {
      findings.push({ problem: `${path} was left out: it is the run of ${other} again`, verdict: 'passed' });
      return false;
    }
    seen.set(started.runId, path);
    return true;
  });
}

function checkShards(logs: readonly StartedLog[], findings: Finding[]): void {
  const shards = logs.flatMap(({ started }) => (started.shard === null ? [] : [started.shard]));
  const total = Math.max(0, ...shards.map((shard) => shard.total));
  if (shards.some((shard) => shard.total !== total)) {
    findings.push({ problem: 'the logs are of runs with different numbers of shards', verdict: 'incomplete' });
  }
  const present = new Set(shards.map((shard) => shard.index));
  for (let index = 1; index <= total; index += 1) {
    if (!present.has(index)) {
      const problem = `shard ${index}/${total} is missing: its events.jsonl is not among the inputs`;
      findings.push({ problem, verdict: 'incomplete' });
    }
  }
  if (shards.length > 1 && new Set(logs.map(({ started }) => started.planId)).size > 1) {
    const problem =
      'the shards ran different plans, so that only their number can be checked; give each the same --plan';
    findings.push({ problem, verdict: 'passed' });
  }
}

interface CombinedTasks {
  readonly tasks: Task[];
  readonly names: Map<string, string>[];
  readonly shards: Map<string, Shard>;
  /** Tasks of chosen categories that ran in several shards. */
  readonly repeated: string[];
}

function combineTasks(logs: readonly StartedLog[]): CombinedTasks {
  const combined: CombinedTasks = {
    tasks: [],
    names: logs.map(() => new Map<string, string>()),
    shards: new Map(),
    repeated: [],
  };
  const byId = new Map<string, Task>();
  for (const task of logs.flatMap(({ started }) => started.plan.tasks)) {
    if (!byId.has(task.id)) byId.set(task.id, task);
  }
  for (const task of byId.values()) {
    const owners = [...logs.entries()].filter(([, log]) => log.tasks.has(task.id));
    if (owners.length > 1 && task.role === 'chosen' && owners.every(([, log]) => log.started.shard !== null)) {
      combined.repeated.push(task.id);
    }
    if (owners.length === 0) combined.tasks.push(task);
    for (const [index, { started }] of owners) {
      const { shard } = started;
      const label = shard === null ? `run ${index + 1}` : `shard ${shard.index}/${shard.total}`;
      const id = owners.length === 1 ? task.id : `${task.id} [${label}]`;
      combined.tasks.push({ ...(started.plan.tasks.find((own) => own.id === task.id) ?? task), id });
      combined.names[index]?.set(task.id, id);
      if (shard !== null) combined.shards.set(id, shard);
    }
  }
  return combined;
}
