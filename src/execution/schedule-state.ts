import type { Priority } from '../model/config.ts';
import type { CancelReason, Outcome, StoppedStage } from '../model/outcome.ts';
import type { Plan, PlannedLayer, Task } from '../model/plan.ts';
import { isNarrowed } from '../results/verdict.ts';
import { createGates, gateOf } from './gates.ts';
import type { Gates } from './gates.ts';

/** What has happened to the tasks of a plan so far, indexed so that one move costs no walk over all of them. */
export interface ScheduleState {
  readonly slots: number;
  /** Tasks in the order in which they are considered. */
  readonly entries: readonly Entry[];
  readonly byId: ReadonlyMap<string, Entry>;
  readonly gates: Gates;
  readonly layers: readonly PlannedLayer[];
  /** Tasks that may start as far as other categories are concerned, by what else they need; ordered by their first task. */
  readonly ready: ReadyGroup[];
  readonly groups: Map<string, ReadyGroup>;
  /** Tasks that will never start, each with the outcome it ends with; `settleFrom` is the first not yet ended. */
  readonly settling: { readonly entry: Entry; readonly outcome: Outcome }[];
  settleFrom: number;
  readonly held: Held;
  ended: number;
}

/** One task of the plan with where it is in its life. */
export interface Entry {
  readonly task: Task;
  readonly rank: number;
  /** Slots it holds while it runs: its weight, clamped to what the run has. */
  readonly weight: number;
  /** Categories it still waits for. */
  waitingFor: number;
  state: 'waiting' | 'ready' | 'settling' | 'running' | 'ended';
  /** Slot numbers it holds. */
  slots: readonly number[];
}

/** Ready tasks that need the same: when the first cannot start, none of them can. */
interface ReadyGroup {
  readonly entries: Entry[];
  /** Index of the first that has not started. */
  first: number;
}

/** What running tasks hold. */
export interface Held {
  readonly freeSlots: number[];
  readonly locks: Set<string>;
  /** Running tasks by category. */
  readonly categories: Map<string, number>;
  /** Running tasks by the categories they conflict with. */
  readonly conflicts: Map<string, number>;
  running: number;
  exclusive: boolean;
}

const urgency: Record<Priority, number> = { critical: 0, high: 1, normal: 2, low: 3, background: 4 };

/** The state before anything ran; tasks are considered by priority, then in the plan's order. */
export function createScheduleState(plan: Plan): ScheduleState {
  const slots = Math.max(1, Math.floor(plan.slots));
  const entries = plan.tasks
    .toSorted((a, b) => urgency[a.priority] - urgency[b.priority])
    .map((task, rank): Entry => ({
      task,
      rank,
      weight: Math.min(slots, Math.max(1, Math.floor(task.slots))),
      waitingFor: 0,
      state: 'waiting',
      slots: [],
    }));
  const state: ScheduleState = {
    slots,
    entries,
    byId: new Map(entries.map((entry) => [entry.task.id, entry])),
    gates: createGates(entries),
    layers: plan.layers ?? [],
    ready: [],
    groups: new Map(),
    settling: [],
    settleFrom: 0,
    held: {
      freeSlots: Array.from({ length: slots }, (_, slot) => slot),
      locks: new Set(),
      categories: new Map(),
      conflicts: new Map(),
      running: 0,
      exclusive: false,
    },
    ended: 0,
  };
  for (const entry of entries) {
    if (entry.task.settled !== null) settleLater(state, entry, entry.task.settled);
    else if (entry.waitingFor === 0) makeReady(state, entry);
  }
  return state;
}

/** Records that `nextMove` was followed: the task runs and holds its slots, locks and category. */
export function markStarted(state: ScheduleState, task: Task): void {
  const group = state.groups.get(needsOf(task));
  const entry = group?.entries[group.first];
  if (group === undefined || entry?.task.id !== task.id)
    throw new Error(`task ${task.id} is not the next of its kind to start`);
  state.ready.splice(state.ready.indexOf(group), 1);
  group.first += 1;
  enqueue(state.ready, group);
  entry.state = 'running';
  entry.slots = state.held.freeSlots.splice(0, entry.weight);
  const { held } = state;
  held.running += 1;
  held.exclusive = task.exclusive;
  for (const lock of task.locks) held.locks.add(lock);
  count(held.categories, task.category, 1);
  for (const category of new Set(task.conflicts)) count(held.conflicts, category, 1);
}

