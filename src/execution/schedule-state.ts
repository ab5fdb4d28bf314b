import type { Priority } from '../model/config.ts';
import type { CancelReason, Outcome, StoppedStage } from '../model/outcome.ts';
import type { Plan, PlannedLayer, Task } from '../model/plan.ts';
import { satisfies } from '../results/verdict.ts';
import { addToGate, createGates, gateOf } from './gates.ts';
import type { Gates } from './gates.ts';
import { createHeld, giveBack, take } from './held.ts';
import type { Held } from './held.ts';

/** What has happened to the tasks of a plan so far, indexed so that one move costs no walk over all of them. */
export interface ScheduleState {
  readonly slots: number;
  /** Tasks in the order in which they are considered. */
  readonly entries: Entry[];
  readonly byId: Map<string, Entry>;
  readonly gates: Gates;
  readonly layers: readonly PlannedLayer[];
  /** Tasks that may start as far as other categories are concerned, by what else they need; ordered by their first task. */
  readonly ready: ReadyGroup[];
  readonly groups: Map<string, ReadyGroup>;
  /** Tasks that will never start, each with the outcome it ends with; `settleFrom` is the first not yet ended. */
  readonly settling: { readonly entry: Entry; readonly outcome: Outcome }[];
  settleFrom: number;
  /** Tasks that ran and are to run again when nothing else can; some may have been settled since. */
  postponed: readonly Entry[];
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
  state: 'waiting' | 'ready' | 'settling' | 'running' | 'postponed' | 'ended';
  /** Nothing may run beside it. */
  isAlone: boolean;
  /** Slot numbers it holds. */
  slots: readonly number[];
}

/** Ready tasks that need the same: when the first cannot start, none of them can. */
interface ReadyGroup {
  readonly entries: Entry[];
  /** Index of the first that has not started. */
  first: number;
}

const urgency: Record<Priority, number> = { critical: 0, high: 1, normal: 2, low: 3, background: 4 };

/** The state before anything ran; tasks are considered by priority, then in the plan's order. */
export function createScheduleState(plan: Pick<Plan, 'tasks' | 'slots' | 'layers'>): ScheduleState {
  const slots = Math.max(1, Math.floor(plan.slots));
  const entries = plan.tasks
    .toSorted((a, b) => urgency[a.priority] - urgency[b.priority])
    .map((task, rank) => createEntry(task, rank, slots));
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
    postponed: [],
    held: createHeld(slots),
    ended: 0,
  };
  for (const entry of entries) {
    if (entry.task.settled !== null) settleLater(state, entry, entry.task.settled);
    else if (entry.waitingFor === 0) makeReady(state, entry);
  }
  return state;
}

function createEntry(task: Task, rank: number, slots: number): Entry {
  const weight = Math.min(slots, Math.max(1, Math.floor(task.slots)));
  return { task, rank, weight, waitingFor: 0, state: 'waiting', isAlone: task.exclusive, slots: [] };
}

/** Adds a task that waits for no category; one of that name that has ended is forgotten. */
export function addTask(state: ScheduleState, task: Task): void {
  const entry = createEntry(task, state.entries.length, state.slots);
  state.entries.push(entry);
  state.byId.set(task.id, entry);
  addToGate(state.gates, task.category);
  if (task.settled !== null) settleLater(state, entry, task.settled);
  else makeReady(state, entry);
}

/** Whether a task that is added could start at once, as far as slots are concerned. */
export function hasRoom({ held, ready, settling, settleFrom }: ScheduleState): boolean {
  return held.freeSlots.length > 0 && !held.exclusive && ready.length === 0 && settleFrom === settling.length;
}

/** The task does not start any more, or not again; one that runs is left alone. */
export function haltTask(state: ScheduleState, task: Task, reason: CancelReason): void {
  const entry = state.byId.get(task.id);
  if (entry?.task !== task) return;
  const index = state.ready.findIndex((group) => group.entries.slice(group.first).includes(entry));
  const group = state.ready[index];
  if (group !== undefined) {
    state.ready.splice(index, 1);
    group.entries.splice(group.entries.indexOf(entry, group.first), 1);
    enqueue(state.ready, group);
  }
  settleLater(state, entry, { kind: 'cancelled', reason });
}

