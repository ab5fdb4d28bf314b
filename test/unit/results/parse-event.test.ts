import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/event.ts';
import { parseEvent } from '../../../src/results/parse-event.ts';
import {
  createPlan,
  createTask,
  createTest,
  finishEvent,
  startEvent,
  taskEvents,
  timed,
} from '../../support/run-events.ts';

const plan = createPlan([createTask('unit/api')]);
const failed = createTest('a', { status: 'failed' });
const [started, , , told, , ended, finished] = timed([
  startEvent(plan),
  ...taskEvents('unit/api', [failed], { kind: 'tests-failed' }),
  finishEvent('failed'),
]);

describe('a line of an event log', () => {
  test.each([started, told, ended, finished].map((event) => [event?.type ?? '', event] as const))(
    'is the event %s that it was, with what later versions add',
    (_type, event) => {
      expect(parseEvent(JSON.stringify(event))).toEqual(event);
      const later = { ...event, later: { more: 1 } };
      expect(parseEvent(JSON.stringify(later))).toEqual(later);
    },
  );

  test.each<[string, RunEvent | undefined, (event: object) => object]>([
    [
      'a test whose name is a number',
      told,
      (event) => ({ ...event, test: { ...failed, id: { ...failed.id, name: 5 } } }),
    ],
    [
      'a test without a class name',
      told,
      (event) => ({ ...event, test: { ...failed, id: { file: null, name: 'a' } } }),
    ],
    ['a problem that is none', told, (event) => ({ ...event, test: { ...failed, problems: [null] } })],
    ['a status that nobody knows', told, (event) => ({ ...event, test: { ...failed, status: 'fine' } })],
    ['an outcome that nobody knows', ended, (event) => ({ ...event, outcome: { kind: 'constructor' } })],
    ['totals that are texts', ended, (event) => ({ ...event, totals: { tests: '1' } })],
    ['a verdict that nobody knows', finished, (event) => ({ ...event, verdict: 'green' })],
    ['a task that is none', started, (event) => ({ ...event, plan: { ...plan, tasks: [null] } })],
    ['files that are no list', started, (event) => ({ ...event, plan: createPlan([]), tasks: 5, shard: 'x' })],
    ['no time', finished, (event) => ({ ...event, at: null })],
    ['a type that every object has', finished, (event) => ({ ...event, type: 'constructor' })],
  ])('is no event with %s', (_what, event, change) => {
    expect(parseEvent(JSON.stringify(change(event ?? {})))).toBeNull();
  });

  test('tells of another machine only what that told itself', () => {
    const elsewhere = { type: 'elsewhere', at: 1, worker: 'w', lease: 'l', event: finished };
    expect(parseEvent(JSON.stringify(elsewhere))).toEqual(elsewhere);
    expect(parseEvent(JSON.stringify({ ...elsewhere, event: elsewhere }))).toBeNull();
    expect(parseEvent(JSON.stringify({ ...elsewhere, event: [] }))).toBeNull();
  });
});
