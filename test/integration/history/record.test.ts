import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outcomesOfFile, outcomesOfTest } from '../../../src/history/results-of.ts';
import { listRuns } from '../../../src/history/runs.ts';
import { testsOfFile } from '../../../src/history/test-refs.ts';
import { readTimes } from '../../../src/history/times.ts';
import type { KnownTimes } from '../../../src/history/times.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { eventsOf, look, ranOnce, record, start, timedTest } from '../../support/history.ts';
import type { RunSketch } from '../../support/history.ts';
import { createTask } from '../../support/run-events.ts';

const all = { environment: null, last: null };
let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-history-'));
  path = join(folder, 'history.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function times(): KnownTimes {
  return readTimes({ path, owned: true }, (problem) => expect.unreachable(problem));
}

/** Records one run after the other, a minute apart. */
async function recordRuns(runs: readonly RunSketch['tasks'][]): Promise<void> {
  for (const [index, tasks] of runs.entries()) {
    expect(await record(path, eventsOf({ runId: `run-${index}`, at: start + index * 60_000, tasks }))).toEqual([]);
  }
}

/** A task with attempts of its own. */
function attempts(
  id: string,
  given: readonly (readonly [outcome: Outcome, tests: Parameters<typeof ranOnce>[1]])[],
): RunSketch['tasks'][number] {
  const files = [...new Set(given.flatMap(([, tests]) => tests.flatMap(({ id: { file } }) => file ?? [])))];
  const events = given.flatMap(([outcome, tests], index): EventBody[] => {
    const attempt = index + 1;
    const cause = attempt === 1 ? 'first' : 'retry';
    return [
      { type: 'attempt-started', task: id, attempt, cause, command: [], cwd: '.' },
      ...tests.map((result): EventBody => ({ type: 'test-finished', task: id, attempt, test: result })),
      { type: 'attempt-finished', task: id, attempt, cause, outcome, durationMs: 500, log: null, leaked: [] },
    ];
  });
  const outcome = given.at(-1)?.[0] ?? { kind: 'passed' };
  const totals = { tests: 1, passed: 1, failed: 0, errors: 0, skipped: 0, durationMs: 10 };
  return {
    task: createTask(id, { files }),
    events: [
      { type: 'task-started', task: id, slot: 1 },
      ...events,
      { type: 'task-finished', task: id, outcome, totals, durationMs: 500 },
    ],
  };
}

describe('the duration of a file', () => {
  test('is that of its tests, summed over the processes of a run, then the median over the runs', async () => {
    const parts = (first: number, second: number): RunSketch['tasks'] => [
      ranOnce('unit/backend/1', [timedTest('a.py', 'one', first), timedTest('b.py', 'one', 1)]),
      ranOnce('slow/backend', [timedTest('a.py', 'two', second)]),
    ];
    await recordRuns([parts(10, 90), parts(20, 180), parts(5, 45)]);
    expect(times().files).toEqual(
      new Map([
        ['a.py', 100],
        ['b.py', 1],
      ]),
    );
  });

  test('is made of the last fifteen runs', async () => {
    const run = (ms: number): RunSketch['tasks'] => [ranOnce('unit/backend', [timedTest('a.py', 'one', ms)])];
    await recordRuns([...Array.from({ length: 20 }, () => run(1000)), ...Array.from({ length: 8 }, () => run(10))]);
    expect(times().files.get('a.py')).toBe(10);
  });

  test.each([
    [{ kind: 'crashed', exit: { kind: 'code', code: 7 } }],
    [{ kind: 'timed-out', afterMs: 5 }],
    [{ kind: 'cancelled', reason: { kind: 'fail-fast', cause: 'x' } }],
    [{ kind: 'report-unusable', path: 'x', problem: 'torn' }],
    [{ kind: 'service-failed', service: 'api', problem: 'died' }],
  ] as const)('is not learnt from a task that ended so: $kind', async (outcome) => {
    await recordRuns([
      [ranOnce('unit/backend', [timedTest('a.py', 'one', 100)])],
      [ranOnce('unit/backend', [timedTest('a.py', 'one', 7)], { outcome })],
    ]);
    expect(times().files.get('a.py')).toBe(100);
  });

  test('is not learnt from a run that was killed before the task ended', async () => {
    const { task, events } = ranOnce('unit/backend', [timedTest('a.py', 'one', 100)]);
    await recordRuns([[{ task, events: events.filter(({ type }) => type !== 'task-finished') }]]);
    expect(times().files.size).toBe(0);
  });

  test('that was only run in part counts as long as nothing better is known', async () => {
    const part = ranOnce('unit/backend', [timedTest('a.py', 'one', 5)], { keyword: 'one' });
    await recordRuns([[part]]);
    expect(times().files.get('a.py')).toBe(5);
    await record(path, eventsOf({ runId: 'whole', tasks: [ranOnce('unit/backend', [timedTest('a.py', 'one', 70)])] }));
    await record(path, eventsOf({ runId: 'part', at: start + 9e6, tasks: [part] }));
    expect(times().files.get('a.py')).toBe(70);
  });

  test('of a test that was tried again is that of its last attempt', async () => {
    const failed = timedTest('a.py', 'one', 500, { status: 'failed' });
    await recordRuns([
      [
        attempts('unit/backend', [
          [{ kind: 'tests-failed' }, [failed]],
          [{ kind: 'passed' }, [timedTest('a.py', 'one', 20)]],
        ]),
      ],
    ]);
    expect(times().files.get('a.py')).toBe(20);
  });
});

