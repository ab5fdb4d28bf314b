import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import { createToldTests } from '../../../src/results/told-tests.ts';
import { createPlan, createTask, createTest, startEvent, taskEvents, timed } from '../../support/run-events.ts';

const [a, b] = [createTest('a'), createTest('b')];
const bad = createTest('b', { status: 'failed' });
const green = taskEvents('unit/py', [a, b], { kind: 'passed' });
const isTest = (event: EventBody, name: string): boolean =>
  event.type === 'test-finished' && event.test.id.name === name;

function problemsOf(events: readonly EventBody[]): readonly string[] {
  const told = createToldTests();
  return timed(events).flatMap((event) => told.apply(event) ?? []);
}

const elsewhere = (lease: string, events: readonly EventBody[]): readonly EventBody[] =>
  timed(events).map((event) => ({ type: 'elsewhere', worker: 'w', lease, event }));

const claim = (lease: string): EventBody => ({
  ...{ type: 'task-claimed', task: 'unit/py', planned: createTask('unit/py') },
  lease,
});

const retried: readonly EventBody[] = [
  ...taskEvents('unit/py', [a, bad], { kind: 'tests-failed' }).slice(0, -1),
  { type: 'attempt-started', task: 'unit/py', attempt: 2, cause: 'retry', command: [], cwd: '.' },
  { type: 'test-finished', task: 'unit/py', attempt: 2, test: { ...b, flaky: true } },
  ...green.slice(-1),
];

test.each<[string, readonly EventBody[]]>([
  ['a task that is whole', green],
  ['a line that is there twice', green.flatMap((event) => (isTest(event, 'a') ? [event, event] : [event]))],
  ['a test that failed and was run again', retried],
  ['a task that did not end', green.slice(0, -2)],
  ['a task without tests', taskEvents('unit/py', [], { kind: 'no-tests' })],
  ['a task of a queue that was claimed twice', [claim('1'), ...green, claim('2'), ...green]],
  ['the same task on two machines', [...green, ...elsewhere('1', green), ...elsewhere('2', green)]],
])('nothing is wrong with %s', (_what, events) => {
  expect(problemsOf(events)).toEqual([]);
});

test.each<[string, readonly EventBody[], string]>([
  [
    'the line of a test is lost',
    green.filter((event) => !isTest(event, 'b')),
    'unit/py ended with 2 tests, and 1 are in it',
  ],
  [
    'the line of the only test is lost',
    taskEvents('unit/py', [bad], { kind: 'tests-failed' }).filter((event) => !isTest(event, 'b')),
    'unit/py ended with 1 test, and 0 are in it',
  ],
  [
    'a test of another log is among them',
    [
      ...green.slice(0, 2),
      { type: 'test-finished', task: 'unit/py', attempt: 1, test: createTest('c') },
      ...green.slice(2),
    ],
    'unit/py ended with 2 tests, and 3 are in it',
  ],
  [
    'a test has another result',
    green.map((event) => (event.type === 'test-finished' && isTest(event, 'b') ? { ...event, test: bad } : event)),
    'unit/py ended with 2 passed, and 1 are in it',
  ],
  [
    'a test comes before the run',
    [...green.slice(0, 3), startEvent(createPlan([createTask('unit/py')])), ...green.slice(3)],
    'unit/py ended with 2 tests, and 1 are in it',
  ],
  [
    'a test comes after the end',
    [...green, { type: 'test-finished', task: 'unit/py', attempt: 1, test: bad }],
    'unit/py has a test after its end',
  ],
  [
    'what another machine told is not whole',
    elsewhere('1', green).filter((_, index) => index !== 2),
    'unit/py ended with 2 tests, and 1 are in it',
  ],
])('it is noticed when %s', (_what, events, problem) => {
  expect(problemsOf(events)).toEqual([problem]);
});
