import type { RunEvent } from '../model/event.ts';
import { isEvent } from './event-shape.ts';

/** The event that a line of a log or of a queue holds; `null` = it is none, or not what its type promises. */
export function parseEvent(text: string): RunEvent | null {
  try {
    const value: unknown = JSON.parse(text);
    return isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

/** The format of the log that a line begins, also where its events are none that this version knows; `null` = it begins none. */
export function formatOf(text: string): number | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('type' in value) || !('format' in value)) return null;
    return value.type === 'run-started' && typeof value.format === 'number' ? value.format : null;
  } catch {
    return null;
  }
}