/** Records how a task ended, whether it ran or was settled without running. */
export function markEnded(state: ScheduleState, task: Task, outcome: Outcome): void {
  const entry = state.byId.get(task.id);
  if (entry === undefined || entry.state === 'ended')
    throw new Error(`task ${task.id} is not in the plan or has ended before`);
  if (entry.state === 'running') giveBack(state.held, entry);
  entry.state = 'ended';
  state.ended += 1;
  while (state.settling[state.settleFrom]?.entry.state === 'ended') state.settleFrom += 1;
  passGate(state, task.category, isSatisfying(task, outcome));
}

/** No task starts any more (of one category, if given); those that have not started end as cancelled. */
export function halt(state: ScheduleState, reason: CancelReason, category: string | null): void {
  const isHalted = (task: Task): boolean => category === null || task.category === category;
  const kept = state.ready.filter((group) => !group.entries.slice(group.first).some(({ task }) => isHalted(task)));
  state.ready.splice(0, state.ready.length, ...kept);
  for (const entry of state.entries) {
    if (isHalted(entry.task)) settleLater(state, entry, { kind: 'cancelled', reason });
  }
}

function isSatisfying(task: Task, outcome: Outcome): boolean {
  return outcome.kind === 'passed' || (outcome.kind === 'no-tests' && isNarrowed(task));
}

function passGate(state: ScheduleState, category: string, satisfied: boolean): void {
  const gate = gateOf(state.gates, category);
  gate.remaining -= 1;
  if (!satisfied && !gate.blocked) {
    gate.blocked = true;
    for (const entry of gate.dependents) {
      const stage = stoppedStage(state.layers, entry.task.category, category);
      const because = { kind: 'blocked', by: category, ...(stage === null ? {} : { stage }) } as const;
      settleLater(state, entry, { kind: 'skipped', because });
    }
  }
  if (gate.remaining > 0) return;
  for (const entry of gate.waiting) {
    entry.waitingFor -= 1;
    if (entry.waitingFor === 0 && entry.state === 'waiting') makeReady(state, entry);
  }
}

/** The stage that did not pass, when that is why a category of a later one does not start. */
function stoppedStage(layers: readonly PlannedLayer[], blocked: string, by: string): StoppedStage | null {
  for (const { name, stages } of layers) {
    const [own, failed] = [blocked, by].map((category) => stages.findIndex((stage) => stage.includes(category)));
    if (own === undefined || failed === undefined || failed === -1 || own <= failed) continue;
    return { layer: name, number: failed + 1, total: stages.length, categories: stages[failed] ?? [] };
  }
  return null;
}

function settleLater(state: ScheduleState, entry: Entry, outcome: Outcome): void {
  if (entry.state !== 'waiting' && entry.state !== 'ready') return;
  entry.state = 'settling';
  state.settling.push({ entry, outcome });
}

function makeReady(state: ScheduleState, entry: Entry): void {
  entry.state = 'ready';
  const key = needsOf(entry.task);
  const group = state.groups.get(key) ?? { entries: [], first: 0 };
  state.groups.set(key, group);
  const head = group.entries[group.first];
  insertByRank(group.entries, entry, { from: group.first, rankOf: ({ rank }) => rank });
  if (group.entries[group.first] === head) return;
  if (head !== undefined) state.ready.splice(state.ready.indexOf(group), 1);
  enqueue(state.ready, group);
}

/** Equal for tasks that need the same. */
function needsOf({ category, slots, exclusive, locks, conflicts }: Task): string {
  return JSON.stringify([category, slots, exclusive, locks, conflicts]);
}

/** Puts a group where its first task belongs, unless it is empty. */
function enqueue(ready: ReadyGroup[], group: ReadyGroup): void {
  const rankOf = ({ entries, first }: ReadyGroup): number => entries[first]?.rank ?? Infinity;
  if (rankOf(group) !== Infinity) insertByRank(ready, group, { from: 0, rankOf });
}

function insertByRank<T>(
  sorted: T[],
  item: T,
  order: { readonly from: number; readonly rankOf: (item: T) => number },
): void {
  const rank = order.rankOf(item);
  let low = order.from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = sorted[middle];
    if (there !== undefined && order.rankOf(there) < rank) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, item);
}

function giveBack(held: Held, entry: Entry): void {
  held.freeSlots.push(...entry.slots);
  held.freeSlots.sort((a, b) => a - b);
  held.running -= 1;
  held.exclusive = false;
  for (const lock of entry.task.locks) held.locks.delete(lock);
  count(held.categories, entry.task.category, -1);
  for (const category of new Set(entry.task.conflicts)) count(held.conflicts, category, -1);
}

function count(counts: Map<string, number>, key: string, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change);
}
