import type { Framework, IdentifyContext } from '../frameworks/framework.ts';
import type { ReportCase, ReportFacts } from '../model/report.ts';
import type { Problem, TestId, TestResult, TestStatus, Totals } from '../model/test.ts';
import { testKey } from '../results/test-records.ts';
import { addTest, emptyTotals, subtractTest } from '../results/totals.ts';
import { capTexts } from './cap-text.ts';
import { createSeenTests } from './seen-tests.ts';
import type { SeenTest } from './seen-tests.ts';

/** Turns cases into results, each told once; a test that is told in parts, or otherwise by the report, is told again, whole. */
export interface CaseResults {
  /** A case that was told while the tests ran; the report may tell it again. */
  addLive(reported: ReportCase): void;
  /** A case of the report. */
  add(reported: ReportCase): void;
  /** A result that no case stands for; given a number if its identity is taken. */
  addResult(test: TestResult): void;
  /** From now on failures say nothing about the code, and this says why; those that were told are told again. */
  blame(excuse: Problem): void;
  /** No further part of a test comes: tells where the report differs from what was told live. */
  settle(): void;
  /** How many tests of this name have a result. */
  count(id: TestId): number;
  /** The test that a case is of. */
  identify(reported: ReportCase): TestId;
  totals(): Totals;
  /** What the report alone amounts to. */
  reported(): Pick<ReportFacts, 'passed' | 'failed' | 'errors' | 'skipped' | 'files'>;
}

export interface CaseResultsOptions {
  readonly framework: Pick<Framework, 'duplicates' | 'identify'>;
  readonly context: IdentifyContext;
  readonly emit: (test: TestResult) => void;
}

/** Tests that a report may begin to tell before it ends the first of them; less than those with texts. */
const maxDiffering = 100;

/** Collects the results of one attempt; remembers identities, and the texts of some failures, however many tests there are. */
export function createCaseResults(options: CaseResultsOptions): CaseResults {
  const { framework, context, emit } = options;
  const shares = framework.duplicates === 'number';
  const seen = createSeenTests();
  /** What was told of tests of which the report says something else; more may follow. */
  const differing = new Map<string, TestResult>();
  const files = new Set<string>();
  const numbers = { live: createNumbers(), report: createNumbers() };
  let excuse: Problem | null = null;
  let [totals, reported] = [emptyTotals, emptyTotals];

  const tell = (test: TestResult, before: TestResult | null): void => {
    totals = addTest(before === null ? totals : subtractTest(totals, before), test);
    emit(test);
  };
  const settle = (key: string, before: TestResult): void => {
    differing.delete(key);
    const now = seen.get(before.id)?.test;
    if (now !== undefined && now.status !== before.status) tell(now, before);
  };
  const addToReport = (test: TestResult, before: SeenTest | null): void => {
    const part = before?.inReport === true ? before.test : null;
    reported = addTest(part === null ? reported : subtractTest(reported, part), test);
    if (test.id.file !== null) files.add(test.id.file);
    const isLive = before?.isLive === true;
    seen.set({ test, inReport: true, isLive });
    if (before === null || !isLive) {
      tell(test, before?.test ?? null);
      return;
    }
    const key = testKey(test.id);
    if (!differing.has(key)) differing.set(key, before.test);
    const [oldest] = differing.size > maxDiffering ? differing : [];
    if (oldest !== undefined) settle(...oldest);
  };
  const toTest = (given: ReportCase): TestResult =>
    excused(capTexts(toResult(given, framework.identify(given, context))), excuse);

  return {
    addLive(given) {
      const test = toTest(given);
      const id = shares ? numbers.live.free(test.id, (other) => seen.get(other) !== null) : test.id;
      const before = seen.get(id)?.test ?? null;
      const whole = before === null ? { ...test, id } : capTexts(folded(before, test));
      seen.set({ test: whole, inReport: false, isLive: true });
      tell(whole, before);
    },
    add(given) {
      const test = toTest(given);
      const id = shares ? numbers.report.free(test.id, (other) => seen.get(other)?.inReport === true) : test.id;
      const before = seen.get(id);
      addToReport(before?.inReport === true ? capTexts(folded(before.test, test)) : { ...test, id }, before);
    },
    addResult(test) {
      const id = numbers.report.free(test.id, (other) => seen.get(other) !== null);
      addToReport({ ...(test.synthetic ? test : excused(test, excuse)), id }, null);
    },
    blame(problem) {
      excuse = problem;
      for (const { test, inReport, isLive } of seen.all()) {
        const blamed = excused(test, excuse);
        if (blamed === test) continue;
        seen.set({ test: blamed, inReport, isLive });
        tell(blamed, test);
      }
    },
    settle() {
      for (const entry of [...differing]) settle(...entry);
    },
    count(id) {
      let count = 0;
      while (seen.get(numbered(id, count + 1)) !== null) count += 1;
      return count;
    },
    identify: (given) => framework.identify(given, context),
    totals: () => totals,
    reported: () => {
      const { passed, failed, errors, skipped } = reported;
      return { passed, failed, errors, skipped, files };
    },
  };
}

interface Numbers {
  /** The name, or the name with the first number that is free. */
  free(id: TestId, isTaken: (id: TestId) => boolean): TestId;
}

function createNumbers(): Numbers {
  /** The highest number given out for each identity. */
  const given = new Map<string, number>();
  return {
    free(id, isTaken) {
      for (let number = given.get(testKey(id)) ?? 1; ; number += 1) {
        const candidate = numbered(id, number);
        if (isTaken(candidate)) continue;
        if (number > 1) given.set(testKey(id), number);
        return candidate;
      }
    },
  };
}

function numbered(id: TestId, number: number): TestId {
  return number === 1 ? id : { ...id, name: `${id.name} #${number}` };
}

function toResult(reported: ReportCase, id: TestId): TestResult {
  const { status, durationMs, line, problems, skipReason, stdout, stderr, cutOff } = reported;
  return {
    ...{ id, status, synthetic: false, durationMs, line, problems, skipReason, stdout, stderr },
    ...(cutOff === undefined ? {} : { cutOff }),
  };
}

function excused(test: TestResult, excuse: Problem | null): TestResult {
  if (excuse === null || (test.status !== 'failed' && test.status !== 'error')) return test;
  return { ...test, status: 'error', problems: [excuse, ...test.problems] };
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
