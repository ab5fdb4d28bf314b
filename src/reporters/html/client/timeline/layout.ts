import type { PageAttempt, PageData, PageService, PageSpan, PageTask } from '../../page-data.ts';

/** All that happened in the slots of a run, and to its services. Times are milliseconds from the start of the run. */
export interface Timeline {
  readonly durationMs: number;
  readonly lanes: readonly Lane[];
  /** Of all slots together: held by a task. */
  readonly busyMs: number;
  readonly idleMs: number;
  /** Tasks that the run's duration hangs on, in the order they began. */
  readonly critical: readonly PageTask[];
}

export interface Lane {
  readonly kind: 'slot' | 'service';
  readonly name: string;
  /** Bars that were there at the same time stand in rows of their own. */
  readonly rows: number;
  readonly bars: readonly Bar[];
  /** Held by a task that holds several slots and is drawn in another lane. */
  readonly held: readonly Range[];
  /** When nothing ran in it. */
  readonly gaps: readonly Range[];
  readonly busyMs: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Bar extends Range {
  readonly row: number;
  readonly of: BarOf;
}

/** What a bar stands for. */
export type BarOf =
  | { readonly kind: 'attempt'; readonly task: PageTask; readonly attempt: PageAttempt }
  | { readonly kind: 'service'; readonly service: PageService; readonly span: PageSpan };

/** So much bars may cover one another in a timeline of a length, which is no more than can be seen. */
export function overlapSlackMs(durationMs: number): number {
  return Math.max(20, durationMs / 400);
}

/** Slots of a run in which nothing ran are shown up to this many. */
const maxEmptySlots = 64;

/** Puts attempts into the lanes of their slots, and services into lanes of their own. */
export function layOut({ run, tasks, services }: Pick<PageData, 'run' | 'tasks' | 'services'>): Timeline {
  const attempts = tasks.flatMap(attemptsOf);
  const spans = services.flatMap((service) => service.spans);
  const durationMs = [...attempts, ...spans].reduce(
    (latest, { to }) => Math.max(latest, to),
    Math.max(0, run.durationMs),
  );
  const workers = [...Map.groupBy(attempts, ({ worker }) => worker)].sort(([a], [b]) => byNumber(a, b));
  const slots = workers.flatMap(([worker, own]) => slotLanes(own, { worker, durationMs, least: run.slots }));
  const busyMs = slots.reduce((sum, slot) => sum + slot.busyMs, 0);
  return {
    durationMs,
    lanes: [...slots, ...services.map((service) => serviceLane(service, durationMs))],
    busyMs,
    idleMs: Math.max(0, slots.length * durationMs - busyMs),
    critical: tasks.filter((task) => task.critical).sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0)),
  };
}

const { compare: byNumber } = new Intl.Collator('en', { numeric: true });

interface SlotOptions {
  /** Of a report of several shards or machines; empty otherwise. */
  readonly worker: string;
  readonly durationMs: number;
  /** So many slots there were, used or not. */
  readonly least: number;
}

function slotLanes(attempts: readonly PlacedAttempt[], { worker, durationMs, least }: SlotOptions): readonly Lane[] {
  const bySlot = Map.groupBy(attempts, ({ slot }) => slot);
  const used = [...bySlot.keys()].flatMap((slot) => slot ?? []);
  const count = used.reduce((most, slot) => Math.max(most, slot + 1), Math.min(least, maxEmptySlots));
  const slots = Array.from({ length: count }, (_, slot) => slot);
  const held = heldElsewhere(attempts, slots);
  const prefix = worker === '' ? '' : `${/^\d+\/\d+$/.test(worker) ? `shard ${worker}` : worker}, `;
  const lanes = slots.map((slot) => {
    const content = { bars: bySlot.get(slot) ?? [], held: held.get(slot) ?? [] };
    return lane({ kind: 'slot', name: `${prefix}slot ${slot + 1}` }, content, durationMs);
  });
  const elsewhere = bySlot.get(null);
  if (elsewhere === undefined) return lanes;
  return [...lanes, lane({ kind: 'slot', name: `${prefix}no slot` }, { bars: elsewhere, held: [] }, durationMs)];
}

