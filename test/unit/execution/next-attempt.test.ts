import { describe, expect, it } from 'vitest';
import { defaultRetryRules } from '../../../src/base/retry-rules.ts';
import { firstAttempt, nextAttempt, outcomeOf, totalAttempts } from '../../../src/execution/next-attempt.ts';
import type { Attempt, EndedAttempt } from '../../../src/execution/next-attempt.ts';
import { createRetryRule } from '../../../src/execution/retry-rule.ts';
import type { RetryRule } from '../../../src/execution/retry-rule.ts';
import { createTaskHistory } from '../../../src/execution/task-history.ts';
import type { TaskHistory } from '../../../src/execution/task-history.ts';
import type { Framework } from '../../../src/frameworks/framework.ts';
import { node } from '../../../src/frameworks/node.ts';
import { pytest } from '../../../src/frameworks/pytest.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { Task } from '../../../src/model/plan.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { createTask, createTest } from '../../support/run-events.ts';

const files = ['tests/test_a.py', 'tests/test_b.py'];
const failed: Outcome = { kind: 'tests-failed' };
const dead: Outcome = { kind: 'service-failed', service: 'db', problem: 'gone' };

function taskOf(change: Partial<Task> = {}): Task {
  return createTask('unit/backend', { files, retries: 2, ...change });
}

function testIn(file: string, name: string, status: TestResult['status'] = 'passed'): TestResult {
  const className = file.replace(/\.py$/, '').replaceAll('/', '.');
  return createTest(name, { id: { file, className, name }, status });
}

const usage = { kind: 'code', code: 4 } as const;
const unbuilt = createTest('lib [build failed]', {
  ...{ id: { file: null, className: 'lib [build failed]', name: 'lib [build failed]' }, status: 'error' },
  problems: [{ kind: 'error', type: 'build-failed', message: 'no such symbol', details: '' }],
});
const both = [testIn('tests/test_a.py', 'good'), testIn('tests/test_b.py', 'bad', 'failed')];

function ruleOf(task: Task): RetryRule {
  return createRetryRule(task, () => undefined);
}

function endedAs(outcome: Outcome): EndedAttempt {
  return { outcome, exit: { kind: 'code', code: 1 }, tail: '', canRestart: false, stoppedEarly: false };
}

/** The attempt after one that told of `tests`. */
function after(
  tests: readonly TestResult[],
  ended: Partial<EndedAttempt> = {},
  { task = taskOf(), framework = pytest }: { readonly task?: Task; readonly framework?: Framework } = {},
): Attempt | null {
  const rule = ruleOf(task);
  const history = createTaskHistory(task, rule);
  for (const test of tests) history.add(test);
  return nextAttempt(firstAttempt(task), { ...endedAs(failed), ...ended }, { task, framework, history, rule });
}

