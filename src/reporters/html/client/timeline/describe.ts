import { counted, duration } from '../format.ts';
import { outcomeTone, outcomeWord } from '../status.ts';
import type { Tone } from '../status.ts';
import { visibleText } from '../text/pieces.ts';
import type { Bar, Timeline } from './layout.ts';

/** What a bar stands for, in words: the first is its name. */
export function describeBar(bar: Bar): readonly string[] {
  const when = `from ${duration(bar.from)} to ${duration(bar.to)}, ${duration(bar.to - bar.from)} long`;
  if (bar.of.kind === 'service') {
    const { service, span } = bar.of;
    return [visibleText(service.name), `${span.kind}${span.text === '' ? '' : `: ${visibleText(span.text)}`}`, when];
  }
  const { task, attempt } = bar.of;
  const { tests } = task.totals;
  const times =
    task.attempts.length > 1 ? [`attempt ${attempt.number} of ${task.attempts.length}: ${attempt.cause}`] : [];
  return [
    visibleText(task.id),
    attempt.outcome === task.outcome ? visibleText(task.outcomeText) : outcomeWord(attempt.outcome),
    ...times,
    `${counted(tests, 'test')} in ${counted(task.files, 'file')}`,
    when,
    ...(task.critical ? ['on the critical path'] : []),
  ];
}

/** The tone of a bar, by what came of it. */
export function barTone(bar: Bar): Tone {
  if (bar.of.kind === 'attempt') return outcomeTone(bar.of.attempt.outcome);
  switch (bar.of.span.kind) {
    case 'starting':
      return 'warn';
    case 'ready':
      return 'note';
    case 'stopping':
      return 'muted';
    case 'failed':
    case 'unavailable':
      return 'error';
  }
}

/** What the timeline shows, in a sentence or two. */
export function describeTimeline({ durationMs, lanes, busyMs, idleMs, critical }: Timeline): string {
  const slots = lanes.filter(({ kind }) => kind === 'slot').length;
  const busy = busyMs + idleMs === 0 ? 0 : Math.round((busyMs / (busyMs + idleMs)) * 100);
  const chain = critical.reduce((sum, task) => sum + (task.durationMs ?? 0), 0);
  const path =
    critical.length === 0 ? '' : ` The critical path is ${counted(critical.length, 'task')}, ${duration(chain)}.`;
  return `${counted(slots, 'slot')}, ${busy}% busy over ${duration(durationMs)}; ${duration(idleMs)} idle in total.${path}`;
}