describe('what a process costs', () => {
  const process = (id: string, files: number, ms: number): RunSketch['tasks'][number] => {
    const tests = Array.from({ length: files }, (_, index) => timedTest(`${id}-${index}.py`, 'one', 10));
    const { task, events } = ranOnce(id, tests);
    return {
      task,
      events: events.map((event) =>
        event.type === 'attempt-finished' ? { ...event, durationMs: ms + 10 * files } : event,
      ),
    };
  };

  test('is told apart from what each file costs it, which is added to the files', async () => {
    const tasks = [1, 2, 4, 8, 3, 5, 6, 7].map((files) => process(`unit/backend/${files}`, files, 700 + 30 * files));
    await recordRuns([tasks]);
    expect(times().startUp).toEqual(new Map([['backend', 700]]));
    expect(times().files.get('unit/backend/8-0.py')).toBe(40);
  });

  test('of a suite without files is all there is to know of it', async () => {
    const { task, events } = ranOnce('load/load', [timedTest('x', 'load', 900)]);
    await recordRuns([
      [
        {
          task: { ...task, files: [] },
          events: events.map((event) => (event.type === 'attempt-finished' ? { ...event, durationMs: 950 } : event)),
        },
      ],
    ]);
    expect(times().wholeSuites).toEqual(new Map([['load', 950]]));
  });
});

describe('a test', () => {
  const one = (): readonly unknown[] =>
    look(path, (db) => {
      const [test] = testsOfFile(db, 'a.py');
      return outcomesOfTest(db, test?.id ?? 0, listRuns(db, all)).map(
        ({ status, attempts: tries, flaky, infrastructure }) => ({
          ...{ status, tries, flaky, infrastructure },
        }),
      );
    });
  const passed = timedTest('a.py', 'one', 1);
  const failed = timedTest('a.py', 'one', 1, { status: 'failed' });
  const errors = timedTest('a.py', 'one', 1, { status: 'error' });
  const crashed = { kind: 'crashed', exit: { kind: 'signal', signal: 'SIGSEGV' } } as const;

  test.each([
    {
      name: 'that fails and then passes is flaky',
      given: [
        [{ kind: 'tests-failed' }, [failed]],
        [{ kind: 'passed' }, [passed]],
      ],
      result: { status: 'passed', tries: 2, flaky: true, infrastructure: false },
    },
    {
      name: 'whose process crashed has not failed',
      given: [
        [crashed, [errors]],
        [{ kind: 'passed' }, [passed]],
      ],
      result: { status: 'passed', tries: 2, flaky: false, infrastructure: true },
    },
    {
      name: 'that is told again in the same attempt is one result',
      given: [[{ kind: 'tests-failed' }, [passed, failed]]],
      result: { status: 'failed', tries: 1, flaky: false, infrastructure: false },
    },
    {
      name: 'that failed in quarantine has failed',
      given: [
        [{ kind: 'passed' }, [{ ...failed, status: 'skipped', quarantined: { owner: 'a', until: 'b', reason: 'c' } }]],
      ],
      result: { status: 'failed', tries: 1, flaky: false, infrastructure: false },
    },
    {
      name: 'that was never reached has no result',
      given: [[crashed, [{ ...passed, status: 'skipped', notRun: true }]]],
      result: { status: 'not-run', tries: 1, flaky: false, infrastructure: false },
    },
  ] as const)('$name', async ({ given, result }) => {
    await recordRuns([[attempts('unit/backend', given)]]);
    expect(one()).toEqual([result]);
  });

  test('that runner made up to tell of an outcome is none', async () => {
    await recordRuns([
      [
        ranOnce('unit/backend', [
          passed,
          { ...errors, id: { file: null, className: 'unit', name: 'crashed' }, synthetic: true },
        ]),
      ],
    ]);
    expect(look(path, (db) => [testsOfFile(db, 'a.py').length, testsOfFile(db, '').length])).toEqual([1, 0]);
  });

  test('may have any name, however long', async () => {
    const names = ['', 'a\0b', '\ud800', '🦊'.repeat(9), 'x'.repeat(5000), 'x'.repeat(5001), "'); DROP TABLE runs; --"];
    await recordRuns([
      [
        ranOnce(
          'unit/backend',
          names.map((name) => ({ ...passed, id: { file: 'a.py', className: name, name } })),
        ),
      ],
    ]);
    expect(look(path, (db) => testsOfFile(db, 'a.py').length)).toBe(names.length);
  });
});

test('what a task did not run to its end for stands beside each of its files', async () => {
  const skipped = { kind: 'skipped', because: { kind: 'blocked', by: 'smoke' } } as const;
  await recordRuns([
    [
      ranOnce('unit/backend', [timedTest('a.py', 'one', 1), timedTest('b.py', 'one', 1, { status: 'failed' })], {
        outcome: { kind: 'tests-failed' },
      }),
      ranOnce('e2e/web', [], { files: ['c.ts'], outcome: skipped }),
    ],
  ]);
  const outcomes = look(path, (db) =>
    ['a.py', 'b.py', 'c.ts'].flatMap((file) =>
      outcomesOfFile(db, file, listRuns(db, all)).map(({ outcome, detail }) => [file, outcome, detail]),
    ),
  );
  expect(outcomes).toEqual([
    ['a.py', 'passed', null],
    ['b.py', 'tests-failed', null],
    ['c.ts', 'skipped', 'because skipped'],
  ]);
});
