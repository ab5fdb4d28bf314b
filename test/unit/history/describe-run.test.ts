import { describe, expect, it } from 'vitest';
import { describeRun } from '../../../src/history/describe-run.ts';
import type { EventBody } from '../../../src/model/event.ts';
import { createRunRecord } from '../../../src/results/run-record.ts';
import type { RunState } from '../../../src/results/run-state.ts';
import {
  createPlan,
  createTask,
  createTest,
  finishEvent,
  startEvent,
  taskEvents,
  timed,
} from '../../support/run-events.ts';

const none = { origin: null, processes: [], parts: [] };

function stateOf(passed: number, failed: number, before: readonly EventBody[] = []): RunState {
  const tests = [
    ...Array.from({ length: passed }, (_, index) => createTest(`passes ${index}`)),
    ...Array.from({ length: failed }, (_, index) => createTest(`fails ${index}`, { status: 'failed' })),
  ];
  const task = createTask('unit/backend');
  const record = createRunRecord();
  const outcome = { kind: failed > 0 ? 'tests-failed' : 'passed' } as const;
  for (const event of timed([
    startEvent(createPlan([task])),
    ...before,
    ...taskEvents(task.id, tests, outcome),
    finishEvent('passed'),
  ]))
    record.apply(event);
  return record.state;
}

describe('a run says nothing about flaky tests', () => {
  it.each([
    [20, 0, null],
    [10, 10, null],
    [9, 11, 'more than half of its tests failed'],
    [0, 9, null],
    [0, 10, 'more than half of its tests failed'],
  ])('with %d passed and %d failed: %j', (passed, failed, expected) => {
    expect(describeRun(stateOf(passed, failed), none)?.leftOut).toBe(expected);
  });

  it('when a service failed, also one that was started again', () => {
    const change = (kind: 'failed' | 'starting'): EventBody => ({
      type: 'service-changed',
      service: 'api',
      generation: 1,
      change: kind === 'failed' ? { kind, problem: 'it died' } : { kind, provider: 'process' },
    });
    const state = stateOf(20, 0, [change('failed'), change('starting')]);
    expect(describeRun(state, none)?.leftOut).toBe('service api failed');
  });
});

it('a run without a test is none to remember', () => {
  expect(describeRun(stateOf(0, 0), none)).toBeNull();
});

it('the same runs merge to the same run, in whatever order', () => {
  const state = stateOf(1, 0);
  const one = describeRun(state, { ...none, parts: ['run-1', 'run-2'] });
  const other = describeRun(state, { ...none, parts: ['run-2', 'run-1'] });
  expect(one).toEqual(other);
  expect(one?.run).not.toBe(describeRun(state, none)?.run);
});