/** Records that `nextMove` was followed: the task runs and holds its slots, locks and category. */
export function markStarted(state: ScheduleState, task: Task): void {
  const entry = entryOf(state, task);
  const group = state.groups.get(needsOf(entry));
  if (group?.entries[group.first] !== entry) throw new Error(`task ${task.id} is not the next of its kind to start`);
  state.ready.splice(state.ready.indexOf(group), 1);
  group.first += 1;
  enqueue(state.ready, group);
  entry.state = 'running';
  take(state.held, entry);
}

/** Records that a task has run and is to run again when all others that can run have ended; `alone` = with nothing beside it. */
export function markPostponed(state: ScheduleState, task: Task, when: 'end' | 'alone'): void {
  const entry = entryOf(state, task);
  if (entry.state !== 'running') throw new Error(`task ${task.id} does not run`);
  giveBack(state.held, entry);
  entry.state = 'postponed';
  entry.isAlone = task.exclusive || when === 'alone';
  state.postponed = [...state.postponed, entry];
  resumePostponed(state);
}

/** Records how a task ended, whether it ran or was settled without running. */
export function markEnded(state: ScheduleState, task: Task, outcome: Outcome): void {
  const entry = entryOf(state, task);
  if (entry.state === 'ended') throw new Error(`task ${task.id} has ended before`);
  if (entry.state === 'running') giveBack(state.held, entry);
  entry.state = 'ended';
  state.ended += 1;
  while (state.settling[state.settleFrom]?.entry.state === 'ended') state.settleFrom += 1;
  passGate(state, task.category, satisfies(task, outcome));
  resumePostponed(state);
}

function entryOf(state: ScheduleState, task: Task): Entry {
  const entry = state.byId.get(task.id);
  if (entry === undefined) throw new Error(`task ${task.id} is not in the plan`);
  return entry;
}

/** No task starts any more (of one category, if given); those that have not started, or not again, end as cancelled. */
export function halt(state: ScheduleState, reason: CancelReason, category: string | null): void {
  const isHalted = (task: Task): boolean => category === null || task.category === category;
  const kept = state.ready.filter((group) => !group.entries.slice(group.first).some(({ task }) => isHalted(task)));
  state.ready.splice(0, state.ready.length, ...kept);
  for (const entry of state.entries) {
    if (isHalted(entry.task)) settleLater(state, entry, { kind: 'cancelled', reason });
  }
}

/** Those that need not be alone together, then the others one by one: what becomes possible after each comes before the next. */
function resumePostponed(state: ScheduleState): void {
  if (state.held.running > 0 || state.ready.length > 0 || state.settleFrom < state.settling.length) return;
  const open = state.postponed.filter((entry) => entry.state === 'postponed');
  const together = open.filter(({ isAlone }) => !isAlone);
  const next = together.length > 0 ? together : open.slice(0, 1);
  state.postponed = open.filter((entry) => !next.includes(entry));
  for (const entry of next) makeReady(state, entry);
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
export function stoppedStage(layers: readonly PlannedLayer[], blocked: string, by: string): StoppedStage | null {
  for (const { name, stages } of layers) {
    const [own, failed] = [blocked, by].map((category) => stages.findIndex((stage) => stage.includes(category)));
    if (own === undefined || failed === undefined || failed === -1 || own <= failed) continue;
    return { layer: name, number: failed + 1, total: stages.length, categories: stages[failed] ?? [] };
  }
  return null;
}

function settleLater(state: ScheduleState, entry: Entry, outcome: Outcome): void {
  if (entry.state !== 'waiting' && entry.state !== 'ready' && entry.state !== 'postponed') return;
  entry.state = 'settling';
  state.settling.push({ entry, outcome });
}

function makeReady(state: ScheduleState, entry: Entry): void {
  entry.state = 'ready';
  const key = needsOf(entry);
  const group = state.groups.get(key) ?? { entries: [], first: 0 };
  state.groups.set(key, group);
  const head = group.entries[group.first];
  insertByRank(group.entries, entry, { from: group.first, rankOf: ({ rank }) => rank });
  if (group.entries[group.first] === head) return;
  if (head !== undefined) state.ready.splice(state.ready.indexOf(group), 1);
  enqueue(state.ready, group);
}

/** Equal for tasks that need the same. */
function needsOf({ task: { category, slots, locks, conflicts }, isAlone }: Entry): string {
  return JSON.stringify([category, slots, isAlone, locks, conflicts]);
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
