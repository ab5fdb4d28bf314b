import type { Problem } from '../model/test.ts';
import type { ReportCase, ReportItem } from '../model/report.ts';

/** A case found in lines, with everything filled in that most of them do not have. */
export function aCase(
  fields: Pick<ReportCase, 'name' | 'className' | 'status'> & Partial<ReportCase>,
): Extract<ReportItem, { kind: 'case' }> {
  const { className } = fields;
  const nothing = { file: null, line: null, durationMs: 0, problems: [], skipReason: null, stdout: null, stderr: null };
  return { kind: 'case', case: { ...nothing, suites: className === null ? [] : [className], ...fields } };
}

/** The type of a problem that another attempt cannot mend: the code under test does not compile. */
export const buildFailure = 'build-failed';

/** A case for what is no test: a package or target that could not be built, broke off or never ran. */
export function anError(
  what: string,
  problem: Pick<Problem, 'type' | 'message' | 'details'> & { readonly file: string | null },
): Extract<ReportItem, { kind: 'case' }> {
  const { file, ...rest } = problem;
  return aCase({ name: what, className: what, file, status: 'error', problems: [{ kind: 'error', ...rest }] });
}