describe('after failed tests', () => {
  it('only they run again, by name', () => {
    expect(after(both)).toMatchObject({
      ...{ number: 2, cause: 'retry', isWhole: false },
      task: { files: ['tests/test_b.py'], tests: { 'tests/test_b.py': ['bad'] } },
    });
  });

  it('only those of them that failed of what is to be run again', () => {
    const task = taskOf({ retryRules: { ...defaultRetryRules, retryOn: ['regex:ECONN'] } });
    const problem = { kind: 'failure', type: 'E', message: 'ECONNRESET', details: '' } as const;
    const net = { ...testIn('tests/test_a.py', 'net', 'failed'), problems: [problem] };
    expect(after([...both, net], {}, { task })?.task.tests).toEqual({ 'tests/test_a.py': ['net'] });
    expect(after(both, {}, { task })).toBeNull();
    expect(after(both, { tail: 'ECONNREFUSED' }, { task })?.task.tests).toEqual({ 'tests/test_b.py': ['bad'] });
  });

  it('of the name of their module too', () => {
    const test = createTest('test_a', {
      id: { file: 'test_a.py', className: 'test_a', name: 'test_a' },
      status: 'failed',
    });
    expect(after([test], {}, { task: taskOf({ files: ['test_a.py'] }) })?.task.tests).toEqual({
      'test_a.py': ['test_a'],
    });
  });

  it('that a narrowing selected, the narrowing stays', () => {
    const task = taskOf({ keyword: 'b', tests: { 'tests/test_a.py': ['good'] } });
    expect(after([both[1] ?? testIn('', '')], {}, { task })?.task).toMatchObject({
      ...{ keyword: 'b', files: ['tests/test_b.py'], tests: { 'tests/test_b.py': ['bad'] } },
    });
  });

  it('their files run again where the framework cannot select tests', () => {
    const framework = { ...pytest, canSelectTests: false };
    expect(after(both, {}, { framework })?.task).toMatchObject({ files: ['tests/test_b.py'], tests: {} });
  });

  it('their files run again where they are more than a command line holds', () => {
    const many = Array.from({ length: 400 }, (_, index) =>
      testIn('tests/test_b.py', `${'long'.repeat(25)}${index}`, 'failed'),
    );
    expect(after([...both, ...many])?.task).toMatchObject({ files: ['tests/test_b.py'], tests: {} });
  });

  it('a number that stands for a second test of the name is no part of the name', () => {
    const task = taskOf({ files: ['a.test.mjs'] });
    const tests = ['one', 'one #2', 'two #2'].map((name) =>
      createTest(name, { id: { file: 'a.test.mjs', className: 'a.test.mjs', name }, status: 'failed' }),
    );
    expect(after(tests, {}, { task, framework: node })?.task.tests).toEqual({ 'a.test.mjs': ['one', 'two #2'] });
  });

  it.each<[string, readonly TestResult[], Partial<EndedAttempt>, { task?: Task; framework?: Framework }]>([
    ['tests were left out after a failure', both, { stoppedEarly: true }, {}],
    ['a file was not reported at all', both.slice(1), {}, {}],
    ['a failed test is of no known file', [...both, testIn('elsewhere.py', 'bad', 'failed')], {}, {}],
    ['it crashed', both, { outcome: { kind: 'crashed', exit: { kind: 'code', code: 3 } } }, {}],
    ['it timed out', both, { outcome: { kind: 'timed-out', afterMs: 1 } }, {}],
    ['it is not made of files', both, {}, { framework: { ...pytest, hasFiles: false } }],
  ])('everything runs again when %s', (_title, tests, ended, how) => {
    expect(after(tests, ended, how)).toMatchObject({ cause: 'retry', isWhole: true, task: { files } });
  });

  it.each<[string, readonly TestResult[], Partial<EndedAttempt>, Partial<Task>]>([
    ['there are no retries', both, {}, { retries: 0 }],
    ['a file cannot be imported', [...both, testIn('tests/test_a.py', 'tests.test_a', 'error')], {}, {}],
    ['something failed outside its tests', [...both, createTest('hook', { status: 'error', synthetic: true })], {}, {}],
    ['everything passed', both.slice(0, 1), { outcome: { kind: 'passed' } }, {}],
    ['it was called wrongly', [], { ...endedAs({ kind: 'crashed', exit: usage }), exit: usage }, {}],
    ['the code does not compile', [...both, unbuilt], {}, {}],
    ['its report is unusable', both, { outcome: { kind: 'report-unusable', path: 'x', problem: 'y' } }, {}],
    ['it could not be started', [], { outcome: { kind: 'spawn-failed', problem: 'x' } }, {}],
    ['it was cancelled', both, { outcome: { kind: 'cancelled', reason: { kind: 'deadline', afterMs: 1 } } }, {}],
  ])('nothing runs again when %s', (_title, tests, ended, change) => {
    const broken = tests.map((test) =>
      test.id.name === 'tests.test_a' ? { ...test, id: { ...test.id, className: '' } } : test,
    );
    expect(after(broken, ended, { task: taskOf(change) })).toBeNull();
  });

  it('the last retry is the last', () => {
    const task = taskOf();
    const history = createTaskHistory(task);
    const ended = endedAs(failed);
    let attempt: Attempt | null = firstAttempt(task);
    const numbers: number[] = [];
    while (attempt !== null && numbers.length < 10) {
      numbers.push(attempt.number);
      history.begin(attempt.number, attempt.cause);
      for (const test of attempt.isWhole ? both : both.slice(1)) history.add(test);
      history.end(failed);
      expect(totalAttempts(attempt, task)).toBe(3);
      attempt = nextAttempt(attempt, ended, { task, framework: pytest, history, rule: ruleOf(task) });
    }
    expect(numbers).toEqual([1, 2, 3]);
  });
});

