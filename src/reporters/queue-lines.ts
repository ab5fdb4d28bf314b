import { oneLine, plural } from '../base/text.ts';
import type { QueueMembership, QueueProgress, RunEvent } from '../model/event.ts';

/** How far all machines of a build are. */
export function queueText({ done, total, running, workers }: QueueProgress): string {
  return `${done}/${plural(total, 'task')} done by ${plural(workers, 'machine')}, ${running} running`;
}

/** What a machine says when it joins a build: a word and a text for each line. */
export function queueStart(
  { runId, plan }: Extract<RunEvent, { type: 'run-started' }>,
  { build, worker }: QueueMembership,
): readonly (readonly [word: string, text: string])[] {
  const names = plan.categories.filter(({ tasks }) => tasks > 0).map(({ name }) => oneLine(name));
  const where = `environment ${oneLine(plan.environment)}, ${plural(plan.slots, 'slot')}, worker ${oneLine(worker)}`;
  return [
    ['Run', `${oneLine(runId)}  ${oneLine(plan.project)}, ${where}`],
    ['Starting', `what is in the queue of build ${oneLine(build)}: ${names.join(', ')}`],
  ];
}
