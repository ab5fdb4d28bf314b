import { plural } from '../base/text.ts';
import type { CategoryCoverage } from '../model/coverage.ts';
import type { AttemptCause } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { Problem, TestResult } from '../model/test.ts';
import type { Coverage } from './lcov.ts';

/** Follows the coverage of each category of a run that measures it. */
export interface CoverageJudge {
  /** A process that was to be measured has ended; `null` = it left no coverage. */
  attempt(task: Pick<Task, 'id' | 'category'>, cause: AttemptCause, measured: Coverage | null): void;
  /** A task has ended; gives the coverage of its category when it was the last of it. Called once for each task. */
  end(task: Pick<Task, 'id' | 'category'>, outcome: Outcome): JudgedCoverage | null;
}

/** The coverage of a category that has ended. */
export interface JudgedCoverage {
  readonly coverage: CategoryCoverage;
  /** A failure where it is below what the category asks for, or cannot be known. */
  readonly failure: TestResult | null;
}

interface OpenCategory {
  /** Tasks that have not ended. */
  readonly open: Set<string>;
  readonly minimum: number | null;
  /** Whether each line of code was executed, by file and line. */
  readonly files: Map<string, Map<number, boolean>>;
  /** Whether each process left its coverage, by task. */
  readonly processes: Map<string, boolean[]>;
  readonly outcomes: Outcome[];
}

/** Judges only `isWhole` runs: one shard of several has a part of the tests. */
export function createCoverageJudge(plan: Plan, { isWhole }: { readonly isWhole: boolean }): CoverageJudge {
  const categories = new Map<string, OpenCategory>();
  for (const { id, category } of plan.tasks) {
    const planned = plan.categories.find(({ name }) => name === category);
    const known = categories.get(category) ?? openCategory(planned?.minCoverage ?? null);
    known.open.add(id);
    categories.set(category, known);
  }
  return {
    attempt(task, cause, measured) {
      const category = categories.get(task.category);
      if (category === undefined) return;
      const processes = category.processes.get(task.id) ?? [];
      // What ran against a service that died is run again, and counts as if it had not been.
      if (cause === 'service-restart') processes.pop();
      category.processes.set(task.id, [...processes, measured !== null]);
      if (measured !== null) addLines(category.files, measured);
    },
    end(task, outcome) {
      const category = categories.get(task.category);
      if (category?.open.delete(task.id) !== true) return null;
      category.outcomes.push(outcome);
      if (category.open.size > 0) return null;
      const coverage = summarise(category);
      const failure = isWhole && isJudged(category) ? failureOf(task.category, coverage) : null;
      category.files.clear();
      return { coverage, failure };
    },
  };
}

/** The share of lines that were executed, in percent with one decimal, never rounded up; `null` = there are none. */
export function coveragePercent({ lines, covered }: Pick<CategoryCoverage, 'lines' | 'covered'>): string | null {
  return lines === 0 ? null : (Math.floor((covered * 1000) / lines) / 10).toFixed(1);
}

function openCategory(minimum: number | null): OpenCategory {
  return { open: new Set(), minimum, files: new Map(), processes: new Map(), outcomes: [] };
}

function addLines(files: OpenCategory['files'], measured: Coverage): void {
  for (const [path, { lines }] of measured) {
    const known = files.get(path) ?? new Map<number, boolean>();
    for (const [line, hits] of lines) known.set(line, hits > 0 || known.get(line) === true);
    files.set(path, known);
  }
}

function summarise({ files, processes, minimum }: OpenCategory): CategoryCoverage {
  const lines = [...files.values()].reduce((sum, known) => sum + known.size, 0);
  const covered = [...files.values()].reduce((sum, known) => sum + [...known.values()].filter(Boolean).length, 0);
  const all = [...processes.values()].flat();
  return {
    ...{ lines, covered, processes: all.length, lost: all.filter((left) => !left).length },
    ...(minimum === null ? {} : { minimum }),
  };
}

/** Of a category that was not run there is nothing to know, and one that was stopped is red for that. */
function isJudged({ outcomes }: OpenCategory): boolean {
  return (
    outcomes.some(({ kind }) => kind !== 'skipped' && kind !== 'no-tests') &&
    outcomes.every(({ kind }) => kind !== 'cancelled')
  );
}

function failureOf(category: string, coverage: CategoryCoverage): TestResult | null {
  const { minimum, lines, covered, processes, lost } = coverage;
  if (minimum === undefined) return null;
  const wanted = `minCoverage ${minimum} % of category ${category}`;
  const percent = coveragePercent(coverage);
  if (lost > 0) {
    const message = `coverage is incomplete, so ${wanted} is not shown to be met: ${lost} of ${plural(processes, 'process', 'processes')} left none. Their logs say why`;
    return made(category, 'incomplete', message);
  }
  if (percent === null) {
    const message = `no line of code was measured, so ${wanted} is not shown to be met. See what its suites measure, or remove minCoverage`;
    return made(category, 'not measured', message);
  }
  if (covered * 100 >= minimum * lines) return null;
  const message = `coverage ${percent} % is below ${wanted}: ${covered} of ${plural(lines, 'line')} were executed`;
  return made(category, 'too low', message);
}

function made(category: string, what: string, message: string): TestResult {
  const problem: Problem = { kind: 'failure', type: 'coverage', message, details: message };
  return {
    id: { file: null, className: '[runner]', name: `${category}: coverage ${what}` },
    ...{ status: 'failed', synthetic: true, durationMs: 0, line: null, problems: [problem] },
    ...{ skipReason: null, stdout: null, stderr: null },
  };
}
