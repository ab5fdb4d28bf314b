import type { RunEvent } from '../model/event.ts';

// The fields without which a reader would fall over; the rest is the writer's responsibility.
const requiredFields: Readonly<Record<RunEvent['type'], readonly string[]>> = {
  'run-started': ['runId', 'planId', 'plan'],
  'task-claimed': ['task', 'planned', 'lease'],
  elsewhere: ['worker', 'lease', 'event'],
  'queue-progress': ['done', 'total'],
  'service-changed': ['service', 'change'],
  'task-started': ['task'],
  'attempt-started': ['task', 'attempt'],
  'task-postponed': ['task'],
  'task-slow': ['task'],
  'test-started': ['task', 'test'],
  'test-finished': ['task', 'attempt', 'test'],
  'attempt-finished': ['task', 'attempt', 'outcome'],
  'task-finished': ['task', 'outcome', 'totals'],
  warning: ['message'],
  'run-cancelling': ['reason'],
  'run-finished': ['verdict', 'totals'],
};

/** The event that a line of a log or of a queue holds; `null` = it is none, or lacks what a reader needs. */
export function parseEvent(text: string): RunEvent | null {
  try {
    const value: unknown = JSON.parse(text);
    return isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

function isEvent(value: unknown): value is RunEvent {
  if (!isObject(value) || typeof value['at'] !== 'number' || typeof value['type'] !== 'string') return false;
  if (!isEventType(value['type'])) return false;
  if (value['type'] === 'elsewhere' && !isToldOnce(value['event'])) return false;
  const present = requiredFields[value['type']].every((field) => value[field] !== undefined && value[field] !== null);
  return present && (value['type'] !== 'run-started' || isPlan(value['plan'])) && isWholeTest(value);
}

/** What another machine told, itself and not what it was told. */
function isToldOnce(value: unknown): boolean {
  return isObject(value) && value['type'] !== 'elsewhere' && isEvent(value);
}

function isEventType(type: string): type is RunEvent['type'] {
  return Object.hasOwn(requiredFields, type);
}

function isPlan(plan: unknown): boolean {
  return isObject(plan) && Array.isArray(plan['tasks']) && Array.isArray(plan['categories']);
}

function isWholeTest(event: Readonly<Record<string, unknown>>): boolean {
  if (event['type'] !== 'test-finished') return true;
  const test = event['test'];
  return (
    isObject(test) && isObject(test['id']) && typeof test['status'] === 'string' && Array.isArray(test['problems'])
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
