import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { failedTest, planOf, report, started, task, taskEvents, test, totals } from './run-fixture.ts';

const docker: Outcome = {
  kind: 'skipped',
  because: {
    kind: 'service-unavailable',
    service: 'postgres',
    problem: 'docker is not running',
    remedy: 'start docker, or give an external url in the environment',
  },
};

const plan = planOf([
  task('unit/pytest', { framework: 'pytest', files: ['tests/test_a.py', 'tests/test_b.py'] }),
  task('unit/node/2', { files: ['tests/a.test.js'] }),
  task('load/script', { framework: 'command', files: [] }),
  task('database/pytest', { files: ['tests/db/test_c.py', 'tests/db/test_d.py'] }),
  task('e2e/node', { files: ['tests/e2e/chat.test.js'] }),
]);

const mixedRun: readonly EventBody[] = [
  started(plan),
  ...taskEvents('unit/node/2', { kind: 'tests-failed' }, [
    test('adds', { durationMs: 1500 }),
    failedTest("divides what isn't 0"),
    test('later', { status: 'skipped', skipReason: 'not written yet' }),
  ]),
  ...taskEvents('unit/pytest', { kind: 'tests-failed' }, [
    failedTest('test_y[a-1]', {
      id: { file: 'tests/test_a.py', className: 'tests.test_a.TestX', name: 'test_y[a-1]' },
      line: 7,
      problems: [
        {
          kind: 'failure',
          type: '',
          message: 'assert 1 == 2',
          details: 'def test_y():\n>   assert 1 == 2\nE   assert 1 == 2\n\ntests/test_a.py:8: AssertionError',
        },
      ],
    }),
  ]),
  ...taskEvents('load/script', { kind: 'timed-out', afterMs: 30_000 }, [
    failedTest('script: timed out after 30s', {
      id: { file: null, className: '[runner]', name: 'script: timed out after 30s' },
      status: 'error',
      synthetic: true,
      line: null,
      problems: [
        { kind: 'error', type: 'timeout', message: 'did not end within 30s', details: 'last lines\nof the log' },
      ],
    }),
  ]),
  finished('database/pytest', docker),
  finished('e2e/node', { kind: 'skipped', because: { kind: 'blocked', by: 'unit' } }),
  { type: 'warning', message: 'load/script left 1 process running: sleep 1000 (pid 4711); it was ended' },
  { type: 'run-finished', verdict: 'failed', totals: totals(), durationMs: 15_750 },
];

