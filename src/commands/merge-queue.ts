import type { QueueMembership, RunEvent } from '../model/event.ts';
import type { Task } from '../model/plan.ts';
import { checkCompleteness } from '../results/completeness.ts';
import type { Completeness, Finding } from '../results/completeness.ts';
import { countedResult } from '../results/queue-results.ts';
import type { QueueResult } from '../results/queue-results.ts';
import type { StartedLog } from './merge-plan.ts';

/** Of one event of a log, what a merged run has of it; `null` = nothing. */
export type EventFilter = (event: RunEvent) => RunEvent | null;

/** Logs of machines that shared queues, each left with what counts of it. */
export interface CountedLogs extends Completeness {
  readonly logs: readonly StartedLog[];
  readonly filters: ReadonlyMap<StartedLog, EventFilter>;
}

type QueueLog = StartedLog & { readonly started: { readonly queue: QueueMembership } };

/** Chooses the one result of each task, and holds all of them against the plan of their build. Logs without a queue stay as they are. */
export function countQueueResults(
  logs: readonly StartedLog[],
  reportsEveryFile: (framework: string) => boolean,
): CountedLogs {
  const builds = Map.groupBy(logs.filter(isOfQueue), ({ started: { planId, queue } }) =>
    JSON.stringify([planId, queue.build]),
  );
  const filters = new Map<StartedLog, EventFilter>();
  const replaced = new Map<StartedLog, StartedLog>();
  const checked = [...builds.values()].map((own): Completeness => {
    const counted = countBuild(own);
    for (const log of own) {
      const here = counted.results.filter((result) => result.log === log);
      const left = withTasks(log, here);
      replaced.set(log, left);
      filters.set(left, createFilter(here));
    }
    const check = checkBuild(own, counted.results, reportsEveryFile);
    return { ...check, findings: [...counted.findings, ...check.findings] };
  });
  return {
    logs: logs.map((log) => replaced.get(log) ?? log),
    filters,
    findings: checked.flatMap(({ findings }) => findings),
    missing: checked.flatMap(({ missing }) => missing),
  };
}

function isOfQueue(log: StartedLog): log is QueueLog {
  return log.started.queue !== undefined;
}

type Counted = QueueResult & { readonly log: StartedLog };

function countBuild(logs: readonly QueueLog[]): {
  readonly results: readonly Counted[];
  readonly findings: readonly Finding[];
} {
  const all = logs.flatMap((log) => [...log.queueResults.values()].map((result): Counted => ({ ...result, log })));
  const findings: Finding[] = [];
  const results = [...Map.groupBy(all, ({ task }) => task.id).values()].flatMap((own): Counted[] => {
    const counted = countedResult(own);
    const accepted = new Set(own.flatMap(({ isAccepted, lease }) => (isAccepted ? [lease] : [])));
    if (counted !== null && accepted.size > 1) {
      const problem = `${counted.task.id} was accepted ${accepted.size} times, because the Redis server had lost data: the worse result counts`;
      findings.push({ problem, verdict: 'passed' });
    }
    return own.filter((result) => result === counted);
  });
  return { results, findings };
}

function checkBuild(
  logs: readonly QueueLog[],
  results: readonly Counted[],
  reportsEveryFile: (framework: string) => boolean,
): Completeness {
  const [first] = logs;
  if (first === undefined) return { findings: [], missing: [] };
  const { planId, plan, queue } = first.started;
  const run = {
    ...{ path: first.path, planId, shard: { index: 1, total: 1 }, what: `build ${queue.build}` },
    plan: { ...plan, tasks: results.map(({ task }) => task) },
    tasks: new Set(results.map(({ task }) => task.id)),
    outcomes: new Map(results.flatMap(({ task, outcome }) => (outcome === null ? [] : [[task.id, outcome]]))),
    narrowed: new Set(results.flatMap(({ task, isNarrowed }) => (isNarrowed ? [task.id] : []))),
    files: new Map(results.map(({ task, files }) => [task.id, files])),
  };
  return checkCompleteness([run], reportsEveryFile);
}

function withTasks(log: StartedLog, results: readonly Counted[]): StartedLog {
  const started = { ...log.started };
  delete started.queue;
  const tasks: readonly Task[] = results.map(({ task }) => task);
  return {
    ...log,
    started: { ...started, plan: { ...started.plan, tasks } },
    tasks: new Set(tasks.map(({ id }) => id)),
    outcomes: new Map(results.flatMap(({ task, outcome }) => (outcome === null ? [] : [[task.id, outcome]]))),
    // What a machine could not do others did, or it is missing.
    verdict: log.isStopped ? null : log.verdict,
  };
}

/** Lets through what was told under the leases that count in this log. */
function createFilter(results: readonly Counted[]): EventFilter {
  const counted = new Map(results.map(({ task, lease, isOwn }) => [task.id, { lease, isOwn }]));
  const current = new Map<string, string>();
  return (event) => {
    if (event.type === 'task-claimed') {
      current.set(event.task, event.lease);
      return null;
    }
    if (event.type === 'elsewhere') {
      const inner = event.event;
      const task = 'task' in inner && inner.type !== 'task-claimed' ? counted.get(inner.task) : undefined;
      return task?.isOwn === false && task.lease === event.lease ? inner : null;
    }
    if (event.type === 'queue-progress') return null;
    // What stopped one machine did not stop the build; what it left is missing, or was run by another.
    if (event.type === 'run-cancelling') return event.reason.kind === 'internal-error' ? event : null;
    if (!('task' in event)) return event;
    const task = counted.get(event.task);
    return task?.isOwn === true && task.lease === current.get(event.task) ? event : null;
  };
}
