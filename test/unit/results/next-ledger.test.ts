import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import type { Left } from '../../../src/model/plan.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { Task } from '../../../src/model/plan.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { outstandingOf, passingIn } from '../../../src/results/ledger.ts';
import type { Ledger } from '../../../src/results/ledger.ts';
import { nextLedger } from '../../../src/results/next-ledger.ts';
import { createRunObserver } from '../../../src/results/observe-run.ts';
import { remainderOf } from '../../../src/results/remainder.ts';
import { createPlan, createTask, createTest, startEvent, taskEvents, timed } from '../../support/run-events.ts';

const file = 'tests/test_a.py';
const passed: Outcome = { kind: 'passed' };
const failed: Outcome = { kind: 'tests-failed' };
const crashed: Outcome = { kind: 'crashed', exit: { kind: 'signal', signal: 'SIGKILL' } };

interface Ran {
  readonly task?: Partial<Task>;
  readonly tests: readonly TestResult[];
  /** `null` = the runner was killed. */
  readonly outcome: Outcome | null;
  readonly digest?: string;
  readonly extraArgs?: readonly string[];
}

/** The ledger after a run of one task over one file; `before` makes it a rerun. */
function after(before: Ledger | null, { task = {}, tests, outcome, digest = 'one', extraArgs = [] }: Ran): Ledger {
  const planned = createTask('unit/suite', { files: [file], ...task });
  const told = taskEvents(planned.id, tests, outcome ?? passed).map((event): EventBody =>
    event.type === 'attempt-finished' && outcome?.kind === 'tests-failed' ? { ...event, toldAll: true } : event,
  );
  const start = {
    ...startEvent(createPlan([planned])),
    ...{ digests: { [file]: digest }, given: { options: [], extraArgs } },
    ...(before === null ? {} : { rerunOf: { runId: before.runId, outstanding: outstandingOf(before) } }),
  };
  const observer = createRunObserver((framework) => framework === 'pytest');
  for (const event of timed([start, ...(outcome === null ? told.slice(0, -2) : told)])) observer.apply(event);
  const observed = observer.result();
  if (observed === null) throw new Error('nothing was observed');
  return nextLedger(before, observed, (_framework, { name }) => name);
}

function left(
  ledger: Ledger,
  now: { digest?: string; extraArgs?: readonly string[]; mode?: 'rest' | 'owed' } = {},
): Left {
  const { digest = 'one', extraArgs = [], mode = 'rest' } = now;
  const remainder = remainderOf(ledger, {
    ...{ mode, extraArgs, digestOf: () => digest },
    nameOf: (_suite, { name, className }) => (className === 'file' ? null : name),
  });
  return remainder('suite', file, { keyword: null, markers: null, names: [] });
}

const pass = (name: string): TestResult => createTest(name);
const fail = (name: string): TestResult => createTest(name, { status: 'failed' });
const skip = (name: string): TestResult => createTest(name, { status: 'skipped' });
const notRun = (name: string): TestResult => createTest(name, { status: 'skipped', notRun: true });

describe('what is left of a file', () => {
  test('is nothing when all of it passed, and when what did not pass skipped itself', () => {
    expect(left(after(null, { tests: [pass('a'), skip('b')], outcome: passed }))).toBe('nothing');
  });

  test('is what failed, by name', () => {
    const ledger = after(null, { tests: [pass('a'), fail('b'), fail('c')], outcome: failed });
    expect(left(ledger)).toEqual(['b', 'c']);
    expect(passingIn(ledger)).toBe(1);
  });

  test('is all of it where a failed test cannot be asked for', () => {
    const id = { file, className: 'file', name: file };
    expect(left(after(null, { tests: [pass('a'), { ...fail('b'), id }], outcome: failed }))).toBe('all');
  });

  test('is all of it when it has changed, for it may hold new tests', () => {
    const ledger = after(null, { tests: [pass('a')], outcome: passed });
    expect(left(ledger, { digest: 'two' })).toBe('all');
    expect(left(ledger, { digest: 'two', mode: 'owed' })).toBe('nothing');
  });

  test('is all of it when it never ran, and nothing where only what is owed counts', () => {
    const ledger: Ledger = { runId: 'r', suites: new Map() };
    expect(left(ledger)).toBe('all');
    expect(left(ledger, { mode: 'owed' })).toBe('nothing');
  });

  test.each([
    ['crashed', crashed],
    ['was killed with the runner', null],
    ['was cancelled', { kind: 'cancelled', reason: { kind: 'signal', signal: 'SIGINT' } } as const],
    ['waited for what failed', { kind: 'skipped', because: { kind: 'blocked', by: 'smoke' } } as const],
  ])('is all of it when its task %s', (_how, outcome) => {
    const ledger = after(null, { tests: [pass('a')], outcome });
    expect(left(ledger)).toBe('all');
    expect(left(ledger, { mode: 'owed' })).toBe('all');
  });

  test('is what did not run, where its process told all tests before it was killed', () => {
    expect(left(after(null, { tests: [pass('a'), fail('b'), notRun('c')], outcome: crashed }))).toEqual(['b', 'c']);
    const unlisted = { task: { framework: 'node' }, tests: [pass('a'), notRun('c')], outcome: crashed };
    expect(left(after(null, unlisted))).toBe('all');
  });

  test('is all of it when something failed beside its tests, or a failure may have left out some', () => {
    const outside = createTest('teardown', { status: 'error', synthetic: true });
    expect(left(after(null, { tests: [fail('a'), outside], outcome: failed }))).toBe('all');
    const other = { ...fail('x'), id: { file: null, className: 'c', name: 'x' } };
    expect(left(after(null, { tests: [pass('a'), other], outcome: failed }))).toBe('all');
    expect(left(after(null, { tests: [], outcome: failed }))).toBe('all');
  });

  test('is all of it after another selection within the file', () => {
    const ledger = after(null, { tests: [pass('a')], outcome: passed, extraArgs: ['-k', 'a'] });
    expect(left(ledger)).toBe('all');
    expect(left(ledger, { extraArgs: ['-k', 'a'] })).toBe('nothing');
  });

  test('is as before when a service was not there', () => {
    const because = { kind: 'service-unavailable', service: 'db', problem: 'no docker', remedy: '' } as const;
    const first = after(null, { tests: [fail('a')], outcome: failed });
    expect(left(after(first, { tests: [], outcome: { kind: 'skipped', because } }))).toEqual(['a']);
    expect(left(after(null, { tests: [], outcome: { kind: 'skipped', because } }))).toBe('all');
  });
});

