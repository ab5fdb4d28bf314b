import { formatDuration } from '../base/duration.ts';
import { oneLine } from '../base/text.ts';
import type { ServiceChange } from '../model/event.ts';
import type { RunState } from '../results/run-state.ts';

/** What was left running, what it saved that it was running already, and how it is ended; empty where nothing was. */
export function keptServiceLines(run: Pick<RunState, 'services'>): readonly string[] {
  const staying = [...run.services].flatMap(([name, { change }]) =>
    change.kind === 'ready' && change.stays === true ? [{ name: oneLine(name), change }] : [],
  );
  if (staying.length === 0) return [];
  const saved = staying.reduce((sum, { change }) => sum + (change.savedMs ?? 0), 0);
  const names = staying.map(({ name, change }) => (change.url === null ? name : `${name} ${oneLine(change.url)}`));
  return [
    `Left running: ${names.join(', ')}  (runner services down ends what is left running)`,
    ...(saved === 0 ? [] : [`Saved ${formatDuration(saved)} by services that were running already`]),
  ];
}

/** What follows the time in which a service became ready. */
export function keptNote(change: Extract<ServiceChange, { kind: 'ready' }>): string {
  if (change.savedMs === undefined) return '';
  return `, left running by an earlier run: saved ${formatDuration(change.savedMs)}`;
}
