import { createReadStream, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { createAtomicFile } from '../base/atomic-write.ts';
import { linesOf } from '../base/lines.ts';
import type { AttemptCoverage, CategoryCoverage } from '../model/coverage.ts';
import type { AttemptCause } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { TestResult } from '../model/test.ts';
import { createCoverageJudge } from '../results/coverage-judge.ts';
import { createCoverageSum, writeLcov } from '../results/lcov.ts';
import type { Coverage } from '../results/lcov.ts';
import { maxLineChars } from './follow-lines.ts';
import type { Launch } from './launch.ts';
import type { RunTools } from './run-tools.ts';

/** The coverage of a run, where it is measured. */
export interface RunCoverage {
  /** Keeps what an attempt that has ended left, with paths that mean the same everywhere; `null` = it was not to be measured. Never rejects. */
  collect(ended: MeasuredAttempt): Promise<AttemptCoverage | null>;
  /** What is to be told when a task has ended: the coverage of its category with the last task, and the failure where that is too low. */
  endOf(task: Task, outcome: Outcome): EndedCoverage;
}

/** An attempt whose process was started. */
export interface MeasuredAttempt {
  readonly task: Task;
  readonly cause: AttemptCause;
  readonly launch: Launch;
  readonly outcome: Outcome;
}

/** Empty in the middle of a category. */
export interface EndedCoverage {
  readonly coverage: CategoryCoverage | null;
  readonly failures: readonly TestResult[];
}

/** A plan without coverage measures none. */
export function createRunCoverage(
  plan: Plan,
  tools: Pick<RunTools, 'root' | 'reportsDir' | 'masker' | 'emit'> & { readonly isShard?: boolean },
): RunCoverage {
  if (plan.coverage === undefined) {
    return { collect: () => Promise.resolve(null), endOf: () => ({ coverage: null, failures: [] }) };
  }
  const judge = createCoverageJudge(plan, { isWhole: tools.isShard !== true });
  const measurable = plan.tasks.filter(({ suite }) => plan.coverage?.without.every((one) => one.suite !== suite));
  const tests = new Set(measurable.flatMap(({ files }) => files));
  const roots = rootsOf(tools.root);
  return {
    async collect({ task, cause, launch, outcome }) {
      const { command, paths, cwd } = launch;
      if (command.coverage === undefined || outcome.kind === 'spawn-failed') return null;
      const rename = (path: string): string | null => {
        const inRoot = rootRelative(resolve(cwd, path), roots);
        return inRoot === null || tests.has(inRoot) || /(?:^|\/)node_modules\//.test(inRoot) ? null : inRoot;
      };
      const read = await readReport(command.coverage.path, rename);
      const problem = read.kind === 'problem' ? read.problem : keep(paths.coveragePath, read.measured, tools);
      const measured = read.kind === 'read' && problem === null ? read.measured : null;
      // Where no test was found there is nothing to measure.
      if (measured === null && outcome.kind === 'no-tests') return null;
      if (problem !== null)
        tools.emit({ type: 'warning', message: `${task.id}: no coverage of this process: ${problem}` });
      judge.attempt(task, cause, measured);
      return { path: measured === null ? null : shown(paths.coveragePath, tools.reportsDir) };
    },
    endOf(task, outcome) {
      const judged = judge.end(task, outcome);
      return { coverage: judged?.coverage ?? null, failures: judged?.failure == null ? [] : [judged.failure] };
    },
  };
}

type ReadReport =
  { readonly kind: 'read'; readonly measured: Coverage } | { readonly kind: 'problem'; readonly problem: string };

async function readReport(path: string, rename: (path: string) => string | null): Promise<ReadReport> {
  const sum = createCoverageSum();
  const reader = sum.read(rename);
  try {
    for await (const line of linesOf(createReadStream(path), maxLineChars)) reader.line(line);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'problem', problem: isMissing ? 'it ended without writing its report' : reason };
  }
  const damage = reader.end();
  return damage === null
    ? { kind: 'read', measured: sum.files }
    : { kind: 'problem', problem: `its report is damaged: ${damage}` };
}

/** What went wrong; `null` = nothing. */
function keep(path: string, measured: Coverage, { masker }: Pick<RunTools, 'masker'>): string | null {
  try {
    const file = createAtomicFile(path);
    try {
      for (const record of writeLcov(measured)) file.write(masker?.text(record) ?? record);
      file.commit();
    } finally {
      file.abort();
    }
    return null;
  } catch (error) {
    return `it could not be kept: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A process may name its files by the folder's other name, behind a symbolic link. */
function rootsOf(root: string): readonly string[] {
  try {
    return [...new Set([root, realpathSync(root)])];
  } catch {
    return [root];
  }
}

function rootRelative(path: string, roots: readonly string[]): string | null {
  const inRoot = roots
    .map((root) => relative(root, path))
    .find((candidate) => candidate !== '' && !isAbsolute(candidate) && candidate.split(sep)[0] !== '..');
  return inRoot?.split(sep).join('/') ?? null;
}

function shown(path: string, reportsDir: string): string {
  return relative(reportsDir, path).split(sep).join('/');
}
