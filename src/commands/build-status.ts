import { formatDuration } from '../base/duration.ts';
import { table } from '../base/table.ts';
import { oneLine, plural, truncate } from '../base/text.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { BuildQueue } from '../queue/build-queue.ts';
import type { SeenWorker } from '../queue/worker-notes.ts';

/** How far a build on a queue is, as `queue status --json` prints it. */
export interface BuildStatus {
  readonly build: string;
  readonly planId: string;
  readonly total: number;
  readonly done: number;
  readonly running: number;
  readonly waiting: number;
  /** Until all have ended, by what has ended so far; `null` = nothing has, or nobody works on it. */
  readonly remainingMs: number | null;
  readonly workers: readonly StatusOfWorker[];
}

type StatusOfWorker = SeenWorker & { readonly state: MachineState };

/** `silent`: it was not heard of for longer than its lease, so others have its tasks. */
export type MachineState = 'working' | 'waiting' | 'silent' | 'left';

/** Asks the server. Rejects when that cannot be had. */
export async function readBuildStatus(queue: BuildQueue, plan: Plan, build: string): Promise<BuildStatus> {
  const { done, running, waiting } = await queue.counts();
  const workers = (await queue.workers()).map((worker) => ({ ...worker, state: stateOf(worker) }));
  const isAlive = workers.some(({ state }) => state === 'working' || state === 'waiting');
  const elapsedMs = Math.max(0, ...workers.map(({ joinedMs }) => joinedMs));
  const remainingMs = isAlive || done >= plan.tasks.length ? forecast(plan.tasks, { done, elapsedMs }) : null;
  return {
    ...{ build, planId: plan.id, total: plan.tasks.length, done, running, waiting },
    ...{ remainingMs: remainingMs === null ? null : Math.round(remainingMs), workers },
  };
}

/** Beats come four times in a lease; a second is for the network. */
function stateOf({ left, silentMs, leaseMs, running }: SeenWorker): MachineState {
  if (left !== null) return 'left';
  if (silentMs > leaseMs + 1000) return 'silent';
  return running.length > 0 ? 'working' : 'waiting';
}

/** Tasks are handed out in the order of the plan; what is known of their times says how much of the whole has ended. */
export function forecast(
  tasks: readonly Pick<Task, 'expectedMs'>[],
  { done, elapsedMs }: { readonly done: number; readonly elapsedMs: number },
): number | null {
  if (done >= tasks.length) return 0;
  if (done === 0) return null;
  const known = tasks.flatMap(({ expectedMs }) => expectedMs ?? []);
  const usual = known.length === 0 ? 1 : Math.max(1, sum(known) / known.length);
  const weights = tasks.map(({ expectedMs }) => expectedMs ?? usual);
  const ended = sum(weights.slice(0, done));
  return ended === 0 ? null : (elapsedMs * sum(weights.slice(done))) / ended;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** The build in one line. */
export function headOf({ build, total, done, running, waiting, remainingMs }: BuildStatus): string {
  const blocked = total - done - running - waiting;
  const parts = [`${done} done`, `${running} running`, `${waiting} waiting`];
  if (blocked > 0) parts.push(`${blocked} waiting for other categories`);
  if (remainingMs !== null && remainingMs > 0) parts.push(`about ${formatDuration(remainingMs)} left`);
  return `Build ${oneLine(build)}: ${plural(total, 'task')}, ${parts.join(', ')}`;
}

/** The build and each of its machines, at most `columns` wide; of more than `rows` lines those that have left are counted only. */
export function statusLines(
  status: BuildStatus,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const { workers } = status;
  const room = Math.max(1, rows - 2);
  const sorted = workers.length <= room ? workers : workers.toSorted((a, b) => rankOf(a) - rankOf(b));
  const shown = sorted.slice(0, room);
  const lines = workers.length === 0 ? ['no machine has joined'] : table(shown.map(cellsOf));
  const rest = workers.length - shown.length;
  return [headOf(status), ...lines, ...(rest > 0 ? [`and ${plural(rest, 'machine')} more`] : [])].map((line) =>
    truncate(line, columns),
  );
}

function rankOf({ state }: StatusOfWorker): number {
  return ['working', 'waiting', 'silent', 'left'].indexOf(state);
}

function cellsOf({ worker, state, slots, done, failed, running, left, silentMs }: StatusOfWorker): readonly string[] {
  return [
    worker,
    plural(slots, 'slot'),
    `${done} done`,
    failed === 0 ? '' : `${failed} failed`,
    left === null ? `${state}, heard of ${formatDuration(silentMs)} ago` : `left: ${left}`,
    running.slice(0, 3).join(', ') + (running.length > 3 ? ` and ${running.length - 3} more` : ''),
  ];
}