interface Placed extends Range {
  readonly of: BarOf;
}

interface PlacedAttempt extends Placed {
  readonly worker: string;
  readonly slot: number | null;
  readonly slots: number;
}

function attemptsOf(task: PageTask): readonly PlacedAttempt[] {
  return task.attempts.map((attempt) => ({
    from: attempt.startedAt,
    to: attempt.startedAt + Math.max(0, attempt.durationMs),
    of: { kind: 'attempt', task, attempt },
    worker: task.worker ?? '',
    slot: attempt.slot ?? task.slot,
    slots: task.slots ?? 1,
  }));
}

function serviceLane(service: PageService, durationMs: number): Lane {
  const bars = service.spans.map((span): Placed => ({ ...rangeOf(span), of: { kind: 'service', service, span } }));
  return lane({ kind: 'service', name: service.name }, { bars, held: [] }, durationMs);
}

/** Which other slots a task held is not known: any that nothing else was in at the time will do. */
function heldElsewhere(
  attempts: readonly PlacedAttempt[],
  slots: readonly number[],
): ReadonlyMap<number, readonly Range[]> {
  const taken = new Map(slots.map((slot) => [slot, attempts.filter((attempt) => attempt.slot === slot).map(rangeOf)]));
  const held = new Map<number, Range[]>(slots.map((slot) => [slot, []]));
  for (const attempt of attempts.filter(({ slots: holds }) => holds > 1)) {
    let missing = attempt.slots - 1;
    for (const slot of slots) {
      const there = taken.get(slot) ?? [];
      if (missing === 0 || slot === attempt.slot) continue;
      if (there.some((range) => range.from < attempt.to && attempt.from < range.to)) continue;
      there.push(rangeOf(attempt));
      held.get(slot)?.push(rangeOf(attempt));
      missing -= 1;
    }
  }
  return held;
}

function rangeOf({ from, to }: Range): Range {
  return { from, to };
}

function lane(
  about: Pick<Lane, 'kind' | 'name'>,
  content: { readonly bars: readonly Placed[]; readonly held: readonly Range[] },
  durationMs: number,
): Lane {
  // One that ends as the next one begins is recorded a moment after it.
  const slackMs = overlapSlackMs(durationMs);
  const ends: number[] = [];
  const bars = [...content.bars]
    .sort((a, b) => a.from - b.from)
    .map(({ from, to, of }): Bar => {
      const free = ends.findIndex((end) => end - slackMs <= from);
      const row = free === -1 ? ends.length : free;
      ends[row] = to;
      return { from, to, row, of };
    });
  const gaps = gapsIn([...bars, ...content.held], durationMs);
  const idleMs = gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  return { ...about, rows: Math.max(1, ends.length), bars, held: content.held, gaps, busyMs: durationMs - idleMs };
}

function gapsIn(ranges: readonly Range[], durationMs: number): readonly Range[] {
  const gaps: Range[] = [];
  let at = 0;
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    if (from > at) gaps.push({ from: at, to: from });
    at = Math.max(at, to);
  }
  if (at < durationMs) gaps.push({ from: at, to: durationMs });
  return gaps;
}

/** Moments for the marks of an axis, from 0, at most `most` and in steps that read well. */
export function ticks(durationMs: number, most: number): readonly number[] {
  const least = durationMs / Math.max(1, most - 1);
  const step = steps.find((size) => size >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
  return Array.from({ length: Math.floor(durationMs / step) + 1 }, (_, at) => at * step);
}

const [second, minute, hour] = [1000, 60_000, 3_600_000];
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((amount) => amount * second),
  ...[1, 2, 5, 10, 15, 30].map((amount) => amount * minute),
  ...[1, 2, 4, 6, 12, 24].map((amount) => amount * hour),
];
