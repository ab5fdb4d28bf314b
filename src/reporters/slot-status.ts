import { formatDuration } from '../base/duration.ts';
import { oneLine, plain, plural, truncate } from '../base/text.ts';
import type { Style } from '../base/style.ts';
import type { TaskRecord } from '../results/run-state.ts';
import { expectedRemainingMs, progressText, runningTasks, startingServices } from './live-state.ts';
import type { LiveState } from './live-state.ts';

export interface SlotStatusOptions {
  readonly style: Style;
  /** Columns of a line, 20 at least. */
  readonly width: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The last line that each running task printed, by its id; absent = it printed nothing. */
  readonly lastLines: ReadonlyMap<string, string>;
}

const wordWidth = 12;

/** What each slot is doing, since when, its current test, and what it printed last: the answer to the key `t`. */
export function slotStatusLines(state: LiveState, options: SlotStatusOptions): readonly string[] {
  const { style, width, now } = options;
  const line = (word: string, text: string): string =>
    `${style.cyan(word.padStart(wordWidth))} ${truncate(text, width - wordWidth - 1)}`;
  const running = runningTasks(state.run).toSorted((a, b) => (a.slot ?? 0) - (b.slot ?? 0));
  return [
    line('STATUS', overallText(state, running, now)),
    ...running.flatMap((record) => {
      const last = options.lastLines.get(record.task.id);
      const text = last === undefined ? 'it has printed nothing yet' : `> ${oneLine(plain(last))}`;
      return [
        line(`slot ${record.slot ?? '?'}`, taskText(record, state, now)),
        `${' '.repeat(wordWidth + 1)}${style.dim(truncate(text, width - wordWidth - 1))}`,
      ];
    }),
    ...startingServices(state.run).map((service) => line('SERVICE', `${oneLine(service)} is starting`)),
  ];
}

function overallText(state: LiveState, running: readonly TaskRecord[], now: number): string {
  const { run } = state;
  const slots = run.plan?.slots ?? 0;
  const busy = running.reduce((sum, { task }) => sum + Math.min(task.slots, slots), 0);
  const left = expectedRemainingMs(run, now);
  return [
    `${state.finished}/${plural(run.tasks.size, 'task')} done after ${formatDuration(now - (run.startedAt ?? now))}`,
    left === null || left < 1000 ? '' : `about ${formatDuration(Math.round(left / 1000) * 1000)} left`,
    `${Math.min(busy, slots)} of ${plural(slots, 'slot')} busy`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function taskText(record: TaskRecord, state: LiveState, now: number): string {
  const since = state.attempts.get(record.task.id)?.startedAt ?? record.startedAt ?? now;
  const attempt = record.attempt > 1 ? `attempt ${record.attempt}` : '';
  const far = progressText(state, record.task.id);
  const parts = [`for ${formatDuration(Math.max(0, now - since))}`, attempt, far].filter((part) => part !== '');
  return `${oneLine(record.task.id)}  ${parts.join(', ')}`;
}
