import { describe, expect, it } from 'vitest';
import { createTaskCases } from '../../../src/results/task-cases.ts';
import type { TaskCases } from '../../../src/results/task-cases.ts';
import { createRunRecord } from '../../../src/results/run-record.ts';
import { totalsOf } from '../../../src/results/run-state.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { createPlan, createTask, createTest, startEvent, timed } from '../../support/run-events.ts';

const failing = (name: string, message = 'boom'): TestResult =>
  createTest(name, { status: 'failed', problems: [{ kind: 'failure', type: 'E', message, details: '' }] });
const crash = createTest('crashed', { status: 'error', synthetic: true });

function shown(cases: TaskCases): readonly string[] {
  return cases.results().map(({ result, earlier }) => {
    const messages = [result, ...earlier].map(({ problems }) => problems[0]?.message ?? '-');
    return `${result.id.name} ${result.status} ${messages.join(' ')}`;
  });
}

describe('the cases of a task with several attempts', () => {
  it('are the last results, with what failed before', () => {
    const cases = createTaskCases();
    for (const test of [failing('a', 'first'), createTest('b')]) cases.add(1, test);
    cases.startAttempt(2, 'retry');
    cases.add(2, { ...createTest('a'), flaky: true });
    expect(shown(cases)).toEqual(['a passed - first', 'b passed -']);
    expect(cases.attempts()).toBe(2);
  });

  it('begin with the first failure of a test that never passed', () => {
    const cases = createTaskCases();
    for (const attempt of [1, 2, 3]) {
      cases.startAttempt(attempt, 'retry');
      cases.add(attempt, failing('a', `attempt-${attempt}`));
    }
    expect(shown(cases)).toEqual(['a failed attempt-1 attempt-2 attempt-3']);
  });

  it('show a failure for being flaky before what it failed of', () => {
    const cases = createTaskCases();
    cases.add(1, failing('a', 'first'));
    cases.add(
      2,
      createTest('a', {
        status: 'failed',
        problems: [{ kind: 'failure', type: 'flaky', message: 'flaky', details: '' }],
      }),
    );
    expect(shown(cases)).toEqual(['a failed flaky first']);
  });

  it('hold nothing of an attempt whose service died once it is repeated', () => {
    const cases = createTaskCases();
    for (const test of [failing('a', 'lost'), failing('only then'), crash]) cases.add(1, test);
    cases.startAttempt(2, 'service-restart');
    cases.add(2, createTest('a'));
    expect(shown(cases)).toEqual(['a passed -']);
  });

  it('hold what was before a retry whose service died', () => {
    const cases = createTaskCases();
    for (const test of [failing('a', 'first'), createTest('b')]) cases.add(1, test);
    cases.startAttempt(2, 'retry');
    cases.add(2, failing('a', 'lost'));
    cases.startAttempt(3, 'service-restart');
    cases.add(3, { ...createTest('a'), flaky: true });
    expect(shown(cases)).toEqual(['a passed - first', 'b passed -']);
  });

  it('tell of the crash that kept a flaky test from its first try', () => {
    const cases = createTaskCases();
    cases.add(1, { ...crash, problems: [{ kind: 'error', type: 'crashed', message: 'signal', details: '' }] });
    cases.startAttempt(2, 'retry');
    cases.add(2, { ...createTest('a'), flaky: true });
    expect(shown(cases)).toEqual(['a passed - signal']);
  });
});

describe('the record of a run with several attempts', () => {
  const task = createTask('unit/backend', { retries: 1 });

  function totalsAfter(
    ...attempts: readonly (readonly [EventBody & { type: 'attempt-started' }, readonly TestResult[], Outcome])[]
  ) {
    const record = createRunRecord();
    const bodies = attempts.flatMap(([start, tests, outcome]): readonly EventBody[] => [
      start,
      ...tests.map((test): EventBody => ({ type: 'test-finished', task: task.id, attempt: start.attempt, test })),
      {
        ...{ type: 'attempt-finished', task: task.id, attempt: start.attempt, cause: start.cause ?? 'first', outcome },
        ...{ durationMs: 1, log: null, leaked: [] },
      },
    ]);
    for (const event of timed([startEvent(createPlan([task])), ...bodies])) record.apply(event);
    const [first] = record.state.tasks.values();
    return { ...totalsOf(record.state), failures: [...(first?.failures.values() ?? [])].map(({ id }) => id.name) };
  }

  const begin = (
    attempt: number,
    cause: 'first' | 'retry' | 'service-restart',
  ): EventBody & { type: 'attempt-started' } => ({
    ...{ type: 'attempt-started', task: task.id, attempt, cause, command: [], cwd: '.' },
  });
  const failed: Outcome = { kind: 'tests-failed' };
  const passed: Outcome = { kind: 'passed' };

  it('counts a repeated test once', () => {
    const first = [failing('a'), createTest('b')];
    expect(
      totalsAfter(
        [begin(1, 'first'), first, failed],
        [begin(2, 'retry'), [{ ...createTest('a'), flaky: true }], passed],
      ),
    ).toMatchObject({ tests: 2, passed: 2, failed: 0, flaky: 1, failures: [] });
  });

  it('counts what ran again whole after a crash once', () => {
    const first = [failing('a'), createTest('b'), crash];
    const second = [{ ...createTest('a'), flaky: true as const }, createTest('b')];
    expect(
      totalsAfter(
        [begin(1, 'first'), first, { kind: 'crashed', exit: { kind: 'code', code: 3 } }],
        [begin(2, 'retry'), second, passed],
      ),
    ).toMatchObject({ tests: 2, passed: 2, errors: 0, flaky: 1, failures: [] });
  });

  it('forgets an attempt whose service died', () => {
    const dead: Outcome = { kind: 'service-failed', service: 'db', problem: 'gone' };
    expect(
      totalsAfter(
        [begin(1, 'first'), [failing('a'), createTest('b'), failing('only then')], dead],
        [begin(2, 'service-restart'), [createTest('a'), createTest('b')], passed],
      ),
    ).toMatchObject({ tests: 2, passed: 2, failed: 0, failures: [] });
  });
});
