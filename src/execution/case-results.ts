import type { Framework, IdentifyContext } from '../frameworks/framework.ts';
import type { ReportCase } from '../model/report.ts';
import type { Problem, TestId, TestResult, TestStatus, Totals } from '../model/test.ts';
import { addTest, emptyTotals, sumTotals } from '../results/totals.ts';
import { capTexts, withoutTexts } from './cap-text.ts';

/** Turns reported cases into results, each told once; a test that is reported in parts is told again, whole. */
export interface CaseResults {
  add(reported: ReportCase): void;
  /** A result that no case stands for; given a number if its identity is taken. */
  addResult(test: TestResult): void;
  totals(): Totals;
  /** Root-relative files of which a case was reported. */
  readonly files: ReadonlySet<string>;
}

export interface CaseResultsOptions {
  readonly framework: Pick<Framework, 'duplicates' | 'identify'>;
  readonly context: IdentifyContext;
  /** A service of the task is down: its failures say nothing about the code, and this says why. */
  readonly excuse: Problem | null;
  readonly emit: (test: TestResult) => void;
}

/** Failed tests whose texts are kept in case that another part of the test is reported, which comes soon after the first. */
const maxWithTexts = 500;

/** Collects the results of one attempt; remembers identities, and the texts of some failures, however many tests there are. */
export function createCaseResults(options: CaseResultsOptions): CaseResults {
  const { framework, context, emit } = options;
  const seen = new Map<string, TestResult>();
  /** The highest number given out for each identity. */
  const numbers = new Map<string, number>();
  const withTexts: string[] = [];
  const files = new Set<string>();
  let totals = emptyTotals;

  const tell = (test: TestResult): void => {
    totals = addTest(totals, test);
    remember(test);
    emit(test);
  };
  const remember = (test: TestResult): void => {
    const key = keyOf(test.id);
    if (framework.duplicates === 'number' || test.status === 'passed') {
      seen.set(key, withoutTexts(test));
      return;
    }
    seen.set(key, test);
    const oldest = withTexts.push(key) > maxWithTexts ? withTexts.shift() : undefined;
    const forgotten = oldest === undefined ? undefined : seen.get(oldest);
    if (oldest !== undefined && forgotten !== undefined) seen.set(oldest, withoutTexts(forgotten));
  };
  const free = (id: TestId): TestId => {
    for (let number = numbers.get(keyOf(id)) ?? 1; ; number += 1) {
      const candidate = number === 1 ? id : { ...id, name: `${id.name} #${number}` };
      if (seen.has(keyOf(candidate))) continue;
      numbers.set(keyOf(id), number);
      return candidate;
    }
  };
  return {
    files,
    totals: () => totals,
    addResult(test) {
      const id = free(test.id);
      tell({ ...(test.synthetic ? test : excused(test, options.excuse)), id });
    },
    add(reported) {
      const test = excused(capTexts(toResult(reported, framework.identify(reported, context))), options.excuse);
      if (test.id.file !== null) files.add(test.id.file);
      const before = seen.get(keyOf(test.id));
      if (before === undefined) {
        tell(test);
      } else if (framework.duplicates === 'number') {
        tell({ ...test, id: free(test.id) });
      } else {
        totals = sumTotals([totals, negated(addTest(emptyTotals, before))]);
        tell(capTexts(folded(before, test)));
      }
    },
  };
}

function toResult(reported: ReportCase, id: TestId): TestResult {
  const { status, durationMs, line, problems, skipReason, stdout, stderr } = reported;
  return { id, status, synthetic: false, durationMs, line, problems, skipReason, stdout, stderr };
}

function excused(test: TestResult, excuse: Problem | null): TestResult {
  if (excuse === null || (test.status !== 'failed' && test.status !== 'error')) return test;
  return { ...test, status: 'error', problems: [excuse, ...test.problems] };
}

function keyOf(id: TestId): string {
  return `${id.file ?? ''}\0${id.className}\0${id.name}`;
}

/** Worst first: of the parts of one test, the worst says how it went. */
const severity: readonly TestStatus[] = ['error', 'failed', 'skipped', 'passed'];

function folded(first: TestResult, second: TestResult): TestResult {
  const worst = severity.find((status) => status === first.status || status === second.status) ?? second.status;
  return {
    ...second,
    status: worst,
    durationMs: first.durationMs + second.durationMs,
    line: first.line ?? second.line,
    problems: [...first.problems, ...second.problems],
    skipReason: first.skipReason ?? second.skipReason,
    stdout: joined(first.stdout, second.stdout),
    stderr: joined(first.stderr, second.stderr),
  };
}

function joined(first: string | null, second: string | null): string | null {
  if (first === null || second === null || first === second) return first ?? second;
  return `${first}\n${second}`;
}

function negated(totals: Totals): Totals {
  return {
    tests: -totals.tests,
    passed: -totals.passed,
    failed: -totals.failed,
    errors: -totals.errors,
    skipped: -totals.skipped,
    durationMs: -totals.durationMs,
  };
}
