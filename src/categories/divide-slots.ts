import type { Task } from '../model/plan.ts';

/** What decides who gets how many slots. */
export interface DivideOptions {
  readonly slots: number;
  /** The task runs its files in workers of its own: it may hold any number of slots up to those it has now. */
  readonly canShrink: (task: Task) => boolean;
  /** What a process of a suite costs before its first test, in milliseconds. */
  readonly startUp: ReadonlyMap<string, number>;
}

/**
 * Gives tasks with workers of their own as many slots as their part of the work is worth, so that other tasks of the same urgency run beside
 * them: holding all slots, such a task would have to wait until all are free, and everything else would wait for it. Alone it has them all.
 */
export function divideSlots(tasks: readonly Task[], options: DivideOptions): readonly Task[] {
  const waves = wavesOf(tasks);
  const rivals = Map.groupBy(
    tasks.filter((task) => task.settled === null && !task.exclusive),
    (task) => `${waves.get(task.category) ?? 0} ${task.priority}`,
  );
  const changed = new Map([...rivals.values()].flatMap((group) => divideAmong(group, options)));
  return tasks.map((task) => changed.get(task) ?? task);
}

/** How many categories have to end one after the other before one can start; those of one wave may run side by side. */
function wavesOf(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const before = new Map<string, Set<string>>();
  for (const { category, dependsOn, after } of tasks) {
    const own = before.get(category) ?? new Set();
    before.set(category, own);
    for (const name of [...dependsOn, ...after]) own.add(name);
  }
  const waves = new Map<string, number>();
  const waveOf = (name: string): number => {
    const known = waves.get(name);
    if (known !== undefined) return known;
    // Survives a circle.
    waves.set(name, 0);
    const wave = Math.max(0, ...[...(before.get(name) ?? [])].map((other) => waveOf(other) + 1));
    waves.set(name, wave);
    return wave;
  };
  for (const name of before.keys()) waveOf(name);
  return waves;
}

/** Tasks that can only run one after the other, because they hold a lock in common. */
interface Lane {
  readonly tasks: readonly Task[];
  readonly work: number;
  readonly most: number;
  slots: number;
}

function divideAmong(group: readonly Task[], options: DivideOptions): readonly (readonly [Task, Task])[] {
  const flexible = group.filter((task) => task.slots > 1 && options.canShrink(task));
  if (flexible.length === 0 || group.length === 1) return [];
  const measured = group.every(({ expectedMs }) => expectedMs !== null);
  const workOf = (task: Task): number =>
    measured
      ? Math.max(1, (task.expectedMs ?? 0) - startOf(task, options)) * task.slots
      : Math.max(1, task.files.length);
  const total = group.reduce((sum, task) => sum + workOf(task), 0);
  const lanes = [
    ...Map.groupBy(flexible, ({ id, locks }) => (locks.length === 0 ? id : `\0${locks.join('\0')}`)).values(),
  ].map((tasks): Lane => {
    const work = tasks.reduce((sum, task) => sum + workOf(task), 0);
    const most = Math.max(...tasks.map((task) => task.slots));
    return { tasks, work, most, slots: Math.min(most, fairShare(work / total, options.slots)) };
  });
  widen(lanes, { slots: options.slots, total });
  return lanes.flatMap(({ tasks, slots }) =>
    tasks.map((task) => [task, withSlots(task, Math.min(task.slots, slots), options)] as const),
  );
}

/** Rounded up, since others can use what is left over but such a task cannot grow; a tenth of a slot is not worth a whole one. */
function fairShare(part: number, slots: number): number {
  return Math.max(1, Math.ceil(part * slots - 0.1));
}

/** Gives one more slot to the lane that ends last, as long as all end sooner for it. */
function widen(lanes: readonly Lane[], { slots, total }: { readonly slots: number; readonly total: number }): void {
  for (let best = lastEnd(lanes, slots); ;) {
    const last = best.lane;
    if (last === null || best.end <= (total / slots) * 1.02 || last.slots >= last.most) return;
    last.slots += 1;
    const wider = lastEnd(lanes, slots);
    if (wider.end >= best.end) {
      last.slots -= 1;
      return;
    }
    best = wider;
  }
}

/** When the last lane ends if each starts as soon as there are slots for it, the longest first; other work fills the gaps. */
function lastEnd(lanes: readonly Lane[], slots: number): { readonly end: number; readonly lane: Lane | null } {
  const free = Array.from({ length: slots }, () => 0);
  let last: { end: number; lane: Lane | null } = { end: 0, lane: null };
  for (const lane of lanes.toSorted((a, b) => b.work / b.slots - a.work / a.slots)) {
    free.sort((a, b) => a - b);
    const end = (free[lane.slots - 1] ?? 0) + lane.work / lane.slots;
    free.fill(end, 0, lane.slots);
    if (end > last.end) last = { end, lane };
  }
  return last;
}

function withSlots(task: Task, slots: number, options: DivideOptions): Task {
  if (slots === task.slots) return task;
  if (task.expectedMs === null) return { ...task, slots };
  const start = startOf(task, options);
  return { ...task, slots, expectedMs: Math.round(((task.expectedMs - start) * task.slots) / slots + start) };
}

function startOf({ suite }: Task, { startUp }: Pick<DivideOptions, 'startUp'>): number {
  return startUp.get(suite) ?? 0;
}
