import type { ReportFacts } from '../model/report.ts';
import type { TestStatus } from '../model/test.ts';

/** What no report at all amounts to. Fresh on each call: `foldCase` uses it up. */
export function emptyFacts(): ReportFacts {
  return { passed: 0, failed: 0, errors: 0, skipped: 0, files: new Set(), problem: null };
}

/** Facts with one more case. Uses up `facts`, so that thousands of files do not mean thousands of copied sets. */
export function foldCase(facts: ReportFacts, file: string | null, status: TestStatus): ReportFacts {
  return {
    ...facts,
    passed: facts.passed + (status === 'passed' ? 1 : 0),
    failed: facts.failed + (status === 'failed' ? 1 : 0),
    errors: facts.errors + (status === 'error' ? 1 : 0),
    skipped: facts.skipped + (status === 'skipped' ? 1 : 0),
    files: file === null ? facts.files : withFile(facts.files, file),
  };
}

/** Facts with one more error that belongs to no case. */
export function foldSuiteError(facts: ReportFacts): ReportFacts {
  return { ...facts, errors: facts.errors + 1 };
}

/** Facts of a report that cannot be relied on; the first problem is the one that is told. */
export function withProblem(facts: ReportFacts, path: string, text: string): ReportFacts {
  return { ...facts, problem: facts.problem ?? { path, text } };
}

function withFile(files: ReadonlySet<string>, file: string): ReadonlySet<string> {
  if (files.has(file)) return files;
  return files instanceof Set ? files.add(file) : new Set([...files, file]);
}
