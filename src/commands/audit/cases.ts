import { writeFileAtomic } from '../../base/atomic-write.ts';
import { UsageError } from '../../errors.ts';
import type { GuardCell, GuardVerdict } from '../../model/guard.ts';
import type { Problem, TestResult } from '../../model/test.ts';
import { writeCase } from '../../reporters/junit-case.ts';
import { describeCell, describeHits, whatToDo } from './describe.ts';

/** What an audit came to, as far as a report tells it. */
export interface AuditFacts {
  readonly verdicts: readonly GuardVerdict[];
  readonly problems: readonly string[];
}

/** Writes an audit as JUnit XML: a case for each guard and priority, or for each of its files that has too many. @throws UsageError */
export function writeAuditCases(path: string, facts: AuditFacts): void {
  const cases = [...facts.verdicts.flatMap(casesOf), ...facts.problems.map(problemCase)];
  const xml = cases.map((result) =>
    writeCase({ className: result.id.className, name: result.id.name, result, earlier: [] }),
  );
  const counts = ['failed', 'error', 'skipped'].map((status) => cases.filter((one) => one.status === status).length);
  const totals = `tests="${cases.length}" failures="${counts[0] ?? 0}" errors="${counts[1] ?? 0}" skipped="${counts[2] ?? 0}"`;
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites ${totals}>\n  <testsuite name="guards" ${totals}>\n`,
    ...xml,
    '  </testsuite>\n</testsuites>\n',
  ];
  try {
    writeFileAtomic(path, text.join(''));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--junit ${path} cannot be written: ${why}`, 'name a file in a folder that can be written');
  }
}

function casesOf(verdict: GuardVerdict): readonly TestResult[] {
  const { guard, cells, empty } = verdict;
  const className = guard.name;
  if (empty) {
    const message = `no file matches ${guard.files.join(', ')}: correct the globs of the guard, or say allowEmpty: true`;
    return [caseOf({ className, name: 'files' }, { kind: 'error', type: 'no-files', message, details: '' })];
  }
  return cells.flatMap((cell) => cellCases(verdict, cell, className));
}

function cellCases(verdict: GuardVerdict, cell: GuardCell, className: string): readonly TestResult[] {
  const { guard } = verdict;
  const name = cell.priority;
  const said = describeCell(guard, cell);
  if (verdict.incomplete && cell.state !== 'over') {
    const message = 'not all of its files could be looked into';
    return [caseOf({ className, name }, { kind: 'error', type: 'incomplete', message, details: said })];
  }
  if (cell.state === 'waiting') return [{ ...caseOf({ className, name }, null), status: 'skipped', skipReason: said }];
  if (cell.state !== 'over' || guard.severity === 'warning')
    return [
      {
        ...caseOf({ className, name }, null),
        stdout: cell.matches === 0 ? null : [said, ...describeHits(cell)].join('\n'),
      },
    ];
  if (cell.over.length === 0) {
    const problem: Problem = { kind: 'failure', type: 'guard', message: said, details: whatToDo(guard).join('\n') };
    return [caseOf({ className, name }, problem)];
  }
  return cell.over.map((file) => {
    const message = `${file.count} × ${guard.name}, ${file.allowed === 0 ? 'none is allowed' : `${file.allowed} allowed`}`;
    const lines = file.hits.map(({ line, text }) => `${file.file}:${line}: ${text}`);
    const details = [...whatToDo(guard), ...lines].join('\n');
    const result = caseOf(
      { className, name: `${name} ${file.file}` },
      { kind: 'failure', type: 'guard', message, details },
    );
    return { ...result, id: { ...result.id, file: file.file }, line: file.hits[0]?.line ?? null };
  });
}

function problemCase(problem: string, index: number): TestResult {
  const id = { className: 'files', name: `cannot be judged ${index + 1}` };
  return caseOf(id, { kind: 'error', type: 'unreadable', message: problem, details: '' });
}

function caseOf(id: { readonly className: string; readonly name: string }, problem: Problem | null): TestResult {
  return {
    id: { file: null, ...id },
    status: problem === null ? 'passed' : problem.kind === 'error' ? 'error' : 'failed',
    synthetic: false,
    durationMs: 0,
    line: null,
    problems: problem === null ? [] : [problem],
    ...{ skipReason: null, stdout: null, stderr: null },
  };
}
