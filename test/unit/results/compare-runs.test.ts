import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import type { ReportCase } from '../../../src/model/report.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { compareRuns } from '../../../src/results/compare-runs.ts';
import type { Comparison, Difference } from '../../../src/results/compare-runs.ts';
import { asReported, createResultsCollector } from '../../../src/results/run-results.ts';
import type { RunResults } from '../../../src/results/run-results.ts';
import {
  createPlan,
  createTask,
  createTest,
  finishEvent,
  startEvent,
  taskEvents,
  timed,
} from '../../support/run-events.ts';

function resultsOf(tests: readonly TestResult[], end: readonly EventBody[] = [finishEvent('passed')]): RunResults {
  const task = createTask('unit/lib', { suite: 'lib' });
  const collector = createResultsCollector();
  const events = [startEvent(createPlan([task])), ...taskEvents(task.id, tests, { kind: 'passed' }), ...end];
  for (const event of timed(events)) collector.event(event);
  return collector.results();
}

const pass = (name: string, durationMs = 10): TestResult => createTest(name, { durationMs });
const fail = (name: string): TestResult => createTest(name, { status: 'failed' });
const skip = (name: string): TestResult => createTest(name, { status: 'skipped' });

function namesIn(comparison: Comparison): Record<string, readonly string[] | number> {
  const names = (list: readonly Difference[]): readonly string[] =>
    list.map(({ before, after }) => (after ?? before)?.id.name ?? '');
  const { newlyFailing, fixed, slower, added, gone, notRun, stillFailing, unchanged } = comparison;
  return {
    ...{ newlyFailing: names(newlyFailing), fixed: names(fixed), slower: names(slower), added: names(added) },
    ...{ gone: names(gone), notRun: names(notRun), stillFailing, unchanged },
  };
}

const nothing = {
  newlyFailing: [],
  fixed: [],
  slower: [],
  added: [],
  gone: [],
  notRun: [],
  stillFailing: 0,
  unchanged: 0,
};

describe('two runs', () => {
  test('differ by what fails, passes, is new, is gone and no longer runs', () => {
    const before = resultsOf([
      pass('same'),
      pass('breaks'),
      fail('heals'),
      fail('stays'),
      pass('leaves'),
      pass('idles'),
    ]);
    const after = resultsOf([
      ...[
        pass('same'),
        fail('breaks'),
        pass('heals'),
        fail('stays'),
        skip('idles'),
        pass('comes'),
        fail('comes badly'),
      ],
    ]);
    expect(namesIn(compareRuns(before, after))).toEqual({
      ...{ newlyFailing: ['breaks', 'comes badly'], fixed: ['heals'], slower: [], added: ['comes'] },
      ...{ gone: ['leaves'], notRun: ['idles'], stillFailing: 1, unchanged: 1 },
    });
  });

  test('are held against each other by suite, file, class and name, and by class and name beside a JUnit file', () => {
    const inOther = { ...pass('same'), id: { file: 'other.py', className: 'tests.test_a', name: 'same' } };
    expect(namesIn(compareRuns(resultsOf([pass('same')]), resultsOf([inOther])))).toMatchObject({
      ...{ added: ['same'], gone: ['same'] },
    });
    const collector = createResultsCollector();
    const reported: ReportCase = {
      ...{ suites: ['unit/lib'], name: 'same', className: 'lib.tests.test_a', file: null, line: null, durationMs: 10 },
      ...{ status: 'failed', problems: [], skipReason: null, stdout: null, stderr: null },
    };
    collector.reported(reported);
    expect(namesIn(compareRuns(collector.results(), asReported(resultsOf([pass('same')]))))).toEqual({
      ...{ ...nothing, fixed: ['same'] },
    });
  });

  test('count the last attempt, the crash of a task, and nothing that runner put in for a skipped one', () => {
    const crash = createTest('unit/lib: crashed', {
      ...{ id: { file: null, className: '[runner]', name: 'unit/lib: crashed' }, status: 'error', synthetic: true },
    });
    const blocked = createTest('blocked', { status: 'skipped', synthetic: true });
    const before = resultsOf([pass('a')]);
    expect(namesIn(compareRuns(before, resultsOf([fail('a'), pass('a'), blocked])))).toEqual({
      ...nothing,
      unchanged: 1,
    });
    expect(namesIn(compareRuns(before, resultsOf([pass('a'), crash])))).toMatchObject({
      newlyFailing: ['unit/lib: crashed'],
    });
  });

  test('are incomplete when the second did not finish or broke down', () => {
    expect(resultsOf([pass('a')]).incomplete).toBe(null);
    expect(resultsOf([pass('a')], []).incomplete).toBe('it did not finish');
    expect(resultsOf([pass('a')], [finishEvent('infrastructure')]).incomplete).toBe('it ended as infrastructure');
  });
});

describe('a test is slower', () => {
  test.each([
    ['half as long again and a quarter of a second', 500, 750, true],
    ['less than half as long again', 1000, 1490, false],
    ['ten times as long, but little', 10, 100, false],
    ['never measured before', 0, 300, true],
  ])('%s', (_why, before, after, isSlower) => {
    const comparison = compareRuns(resultsOf([pass('a', before)]), resultsOf([pass('a', after)]));
    expect(comparison.slower).toHaveLength(isSlower ? 1 : 0);
  });

  test('beyond what the whole machine is slower, which a faster one never hides', () => {
    const all = (factor: number, one: number): RunResults =>
      resultsOf(Array.from({ length: 30 }, (_, index) => pass(`t${index}`, index === 0 ? one : 400 * factor)));
    const slowMachine = compareRuns(all(1, 400), all(3, 5000));
    expect(slowMachine.machineFactor).toBe(3);
    expect(namesIn(slowMachine)).toMatchObject({ slower: ['t0'], unchanged: 29 });
    const fastMachine = compareRuns(all(1, 400), all(0.5, 700));
    expect(fastMachine.machineFactor).toBe(1);
    expect(namesIn(fastMachine)).toMatchObject({ slower: ['t0'] });
  });
});