describe('a chain', () => {
  const first = after(null, { tests: [pass('a'), fail('b'), fail('c')], outcome: failed });

  test('keeps what passed and clears what passes', () => {
    const second = after(first, {
      task: { tests: { [file]: ['b', 'c'] } },
      tests: [pass('b'), fail('c')],
      outcome: failed,
    });
    expect(left(second)).toEqual(['c']);
    expect(passingIn(second)).toBe(2);
    const third = after(second, { task: { tests: { [file]: ['c'] } }, tests: [pass('c')], outcome: passed });
    expect(left(third)).toBe('nothing');
    expect(outstandingOf(third)).toEqual([]);
    expect(passingIn(third)).toBe(3);
  });

  test('owes a test that skips itself when it is rerun', () => {
    const second = after(first, {
      task: { tests: { [file]: ['b', 'c'] } },
      tests: [pass('b'), skip('c')],
      outcome: passed,
    });
    expect(left(second)).toEqual(['c']);
  });

  test('knows by name what crashed when it was asked for by name', () => {
    const second = after(first, { task: { tests: { [file]: ['b', 'c'] } }, tests: [pass('b')], outcome: crashed });
    expect(left(second)).toEqual(['c']);
  });

  test('runs a file as a whole when a name no longer finds its test, and owes the test for good when that does not bring it', () => {
    const second = after(first, { task: { tests: { [file]: ['b', 'c'] } }, tests: [pass('b')], outcome: passed });
    expect(left(second)).toBe('all');
    const third = after(second, { tests: [pass('a'), pass('b')], outcome: passed });
    expect(left(third)).toBe('nothing');
    expect(outstandingOf(third)).toMatchObject([{ tests: [{ name: 'c' }] }]);
    expect(left(third, { digest: 'two' })).toBe('all');
    const fourth = after(third, { tests: [pass('a'), pass('c')], outcome: passed, digest: 'two' });
    expect(outstandingOf(fourth)).toEqual([]);
    expect(passingIn(fourth)).toBe(2);
  });

  test('owes every file of a run of which something is lost, whatever is left of it', () => {
    const observer = createRunObserver(() => false);
    const task = createTask('unit/suite', { files: [file] });
    const start = { ...startEvent(createPlan([task])), digests: { [file]: 'one' } };
    for (const event of timed([start, ...taskEvents(task.id, [pass('a')], passed)])) observer.apply(event);
    const ledgers = [observer.result(), (observer.lose(), observer.result())].map(
      (observed) => observed && nextLedger(null, observed, (_framework, { name }) => name),
    );
    expect(ledgers.map((ledger) => ledger && left(ledger))).toEqual(['nothing', 'all']);
  });

  test('goes on from what a run says of its parent where that itself is lost', () => {
    const lost: Ledger = { ...first, suites: new Map() };
    const link = { runId: 'first', outstanding: outstandingOf(first) };
    const observer = createRunObserver(() => false);
    const task = createTask('unit/suite', { files: [file], tests: { [file]: ['b', 'c'] } });
    const start = { ...startEvent(createPlan([task])), digests: { [file]: 'one' }, rerunOf: link };
    for (const event of timed([start, ...taskEvents(task.id, [pass('b')], crashed)])) observer.apply(event);
    const observed = observer.result();
    if (observed === null) throw new Error('nothing was observed');
    const ledger = nextLedger(null, observed, (_framework, { name }) => name);
    expect(outstandingOf(ledger)).toMatchObject([{ tests: [{ name: 'c' }] }]);
    expect(left(ledger)).toBe('all');
    expect(outstandingOf(lost)).toEqual([]);
  });
});
