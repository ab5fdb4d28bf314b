import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/model/outcome.ts';
import { failedTest, planOf, report, started, task, taskEvents, test } from './run-fixture.ts';

describe('the report at the end of a run whose tests were told while they ran', () => {
  it('tells what a killed process was running, and apart from what skipped itself what it did not run', () => {
    const killed: Outcome = { kind: 'crashed', exit: { kind: 'signal', signal: 'SIGKILL' } };
    const skipReason = 'not run: node was killed by SIGKILL';
    const message = 'was running when node was killed by SIGKILL';
    const text = report([
      started(planOf([task('unit/node')])),
      ...taskEvents('unit/node', killed, [
        test('passes'),
        failedTest('runs', {
          status: 'error',
          cutOff: true,
          problems: [{ kind: 'error', type: 'cut-off', message, details: `${message}\nlast words` }],
        }),
        test('skips', { status: 'skipped', skipReason: 'no database' }),
        test('waits', { status: 'skipped', notRun: true, skipReason }),
        test('waits too', { status: 'skipped', notRun: true, skipReason }),
      ]),
    ]);
    expect(text).toContain(`     ${message}\n     last words\n     in     unit/node\n`);
    expect(text).toContain('Not run\n  2 tests (unit): node was killed by SIGKILL\n');
    expect(text).toContain('Skipped by the tests themselves\n  1 test: no database\n');
  });

  it('counts a test that is told again as it is told last', () => {
    const [first, again] = [test('a', { durationMs: 3000 }), test('a', { durationMs: 2000 })];
    const skipped = test('b', { status: 'skipped', skipReason: 'no database' });
    const finished = { type: 'test-finished', task: 'unit/node', attempt: 1 } as const;
    const events = taskEvents('unit/node', { kind: 'passed' }, [first, skipped]);
    const text = report(
      [
        started(planOf([task('unit/node')])),
        ...events.slice(0, -2),
        { ...finished, test: again, replaces: first },
        { ...finished, test: test('b', { durationMs: 1000 }), replaces: skipped },
        ...events.slice(-2),
      ],
      {},
      5,
    );
    expect(text).toContain('2 slowest tests\n  [   2.000s] tests/a.test.js  a\n  [   1.000s] tests/a.test.js  b\n');
    expect(text).not.toContain('Skipped by the tests themselves');
  });
});