describe('the report at the end of a run', () => {
  it('puts failures first, each with what reruns exactly that, and ends with one summary line', () => {
    expect(report(mixedRun, { width: 200 })).toMatchInlineSnapshot(`
      "
      3 failures

        1) tests/a.test.js:12  divides what isn't 0
           AssertionError: expected 1 to be 2
               at tests/a.test.js:12:10
           in     unit/node/2
           log    reports/logs/unit/node/2/1.log
           rerun  runner --file 'tests/a.test.js::divides what isn'\\''t 0'

        2) tests/test_a.py:7  test_y[a-1]
           assert 1 == 2
           def test_y():
           >   assert 1 == 2
           E   assert 1 == 2
           tests/test_a.py:8: AssertionError
           in     unit/pytest
           log    reports/logs/unit/pytest/1.log
           rerun  runner --file 'tests/test_a.py::TestX::test_y[a-1]'

        3) script: timed out after 30s
           did not end within 30s
           last lines
           of the log
           in     load/script
           log    reports/logs/load/script/1.log
           rerun  runner --category load --suite script --no-deps

      Not run
        2 test files (database): service postgres: docker is not running
          to run: start docker, or give an external url in the environment
        1 test file (e2e): blocked by unit

      Skipped by the tests themselves
        1 test: not written yet

      1 warning
        load/script left 1 process running: sleep 1000 (pid 4711); it was ended

      Summary [  15.750s] 5 tests: 1 passed, 2 failed, 1 error, 1 skipped; 2 test files not run: service postgres: docker is not running; 1 test file not run: blocked by unit
      Rerun:   runner rerun
      Reports: reports/junit.xml  reports/summary.json
      "
    `);
  });

  it('fits 80 columns but never cuts a command or a path', () => {
    const long = `tests/${'deep/'.repeat(30)}a.test.js`;
    const text = report(
      [
        started(planOf([task('unit/node', { files: [long] })])),
        ...taskEvents('unit/node', { kind: 'tests-failed' }, [
          failedTest('adds', { id: { file: long, className: 'a', name: 'adds' } }),
        ]),
        { type: 'run-finished', verdict: 'failed', totals: totals(), durationMs: 1 },
      ],
      { width: 80 },
    );
    expect(text).toContain(`rerun  runner --file '${long}::adds'\n`);
    const others = text.split('\n').filter((line) => !line.includes('rerun'));
    expect(Math.max(...others.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('is the same text with colour, but for the colour', () => {
    const colored = report(mixedRun, { color: true });
    expect(colored).toContain('\u001b[31m');
    // eslint-disable-next-line no-control-regex
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(report(mixedRun, {}));
  });

  it('is short when everything passed', () => {
    expect(
      report([
        started(planOf([task('unit/node')])),
        ...taskEvents('unit/node', { kind: 'passed' }, [test('adds'), test('subtracts')]),
        { type: 'run-finished', verdict: 'passed', totals: totals(), durationMs: 1234 },
      ]),
    ).toMatchInlineSnapshot(`
      "
      Summary [   1.234s] 2 tests: 2 passed
      Reports: reports/junit.xml  reports/summary.json
      "
    `);
  });

  it('shows twenty failures and says where the others are', () => {
    const failures = Array.from({ length: 1500 }, (_, index) => failedTest(`case ${index}`));
    const text = report([
      started(planOf([task('unit/node')])),
      ...taskEvents('unit/node', { kind: 'tests-failed' }, failures),
      { type: 'run-finished', verdict: 'failed', totals: totals(), durationMs: 1 },
    ]);
    expect(text).toContain('\n1,500 failures\n');
    expect(text.match(/ rerun {2}/g)).toHaveLength(20);
    expect(text).toContain('\n1,480 more failures: see reports/junit.xml\n');
  });

  it('has no stack traces after Ctrl-C, only names and what was cut off', () => {
    expect(
      report([
        started(plan),
        ...taskEvents('unit/node/2', { kind: 'tests-failed' }, [failedTest('divides')]),
        { type: 'run-cancelling', reason: { kind: 'signal', signal: 'SIGINT' } },
        ...['unit/pytest', 'load/script', 'database/pytest', 'e2e/node'].flatMap((id) =>
          taskEvents(id, { kind: 'cancelled', reason: { kind: 'signal', signal: 'SIGINT' } }, [
            failedTest('not run: interrupted by SIGINT', { synthetic: true, status: 'error' }),
          ]),
        ),
        { type: 'run-finished', verdict: 'interrupted', totals: totals(), durationMs: 2000 },
      ]),
    ).toMatchInlineSnapshot(`
      "
      1 failure
        1) tests/a.test.js:12  divides

      Not run
        5 test files cut off (unit, load, database, e2e): interrupted by SIGINT

      Summary [   2.000s] 5 tests: 1 failed, 4 errors; 5 test files cut off: interrupted by SIGINT; interrupted (exit 130)
      Rerun:   runner rerun
      Reports: reports/junit.xml  reports/summary.json
      "
    `);
  });

  it('names a task that failed without any failed test', () => {
    const text = report([
      started(planOf([task('unit/node', { files: ['a', 'b', 'c', 'd'] })])),
      ...taskEvents('unit/node', { kind: 'crashed', exit: { kind: 'code', code: 3 } }, [test('adds')]),
      { type: 'run-finished', verdict: 'infrastructure', totals: totals(), durationMs: 1 },
    ]);
    expect(text).toContain('  1) unit/node  CRASH: exit code 3 without a failed test to explain it');
    expect(text).toContain('rerun  runner --category unit --suite node --no-deps\n');
    expect(text).toContain('infrastructure failed (exit 3)');
  });

  it('tells a failed service once for all tasks that needed it, to the end of its message', () => {
    const problem = `${'http /health: passed; '.repeat(8)}websocket /ws: refused with HTTP 401`;
    const ids = ['e2e/node/1', 'e2e/node/2', 'api/node'];
    const text = report([
      started(planOf(ids.map((id) => task(id, { files: [`${id}-a.js`, `${id}-b.js`] })))),
      ...ids.flatMap((id) =>
        taskEvents(id, { kind: 'service-failed', service: 'backend', problem }, [
          failedTest('service backend failed', {
            synthetic: true,
            problems: [{ kind: 'error', type: 'service-failed', message: problem, details: '' }],
          }),
        ]),
      ),
    ]);
    expect(text).toContain('\n3 failures\n');
    expect(text.match(/refused\s+with\s+HTTP\s+401/g)).toHaveLength(1);
    expect(text).toContain('     in     e2e/node/1, e2e/node/2, api/node\n');
    expect(text).toContain('rerun  runner --category e2e api --suite node --no-deps\n');
  });

  it("leaves out a framework's own stack frames and a repeated message", () => {
    const details =
      'Error: expected 1 to be 2\n    at check (/w/node_modules/chai/index.js:1:1)\n    at /w/a.test.js:3:9\n    at run (node:internal/x:1:1)';
    const problems = [{ kind: 'failure', type: 'AssertionError', message: 'expected 1 to be 2', details }] as const;
    const text = report([
      started(planOf([task('unit/node')])),
      ...taskEvents('unit/node', { kind: 'tests-failed' }, [failedTest('adds', { problems })]),
    ]);
    expect(text).toContain('     AssertionError: expected 1 to be 2\n         at /w/a.test.js:3:9\n     in ');
  });

  it('tells failed services and the slowest tests', () => {
    const text = report(
      [
        started(planOf([task('unit/node')])),
        {
          type: 'service-changed',
          service: 'backend',
          generation: 1,
          change: { kind: 'failed', problem: 'exit code 1\nstack' },
        },
        ...taskEvents('unit/node', { kind: 'passed' }, [
          test('fast', { durationMs: 1 }),
          test('slow', { durationMs: 3000 }),
          test('slower', { durationMs: 4000 }),
        ]),
      ],
      {},
      2,
    );
    expect(text).toContain('Failed services\n  backend: exit code 1\n');
    expect(text).toContain(
      '2 slowest tests\n  [   4.000s] tests/a.test.js  slower\n  [   3.000s] tests/a.test.js  slow\n',
    );
    expect(text).toContain('Summary: the run did not finish');
  });

  it('shows hostile names, messages and reasons as harmless text', () => {
    const hostile = `\u001b[2J\u001b]0;x\u0007\r\n${'A'.repeat(1_000_000)}\u202e`;
    const text = report([
      started(planOf([task('unit/node', { files: [hostile] })])),
      ...taskEvents('unit/node', { kind: 'tests-failed' }, [
        failedTest(hostile, {
          id: { file: hostile, className: hostile, name: hostile },
          problems: [{ kind: 'failure', type: hostile, message: hostile, details: hostile }],
        }),
        test(hostile, { status: 'skipped', skipReason: hostile }),
      ]),
      { type: 'warning', message: hostile.slice(0, 2000) },
    ]);
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});

function finished(id: string, outcome: Outcome): EventBody {
  return { type: 'task-finished', task: id, outcome, totals: totals(), durationMs: 0 };
}
