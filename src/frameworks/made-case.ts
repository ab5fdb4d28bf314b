import type { Problem } from '../model/test.ts';
import type { ReportCase, ReportItem } from '../model/report.ts';

/** A case that a reader of lines has made. */
export type MadeCase = Extract<ReportItem, { kind: 'case' }>;

/** A case found in lines, with everything filled in that most of them do not have. */
export function aCase(fields: Pick<ReportCase, 'name' | 'className' | 'status'> & Partial<ReportCase>): MadeCase {
  const { className } = fields;
  const nothing = { file: null, line: null, durationMs: 0, problems: [], skipReason: null, stdout: null, stderr: null };
  return { kind: 'case', case: { ...nothing, suites: className === null ? [] : [className], ...fields } };
}

/** The type of a problem that another attempt cannot mend: the code under test does not compile. */
export const buildFailure = 'build-failed';

/** An error that says nothing of the code, because the process was ended from outside. */
export function cutOff({ kind, case: made }: MadeCase): MadeCase {
  return { kind, case: { ...made, cutOff: true } };
}

/** What is known of a test besides its result: it is to be run, has begun, or is over without a case of its own. */
export function aWord(
  kind: 'collected' | 'started' | 'ended',
  test: Pick<ReportCase, 'name' | 'className'> & Partial<ReportCase>,
): ReportItem {
  return { kind, case: aCase({ ...test, status: 'passed' }).case };
}

/** A case for what is no test: a package or target that could not be built, broke off or never ran. */
export function anError(
  what: string,
  problem: Pick<Problem, 'type' | 'message' | 'details'> & { readonly file: string | null },
): MadeCase {
  const { file, ...rest } = problem;
  return aCase({ name: what, className: what, file, status: 'error', problems: [{ kind: 'error', ...rest }] });
}
