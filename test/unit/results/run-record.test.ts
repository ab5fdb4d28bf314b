import { expect, test } from 'vitest';
import type { ToldTest } from '../../../src/model/event.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { createRunRecord, sharedRecord } from '../../../src/results/run-record.ts';
import { categoriesOf, totalsOf } from '../../../src/results/run-state.ts';
import { verdictOf } from '../../../src/results/verdict.ts';
import {
  createPlan,
  createTask,
  createTest,
  finishEvent,
  startEvent,
  taskEvents,
  timed,
} from '../../support/run-events.ts';

const task = createTask('unit/backend');

test('a run is followed from its start to its end', () => {
  const record = createRunRecord();
  const tests = [createTest('a'), createTest('b', { status: 'failed' }), createTest('c', { status: 'skipped' })];
  const bodies = [
    startEvent(createPlan([task])),
    ...taskEvents(task.id, tests, { kind: 'tests-failed' }),
    finishEvent('failed'),
  ];
  for (const event of timed(bodies)) record.apply(event);
  const { state } = record;
  expect(state).toMatchObject({
    runId: 'run-1',
    planId: 'plan-1',
    verdict: 'failed',
    durationMs: 1234,
    cancelled: null,
  });
  expect(totalsOf(state)).toMatchObject({ tests: 3, passed: 1, failed: 1, skipped: 1 });
  expect([...categoriesOf(state).keys()]).toEqual(['unit']);
  const [ended] = state.tasks.values();
  expect(ended).toMatchObject({
    state: 'finished',
    ran: 2,
    testsFailed: true,
    durationMs: 50,
    slot: 1,
    failuresOmitted: 0,
  });
  expect(ended?.attempts).toHaveLength(1);
  expect(ended?.log?.path).toBe('logs/unit/backend/1.log');
  expect([...(ended?.failures.values() ?? [])].map((failure) => failure.id.name)).toEqual(['b']);
});

test('those who share a record see what its keeper was told, and add nothing to it', () => {
  const record = createRunRecord();
  const shared = sharedRecord(record);
  const events = timed([
    startEvent(createPlan([task])),
    ...taskEvents(task.id, [createTest('a', { status: 'failed' })], { kind: 'tests-failed' }),
    finishEvent('failed'),
  ]);
  for (const event of events) {
    record.apply(event);
    shared.apply(event);
  }
  expect(shared.state.verdict).toBe('failed');
  expect(shared.state.tasks.get(task.id)?.attempts).toHaveLength(1);
  expect(totalsOf(shared.state)).toMatchObject({ tests: 1, failed: 1 });
});

test('it grows neither with passing tests nor without limit with failing ones', () => {
  const record = createRunRecord();
  const [start] = timed([startEvent(createPlan([task]))]);
  if (start !== undefined) record.apply(start);
  const problem = { kind: 'failure' as const, type: 'E', message: 'm'.repeat(100_000), details: 'd'.repeat(100_000) };
  for (let index = 0; index < 5000; index += 1) {
    const failing = createTest(`f${index}`, { status: 'failed', problems: [problem] });
    record.apply({ type: 'test-finished', task: task.id, attempt: 1, test: createTest(`p${index}`), at: 1 });
    record.apply({ type: 'test-finished', task: task.id, attempt: 1, test: failing, at: 1 });
    record.apply({ type: 'warning', message: 'w', at: 1 });
  }
  const [running] = record.state.tasks.values();
  expect(running?.failures.size).toBe(1000);
  expect(running?.failuresOmitted).toBe(4000);
  expect(running?.totals.tests).toBe(10_000);
  expect(JSON.stringify([...(running?.failures.values() ?? [])]).length).toBeLessThan(14_000_000);
  expect(record.state.warnings).toHaveLength(1000);
  expect(record.state.warningCount).toBe(5000);
});

test('a test that passes on a later attempt is no failure any more', () => {
  const record = createRunRecord();
  const finished = (attempt: number, status: 'failed' | 'passed') =>
    ({ type: 'test-finished', task: task.id, attempt, test: createTest('a', { status }) }) as const;
  const bodies = [startEvent(createPlan([task])), finished(1, 'failed'), finished(2, 'passed')];
  for (const event of timed(bodies)) record.apply(event);
  const [running] = record.state.tasks.values();
  expect(running?.failures.size).toBe(0);
  expect(running?.testsFailed).toBe(false);
});

test('the first reason to stop counts, and events of unknown tasks change nothing', () => {
  const record = createRunRecord();
  const bodies = [
    startEvent(createPlan([task])),
    { type: 'run-cancelling', reason: { kind: 'deadline', afterMs: 1 } },
    { type: 'run-cancelling', reason: { kind: 'signal', signal: 'SIGINT' } },
    ...taskEvents('nobody/knows', [createTest('a')], { kind: 'passed' }),
  ] as const;
  for (const event of timed(bodies)) record.apply(event);
  expect(record.state.cancelled).toEqual({ kind: 'deadline', afterMs: 1 });
  expect(totalsOf(record.state).tests).toBe(0);
});

test('a test that is told again in its attempt counts once, as it was told last', () => {
  const record = createRunRecord();
  const tell = (test: TestResult, replaces?: ToldTest): void =>
    record.apply({
      ...{ type: 'test-finished', task: task.id, attempt: 1, test, at: 1 },
      ...(replaces === undefined ? {} : { replaces }),
    });
  const [start] = timed([startEvent(createPlan([task]))]);
  if (start !== undefined) record.apply(start);
  tell(createTest('a'));
  tell(createTest('b', { status: 'failed' }));
  tell(createTest('a', { status: 'failed' }), createTest('a'));
  tell(createTest('b', { status: 'error' }), createTest('b', { status: 'failed' }));
  tell(createTest('b'), createTest('b', { status: 'error' }));
  expect(totalsOf(record.state)).toMatchObject({ tests: 2, passed: 1, failed: 1, errors: 0, durationMs: 25 });
  expect([...(record.state.tasks.get(task.id)?.failures.values() ?? [])].map(({ id }) => id.name)).toEqual(['a']);
});

test('tests that were running or waiting when their process was killed do not say that the code is broken', () => {
  const record = createRunRecord();
  const skipReason = 'not run: pytest was killed by SIGKILL';
  const tests = [
    createTest('a'),
    createTest('b', { status: 'error', cutOff: true }),
    createTest('c', { status: 'skipped', notRun: true, skipReason }),
    createTest('d', { status: 'skipped', notRun: true, skipReason }),
  ];
  const killed: Outcome = { kind: 'crashed', exit: { kind: 'signal', signal: 'SIGKILL' } };
  for (const event of timed([startEvent(createPlan([task])), ...taskEvents(task.id, tests, killed)]))
    record.apply(event);
  const ended = record.state.tasks.get(task.id);
  expect(ended).toMatchObject({ testsFailed: false, notRun: new Map([[skipReason, 2]]) });
  expect([...(ended?.failures.values() ?? [])]).toMatchObject([{ cutOff: true, synthetic: false }]);
  expect(verdictOf(record.state)).toBe('infrastructure');
});
