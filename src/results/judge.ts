import type { Exit, Outcome } from '../model/outcome.ts';
import type { ReportFacts } from '../model/report.ts';

/** What is known when an attempt has ended. */
export interface JudgeInput {
  readonly exit: Exit;
  readonly facts: ReportFacts;
  /** Root-relative files that this attempt must have reported; empty = not checked. */
  readonly asked: readonly string[];
  /** An expression over names or tags, or test ids, are in force: files may be absent for good reason. */
  readonly narrowed: boolean;
  readonly framework: {
    readonly noTestsExitCodes: readonly number[];
    readonly failedExitCodes: readonly number[];
    readonly reportsEveryFile: boolean;
  };
  /** Where the report is, for messages about what it lacks. */
  readonly reportPath?: string;
}

const namedFiles = 3;

/**
 * Weighs the two witnesses, exit status and report. It passes only when both say so: exit 0 (or the code for "no tests" beside
 * nothing but skipped cases), a whole report, no failing case, at least one case, and a case of every file that was asked for.
 */
export function judge(input: JudgeInput): Outcome {
  const { exit, facts, framework } = input;
  const crashed: Outcome = { kind: 'crashed', exit };
  if (exit.kind === 'signal') return crashed;
  const saysFailed = framework.failedExitCodes.includes(exit.code);
  if (facts.problem !== null) {
    if (exit.code !== 0 && !saysFailed) return crashed;
    return { kind: 'report-unusable', path: facts.problem.path, problem: facts.problem.text };
  }
  const nothingReported = facts.passed + facts.failed + facts.errors + facts.skipped === 0;
  const anyFailed = facts.failed + facts.errors > 0;
  if (exit.code !== 0 && anyFailed) return saysFailed ? { kind: 'tests-failed' } : crashed;
  // pytest exits with 5 when every module was skipped at import: nothing ran, as the report says too.
  const saysNothingRan = framework.noTestsExitCodes.includes(exit.code) && facts.passed === 0;
  if (exit.code !== 0 && !saysNothingRan) return crashed;
  if (anyFailed) return { kind: 'tests-failed' };
  if (nothingReported) return { kind: 'no-tests' };
  const missing =
    input.narrowed || !framework.reportsEveryFile ? [] : input.asked.filter((file) => !facts.files.has(file));
  if (missing.length === 0) return { kind: 'passed' };
  return {
    kind: 'report-unusable',
    path: input.reportPath ?? '',
    problem: describeMissing(missing, input.asked.length),
  };
}

function describeMissing(missing: readonly string[], asked: number): string {
  const more = missing.length > namedFiles ? ` and ${missing.length - namedFiles} more` : '';
  const names = missing.slice(0, namedFiles).join(', ') + more;
  return (
    `the report has no test of ${missing.length} of the ${asked} files that were run: ${names}. ` +
    'Exclude files without tests from the suite, or look into the log for why they did not run'
  );
}
