import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exit } from '../../../src/model/outcome.ts';
import type { ReportFacts } from '../../../src/model/report.ts';
import { judge } from '../../../src/results/judge.ts';
import { emptyFacts, foldCase, foldSuiteError, withProblem } from '../../../src/results/report-facts.ts';

// pytest's codes: 1 tests failed, 5 no tests; 3 stands for every other code.
const framework = { noTestsExitCodes: [5], failedExitCodes: [1], reportsEveryFile: true };

const exits: Readonly<Record<string, Exit>> = {
  'exit 0': { kind: 'code', code: 0 },
  'exit 1 (tests failed)': { kind: 'code', code: 1 },
  'exit 5 (no tests)': { kind: 'code', code: 5 },
  'exit 3 (anything else)': { kind: 'code', code: 3 },
  SIGKILL: { kind: 'signal', signal: 'SIGKILL' },
};

const none = emptyFacts();
const whole = (changes: Partial<ReportFacts>): ReportFacts => ({
  ...none,
  files: new Set(['a.py', 'b.py']),
  ...changes,
});
const reports: Readonly<Record<string, ReportFacts>> = {
  'no case': none,
  'only passes': whole({ passed: 2 }),
  'only skips': whole({ skipped: 2 }),
  'a failure': whole({ passed: 1, failed: 1 }),
  'an error': whole({ passed: 1, errors: 1 }),
  'a file missing': whole({ passed: 1, files: new Set(['a.py']) }),
  'no report': withProblem(none, 'r.xml', 'it is missing'),
  'half a report': withProblem(whole({ passed: 2 }), 'r.xml', 'it is cut off'),
};

const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'exit 0': {
    'no case': 'no-tests',
    'only passes': 'passed',
    'only skips': 'passed',
    'a failure': 'tests-failed',
    'an error': 'tests-failed',
    'a file missing': 'report-unusable',
    'no report': 'report-unusable',
    'half a report': 'report-unusable',
  },
  'exit 1 (tests failed)': {
    'no case': 'crashed',
    'only passes': 'crashed',
    'only skips': 'crashed',
    'a failure': 'tests-failed',
    'an error': 'tests-failed',
    'a file missing': 'crashed',
    'no report': 'report-unusable',
    'half a report': 'report-unusable',
  },
  'exit 5 (no tests)': {
    'no case': 'no-tests',
    'only passes': 'crashed',
    'only skips': 'passed',
    'a failure': 'crashed',
    'an error': 'crashed',
    'a file missing': 'crashed',
    'no report': 'crashed',
    'half a report': 'crashed',
  },
  'exit 3 (anything else)': Object.fromEntries(Object.keys(reports).map((report) => [report, 'crashed'])),
  SIGKILL: Object.fromEntries(Object.keys(reports).map((report) => [report, 'crashed'])),
};

describe.each(Object.entries(exits))('with %s', (exitName, exit) => {
  test.each(Object.entries(reports))('and a report with %s', (reportName, facts) => {
    const outcome = judge({ exit, facts, asked: ['a.py', 'b.py'], narrowed: false, framework });
    expect(outcome.kind).toBe(table[exitName]?.[reportName]);
  });
});

test('a file may be absent when the run was narrowed, when nothing was asked, or when its framework leaves files out', () => {
  const facts = whole({ passed: 1, files: new Set(['a.py']) });
  const asked = ['a.py', 'b.py'];
  const exit: Exit = { kind: 'code', code: 0 };
  const passed = { kind: 'passed' };
  expect(judge({ exit, facts, asked, narrowed: true, framework })).toEqual(passed);
  expect(judge({ exit, facts, asked: [], narrowed: false, framework })).toEqual(passed);
  expect(judge({ exit, facts, asked, narrowed: false, framework: { ...framework, reportsEveryFile: false } })).toEqual(
    passed,
  );
});

test('the message about missing files names the first few and says what to do', () => {
  const asked = ['a.py', 'b.py', 'c.py', 'd.py', 'e.py'];
  const facts = whole({ passed: 1, files: new Set(['a.py']) });
  const exit: Exit = { kind: 'code', code: 0 };
  const outcome = judge({ exit, facts, asked, narrowed: false, framework, reportPath: 'r.xml' });
  expect(outcome).toMatchObject({ kind: 'report-unusable', path: 'r.xml' });
  const problem = outcome.kind === 'report-unusable' ? outcome.problem : '';
  expect(problem).toMatch(/no test of 4 of the 5 files .*: b\.py, c\.py, d\.py and 1 more\. Exclude/);
});

test('facts count every status once, an error outside the cases as an error, and keep the first problem', () => {
  let facts = emptyFacts();
  for (const status of ['passed', 'failed', 'error', 'skipped', 'passed'] as const)
    facts = foldCase(facts, 'a.py', status);
  facts = foldCase(facts, null, 'passed');
  facts = foldSuiteError(withProblem(withProblem(facts, 'x', 'first'), 'y', 'second'));
  expect(facts).toEqual({
    passed: 3,
    failed: 1,
    errors: 2,
    skipped: 1,
    files: new Set(['a.py']),
    problem: { path: 'x', text: 'first' },
  });
  expect(emptyFacts().files.size).toBe(0);
});

test('it passes only when both witnesses say so', () => {
  const count = fc.nat({ max: 2 });
  const file = fc.constantFrom('a', 'b', 'c');
  const input = fc.record({
    exit: fc.oneof(
      fc.record({ kind: fc.constant('code' as const), code: fc.integer({ min: 0, max: 6 }) }),
      fc.record({ kind: fc.constant('signal' as const), signal: fc.constantFrom('SIGKILL', 'SIGTERM') }),
    ),
    facts: fc.record({
      passed: count,
      failed: count,
      errors: count,
      skipped: count,
      files: fc.array(file).map((files) => new Set(files)),
      problem: fc.option(fc.record({ path: fc.constant('p'), text: fc.constant('t') })),
    }),
    asked: fc.uniqueArray(file),
    narrowed: fc.boolean(),
    framework: fc.record({
      noTestsExitCodes: fc.subarray([0, 4, 5]),
      failedExitCodes: fc.subarray([0, 1, 2]),
      reportsEveryFile: fc.boolean(),
    }),
  });
  fc.assert(
    fc.property(input, (given) => {
      const { exit, facts, asked } = given;
      const conditions =
        exit.kind === 'code' &&
        (exit.code === 0 || (given.framework.noTestsExitCodes.includes(exit.code) && facts.passed === 0)) &&
        facts.problem === null &&
        facts.failed + facts.errors === 0 &&
        facts.passed + facts.skipped > 0 &&
        (given.narrowed || !given.framework.reportsEveryFile || asked.every((name) => facts.files.has(name)));
      expect(judge(given).kind === 'passed').toBe(conditions);
    }),
    { numRuns: 2000 },
  );
});
