import { describe, expect, it } from 'vitest';
import { failedTest, planOf, report, started, task, taskEvents, totals } from './run-fixture.ts';

describe('what the report at the end says of failures', () => {
  it('says what runner itself made of a failure once, and its type not beside it', () => {
    const details = 'did not end\n\nlast lines of x:\na';
    const failed = failedTest('unit/node: timed out', {
      id: { file: null, className: '[runner]', name: 'unit/node: timed out' },
      synthetic: true,
      problems: [{ kind: 'error', type: 'timed-out', message: 'did not end', details }],
    });
    const text = report([
      started(planOf([task('unit/node')])),
      ...taskEvents('unit/node', { kind: 'timed-out', afterMs: 1000 }, [failed]),
    ]);
    expect(text).toContain('  1) unit/node: timed out\n     did not end\n     last lines of x:\n     a\n     in ');
  });

  it('shows the end of what a program printed before it failed as a whole', () => {
    const details = `crashed\n\nlast lines of x:\n${Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('')}why`;
    const failed = failedTest('crashed', {
      synthetic: true,
      problems: [{ kind: 'error', type: 'crashed', message: 'crashed', details }],
    });
    const text = report([
      started(planOf([task('unit/node')])),
      ...taskEvents('unit/node', { kind: 'crashed', exit: { kind: 'code', code: 3 } }, [failed]),
    ]);
    expect(text).toContain('     crashed\n     last lines of x:\n     line 11\n');
    expect(text).toContain('     line 19\n     why\n     in ');
  });

  it("tells places below the reader's folder without it, and never cuts off the line of a frame", () => {
    const details = `Error: no\n    at file:///w/a.test.mjs:3:9\n    at check (/elsewhere/${'deep/'.repeat(30)}b.mjs:12:34)`;
    const problem = { kind: 'failure', type: 'Error', message: 'no', details } as const;
    const events = [
      started(planOf([task('unit/node')])),
      ...taskEvents('unit/node', { kind: 'tests-failed' }, [failedTest('adds', { problems: [problem] })]),
    ];
    const text = report(events, { cwd: '/w', width: 60 });
    expect(text).toContain('         at a.test.mjs:3:9\n');
    expect(text).toMatch(/\n {9}at …[de/p]+\/b\.mjs:12:34\)\n/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('is no list of failures when a filter left tasks without a test, and names the filter', () => {
    const narrowed = ['unit/node', 'e2e/node'].map((id) => task(id, { keyword: 'foo' }));
    const text = report([
      started(planOf(narrowed, { selection: ['--category=unit', '--keyword=foo'] })),
      ...narrowed.flatMap(({ id }) => taskEvents(id, { kind: 'no-tests' }, [])),
      { type: 'run-finished', verdict: 'nothing-ran', totals: totals(), durationMs: 1000 },
    ]);
    expect(text).toBe(
      '\nSummary [   1.000s] 0 tests; no test matches --keyword "foo" (exit 4)\nReports: reports/junit.xml  reports/summary.json\n',
    );
  });

  it.each([
    [{}, 'no test in unit/node (exit 4)'],
    [{ tests: { 'tests/a.test.js': ['addz'] } }, 'no test is named tests/a.test.js::addz (exit 4)'],
    [{ markers: 'slow' }, 'no test matches the keywords and markers of its category (exit 4)'],
  ])('says what was empty: %j', (change, words) => {
    const text = report([
      started(planOf([task('unit/node', change)])),
      ...taskEvents('unit/node', { kind: 'no-tests' }, []),
      { type: 'run-finished', verdict: 'nothing-ran', totals: totals(), durationMs: 1000 },
    ]);
    expect(text).toContain(`0 tests; ${words}\n`);
  });

  it("leaves out the fields of Node's assertion errors, but for values that a message of the test's own hides", () => {
    const details = (generated: boolean): string =>
      `AssertionError [ERR_ASSERTION]: differs\n    at /w/a.test.js:3:9 {\n  generatedMessage: ${generated},\n  code: 'ERR_ASSERTION',\n  actual: 1,\n  expected: 2,\n  operator: 'strictEqual',\n  diff: 'simple'\n}`;
    const shown = (generated: boolean): string => {
      const problem = {
        kind: 'failure',
        type: 'ERR_ASSERTION',
        message: 'differs',
        details: details(generated),
      } as const;
      return report([
        started(planOf([task('unit/node')])),
        ...taskEvents('unit/node', { kind: 'tests-failed' }, [failedTest('adds', { problems: [problem] })]),
      ]);
    };
    expect(shown(true)).toContain('     ERR_ASSERTION: differs\n         at /w/a.test.js:3:9\n     in ');
    expect(shown(false)).toContain('         at /w/a.test.js:3:9\n       actual: 1,\n       expected: 2,\n     in ');
  });
});
