import type { RunEvent } from '../../model/event.ts';
import type { TaskRecord } from '../../results/run-state.ts';
import type { PageService, PageSpan } from './page-data.ts';

/** When attempts ran and what services did, as the events tell it. */
export interface Timeline {
  onEvent(event: RunEvent): void;
  /** Milliseconds since the epoch; `null` = it was not started. */
  startOf(task: string, attempt: number): { readonly at: number; readonly slot: number | null } | null;
  /** Times count from `startedAt`; what was still so at `endedAt` ends there. */
  services(startedAt: number, endedAt: number): readonly PageService[];
}

interface OpenSpan {
  readonly kind: PageSpan['kind'];
  readonly at: number;
  readonly text: string;
  until: number | null;
}

/** Starts with nothing; holds two numbers an attempt and a span for each change of a service. */
export function createTimeline(): Timeline {
  const starts = new Map<string, { readonly at: number; readonly slot: number | null }>();
  /** Of the tasks that run. */
  const slots = new Map<string, number>();
  const spans = new Map<string, OpenSpan[]>();

  const change = ({ service, change, at }: Extract<RunEvent, { type: 'service-changed' }>): void => {
    const own = spans.get(service) ?? [];
    spans.set(service, own);
    const last = own.at(-1);
    if (last !== undefined) last.until ??= at;
    if (change.kind === 'stopped') return;
    own.push({ kind: change.kind, at, text: spanText(change), until: null });
  };
  return {
    onEvent(event) {
      if (event.type === 'service-changed') change(event);
      else if (event.type === 'task-started') slots.set(event.task, event.slot);
      else if (event.type === 'attempt-started') {
        starts.set(keyOf(event.task, event.attempt), { at: event.at, slot: slots.get(event.task) ?? null });
      } else if (event.type === 'task-finished') slots.delete(event.task);
    },
    startOf: (task, attempt) => starts.get(keyOf(task, attempt)) ?? null,
    services: (startedAt, endedAt) =>
      [...spans].map(([name, own]) => ({
        name,
        spans: own.map(({ kind, at, text, until }) => ({
          ...{ kind, text, from: at - startedAt },
          to: Math.max(at, until ?? endedAt) - startedAt,
        })),
      })),
  };
}

/** The first attempt is nearly always the only one, and the name of its task is there already. */
function keyOf(task: string, attempt: number): string {
  return attempt === 1 ? task : `${task}\0${attempt}`;
}

function spanText(change: Extract<RunEvent, { type: 'service-changed' }>['change']): string {
  switch (change.kind) {
    case 'starting':
      return `starting by ${change.provider}`;
    case 'ready':
      return `ready by ${change.provider}${change.url === null ? '' : ` at ${change.url}`}`;
    case 'failed':
      return change.problem;
    case 'unavailable':
      return `${change.problem}. ${change.remedy}`;
    case 'stopping':
      return 'stopping';
    case 'stopped':
      return 'stopped';
  }
}

/**
 * The tasks that the end of the run hung on: from the one that ended last back to what each waited for, which is what ended last before it
 * in its slot, or in a category or lock that it had to wait for.
 */
export function criticalTasks(tasks: readonly TaskRecord[]): ReadonlySet<string> {
  const ran = tasks.filter(({ startedAt, endedAt }) => startedAt !== null && endedAt !== null);
  const latestFirst = ran.toSorted((a, b) => endOf(b) - endOf(a));
  const chain = new Set<string>();
  let [next] = latestFirst;
  while (next !== undefined && !chain.has(next.task.id)) {
    chain.add(next.task.id);
    next = lastBefore(next, latestFirst);
  }
  return chain;
}

/** What held up a task ended before it began: nothing that ended later is looked at, which of thousands would take seconds. */
function lastBefore(current: TaskRecord, latestFirst: readonly TaskRecord[]): TaskRecord | undefined {
  let low = 0;
  let high = latestFirst.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = latestFirst[middle];
    if (there !== undefined && endOf(there) > (current.startedAt ?? 0)) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < latestFirst.length; index += 1) {
    const before = latestFirst[index];
    if (before !== undefined && heldUp(current, before)) return before;
  }
  return undefined;
}

function endOf({ endedAt }: TaskRecord): number {
  return endedAt ?? 0;
}

function heldUp(current: TaskRecord, before: TaskRecord): boolean {
  if (before === current) return false;
  const { dependsOn, after, locks, exclusive, conflicts } = current.task;
  return (
    before.slot === current.slot ||
    exclusive ||
    before.task.exclusive ||
    [...dependsOn, ...after, ...conflicts].includes(before.task.category) ||
    locks.some((lock) => before.task.locks.includes(lock))
  );
}