describe('after the death of a service', () => {
  it('the same runs once more, beside the retries', () => {
    const again = after(both, { outcome: dead, canRestart: true }, { task: taskOf({ retries: 0 }) });
    expect(again).toMatchObject({ number: 2, cause: 'service-restart', isWhole: true, retried: 0 });
    expect(again === null ? 0 : totalAttempts(again, taskOf({ retries: 0 }))).toBe(2);
  });

  it('nothing runs again when it cannot be started again, or has died twice', () => {
    expect(after(both, { outcome: dead })).toBeNull();
    const task = taskOf();
    const second = { ...firstAttempt(task), number: 2, restarted: true };
    const ended = { ...endedAs(dead), canRestart: true };
    expect(
      nextAttempt(second, ended, { task, framework: pytest, history: createTaskHistory(task), rule: ruleOf(task) }),
    ).toBeNull();
  });
});

describe('the history of a task', () => {
  const plain = { category: 'unit', flaky: 'pass' } as const;
  const bad = createTest('t', { status: 'failed' });
  const good = createTest('t');

  function tell(history: TaskHistory, attempt: number, tests: readonly TestResult[], outcome: Outcome): void {
    history.begin(attempt, attempt === 1 ? 'first' : 'retry');
    for (const test of tests) history.add(test);
    history.end(outcome);
  }

  it('counts a test that fails and then passes as passed, and as flaky', () => {
    const history = createTaskHistory(plain);
    tell(history, 1, [bad, createTest('other')], failed);
    tell(history, 2, [good], { kind: 'passed' });
    expect(history.totals()).toMatchObject({ tests: 2, passed: 2, failed: 0, flaky: 1 });
    expect(history.failures('all')).toEqual([]);
    expect(outcomeOf({ kind: 'passed' }, history)).toEqual({ kind: 'passed' });
  });

  it('counts it as failed where flaky tests are, without trying it for ever', () => {
    const history = createTaskHistory({ category: 'unit', flaky: 'fail' });
    tell(history, 1, [bad], failed);
    history.begin(2, 'retry');
    expect(history.add(good)).toMatchObject({ status: 'failed', problems: [{ type: 'flaky' }] });
    expect(history.totals()).toMatchObject({ tests: 1, passed: 0, failed: 1 });
    expect(history.failures('all')).toEqual([]);
    expect(outcomeOf({ kind: 'passed' }, history)).toEqual(failed);
  });

  it('keeps a failure that the retry does not tell of, or skips', () => {
    for (const tests of [[], [createTest('t', { status: 'skipped' })]]) {
      const history = createTaskHistory(plain);
      tell(history, 1, [bad], failed);
      tell(history, 2, tests, { kind: 'no-tests' });
      expect(history.totals()).toMatchObject({ tests: 1, failed: 1 });
      expect(outcomeOf({ kind: 'no-tests' }, history)).toEqual(failed);
    }
  });

  it('counts a test that never passes by its first failure', () => {
    const history = createTaskHistory(plain);
    tell(history, 1, [bad], failed);
    tell(history, 2, [createTest('t', { status: 'error' })], failed);
    expect(history.totals()).toMatchObject({ tests: 1, failed: 1, errors: 0 });
  });

  it('calls flaky what a crash left unrun, and forgets what runner made up about the crash', () => {
    const history = createTaskHistory(plain);
    const crash = createTest('crashed', { status: 'error', synthetic: true });
    tell(history, 1, [createTest('before'), crash], { kind: 'crashed', exit: { kind: 'signal', signal: 'SIGSEGV' } });
    tell(history, 2, [createTest('before'), good], { kind: 'passed' });
    expect(history.totals()).toMatchObject({ tests: 2, passed: 2, flaky: 1, errors: 0 });
  });

  it('forgets an attempt whose service died, and knows what of it was not repeated', () => {
    const history = createTaskHistory(plain);
    tell(history, 1, [createTest('a'), createTest('b'), bad], dead);
    history.begin(2, 'service-restart');
    expect(history.add(createTest('a'))).not.toHaveProperty('flaky');
    expect(history.add(good)).not.toHaveProperty('flaky');
    expect(history.totals()).toEqual({ tests: 2, passed: 2, failed: 0, errors: 0, skipped: 0, durationMs: 25 });
    expect(history.unrepeated().map(({ id }) => id.name)).toEqual(['b']);
  });
});
