import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import type { CancelReason, Outcome, Verdict } from '../../../src/model/outcome.ts';
import type { Task } from '../../../src/model/plan.ts';
import type { TestStatus } from '../../../src/model/test.ts';
import { createRunRecord } from '../../../src/results/run-record.ts';
import { verdictOf, worseVerdict } from '../../../src/results/verdict.ts';
import { createPlan, createTask, createTest, startEvent, taskEvents, timed } from '../../support/run-events.ts';

interface Scenario {
  readonly outcome: Outcome | null;
  readonly tests?: readonly TestStatus[];
  readonly synthetic?: boolean;
  readonly task?: Partial<Task>;
}

function verdict(scenarios: readonly Scenario[], cancelled: CancelReason | null = null, sharded = false): Verdict {
  const tasks = scenarios.map(({ task }, index) => createTask(`c${index}/suite`, task));
  const bodies = scenarios.flatMap(({ outcome, tests = [], synthetic = false }, index): readonly EventBody[] => {
    const id = tasks[index]?.id ?? '';
    const results = tests.map((status, number) => createTest(`t${number}`, { status, synthetic }));
    return outcome === null ? [] : taskEvents(id, results, outcome);
  });
  const record = createRunRecord();
  const stop: readonly EventBody[] = cancelled === null ? [] : [{ type: 'run-cancelling', reason: cancelled }];
  const start = startEvent(createPlan(tasks), sharded ? { index: 1, total: 2 } : null);
  for (const event of timed([start, ...bodies, ...stop])) record.apply(event);
  return verdictOf(record.state);
}

const passed: Scenario = { outcome: { kind: 'passed' }, tests: ['passed'] };
const failed: Scenario = { outcome: { kind: 'tests-failed' }, tests: ['passed', 'failed'] };
const crashed: Scenario = {
  outcome: { kind: 'crashed', exit: { kind: 'code', code: 3 } },
  tests: ['error'],
  synthetic: true,
};
const noTests: Scenario = { outcome: { kind: 'no-tests' } };
const skipped: Scenario = {
  outcome: { kind: 'skipped', because: { kind: 'blocked', by: 'build' } },
  tests: ['skipped'],
  synthetic: true,
};
const stopped = (reason: CancelReason): Scenario => ({
  outcome: { kind: 'cancelled', reason },
  tests: ['error'],
  synthetic: true,
});

describe('the verdict of a run', () => {
  test.each<[string, readonly Scenario[], Verdict]>([
    ['passes', [passed], 'passed'],
    ['passes and skips', [passed, skipped], 'passed'],
    ['nothing but skips', [skipped, skipped], 'nothing-ran'],
    ['passes whose tests were all skipped', [{ outcome: { kind: 'passed' }, tests: ['skipped'] }], 'nothing-ran'],
    ['no tasks', [], 'nothing-ran'],
    ['an empty category beside passes', [passed, noTests], 'nothing-ran'],
    ['a task emptied by a keyword beside passes', [passed, { ...noTests, task: { keyword: 'x' } }], 'passed'],
    ['a task emptied by markers beside passes', [passed, { ...noTests, task: { markers: 'x' } }], 'passed'],
    [
      'a task emptied by test ids beside passes',
      [passed, { ...noTests, task: { tests: { 'a.py': ['t'] } } }],
      'passed',
    ],
    ['nothing but tasks emptied by a keyword', [{ ...noTests, task: { keyword: 'x' } }], 'nothing-ran'],
    ['a failure', [passed, failed], 'failed'],
    ['a failure in a dependency', [passed, { ...failed, task: { role: 'dependency' } }], 'failed'],
    [
      'a timeout',
      [passed, { outcome: { kind: 'timed-out', afterMs: 5 }, tests: ['error'], synthetic: true }],
      'failed',
    ],
    ['a crash', [passed, crashed], 'infrastructure'],
    ['a crash after a failed test', [{ ...crashed, tests: ['failed'], synthetic: false }], 'failed'],
    [
      'an unusable report',
      [{ outcome: { kind: 'report-unusable', path: 'p', problem: 'q' } }, passed],
      'infrastructure',
    ],
    ['a program that is not there', [{ outcome: { kind: 'spawn-failed', problem: 'q' } }, passed], 'infrastructure'],
    [
      'a service that failed',
      [{ outcome: { kind: 'service-failed', service: 's', problem: 'q' } }, passed],
      'infrastructure',
    ],
    ['a failure and a crash', [failed, crashed], 'failed'],
    ['a task without an outcome', [passed, { outcome: null }], 'incomplete'],
    ['a crash and a task without an outcome', [crashed, { outcome: null }], 'infrastructure'],
    ['an empty category and a task without an outcome', [noTests, { outcome: null }, passed], 'incomplete'],
    ['a failure that stopped the rest', [failed, stopped({ kind: 'fail-fast', cause: 'x' })], 'failed'],
    ['a crash that stopped the rest', [crashed, stopped({ kind: 'fail-fast', cause: 'x' })], 'infrastructure'],
    ['a deadline that stopped the rest', [passed, stopped({ kind: 'deadline', afterMs: 5 })], 'failed'],
  ])('with %s', (_what, scenarios, expected) => {
    expect(verdict(scenarios)).toBe(expected);
  });

  test.each<[CancelReason, Verdict]>([
    [{ kind: 'signal', signal: 'SIGINT' }, 'interrupted'],
    [{ kind: 'signal', signal: 'SIGTERM' }, 'terminated'],
    [{ kind: 'signal', signal: 'SIGHUP' }, 'terminated'],
    [{ kind: 'deadline', afterMs: 1 }, 'failed'],
    [{ kind: 'max-failures', failures: 1 }, 'failed'],
    [{ kind: 'internal-error', message: 'x' }, 'infrastructure'],
  ])('that was cancelled by %j, although all that ran passed', (reason, expected) => {
    expect(verdict([passed], reason)).toBe(expected);
  });

  test('that was interrupted is that, whatever failed', () => {
    expect(verdict([failed, crashed], { kind: 'signal', signal: 'SIGINT' })).toBe('interrupted');
  });

  test('is a failure by the totals of a task, also where the test that failed was not told', () => {
    const record = createRunRecord();
    const events = taskEvents('a/suite', [createTest('t', { status: 'failed' })], { kind: 'passed' });
    const left = events.filter(({ type }) => type !== 'test-finished');
    for (const event of timed([startEvent(createPlan([createTask('a/suite')])), ...left])) record.apply(event);
    expect(verdictOf(record.state)).toBe('failed');
  });

  test('of one shard may be empty, and is like that of any run when it is not', () => {
    expect(verdict([], null, true)).toBe('passed');
    expect(verdict([])).toBe('nothing-ran');
    expect(verdict([passed, { outcome: null }], null, true)).toBe('incomplete');
    expect(verdict([skipped], null, true)).toBe('nothing-ran');
  });

  test('is a pass only when a test ran and nothing is wrong', () => {
    const scenario = fc.constantFrom(passed, failed, crashed, noTests, skipped, { outcome: null });
    fc.assert(
      fc.property(fc.array(scenario, { maxLength: 5 }), (scenarios) => {
        const harmless = scenarios.every((one) => one === passed || one === skipped);
        expect(verdict(scenarios) === 'passed').toBe(harmless && scenarios.includes(passed));
      }),
    );
  });
});

test('the worse of two verdicts is the one with precedence', () => {
  expect(worseVerdict('passed', 'nothing-ran')).toBe('nothing-ran');
  expect(worseVerdict('infrastructure', 'failed')).toBe('failed');
  expect(worseVerdict('interrupted', 'failed')).toBe('interrupted');
});
