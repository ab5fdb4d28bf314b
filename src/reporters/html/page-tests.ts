import type { Problem, TestResult } from '../../model/test.ts';
import type { WrittenCase } from '../junit-case.ts';
import type { WrittenSuite } from '../junit-suite.ts';
import { isFlakyFailure } from '../../results/task-cases.ts';
import { pageJson } from './page-json.ts';
import type { PageDetails, PageProblem, PageStatus, PageTest } from './page-data.ts';

/** Texts that may still go into the page: with ten thousand failures each can show only its beginning. */
export interface TextBudget {
  bytes: number;
}

export interface PageTestsOptions {
  /** Its place in the plan. */
  readonly task: number;
  readonly budget: TextBudget;
  /** The command that runs a test again; `null` = not known. */
  readonly rerun: (result: TestResult) => string | null;
  /** Hears of each test and its place in the group. */
  readonly told?: (result: TestResult, place: number) => void;
}

/** The tests of one task as a `PageGroup`, in parts, so that a long one is never one string. Changes the budget. */
export function* pageGroup(suite: WrittenSuite, options: PageTestsOptions): Generator<string> {
  const files = createIndex();
  const classNames = createIndex();
  yield `{"task":${options.task},"tests":[`;
  let separator = '';
  for (const [place, written] of suite.cases.entries()) {
    const { result } = written;
    options.told?.(result, place);
    const file = result.id.file === null ? -1 : files.of(result.id.file);
    const row = toRow(suite.load(written), { file, className: classNames.of(result.id.className), ...options });
    yield separator + pageJson(row);
    separator = ',\n';
  }
  yield `],"files":${pageJson(files.all())},"classNames":${pageJson(classNames.all())}}`;
}

/** The letter that stands for how a test went. */
export function pageStatus(result: TestResult): PageStatus {
  switch (result.status) {
    case 'passed':
      return result.flaky === true ? 'F' : 'p';
    case 'failed':
      return 'f';
    case 'error':
      return 'e';
    case 'skipped':
      if (result.notRun === true) return 'n';
      return result.quarantined === undefined ? 's' : 'q';
  }
}

interface Index {
  of(text: string): number;
  all(): readonly string[];
}

function createIndex(): Index {
  const places = new Map<string, number>();
  return {
    of(text) {
      const known = places.get(text);
      if (known !== undefined) return known;
      places.set(text, places.size);
      return places.size - 1;
    },
    all: () => [...places.keys()],
  };
}

interface RowOptions extends PageTestsOptions {
  readonly file: number;
  readonly className: number;
}

function toRow(written: WrittenCase, options: RowOptions): PageTest {
  const { result } = written;
  const details = detailsOf(written, options);
  const durationMs = Math.round(result.durationMs * 1000) / 1000;
  const row = [
    options.file,
    options.className,
    written.name,
    pageStatus(result),
    durationMs,
    result.line ?? 0,
  ] as const;
  return details === null ? row : [...row, details];
}

function detailsOf({ result, earlier }: WrittenCase, { budget, rerun }: RowOptions): PageDetails | null {
  const isBad = result.status === 'failed' || result.status === 'error';
  const isPlain = !isBad && result.skipReason === null && !result.synthetic && result.quarantined === undefined;
  if (isPlain && earlier.length === 0) return null;
  const limits = limitsOf(budget);
  const isKnown = result.quarantined !== undefined;
  const command = isBad || isKnown ? rerun(result) : null;
  const details: PageDetails = {
    ...(result.skipReason === null ? {} : { skipReason: cut(result.skipReason, limits.message) }),
    ...(result.problems.length === 0 ? {} : { problems: problemsOf(result, limits) }),
    ...((isBad || isKnown) && result.stdout !== null ? { stdout: cut(result.stdout, limits.output) } : {}),
    ...((isBad || isKnown) && result.stderr !== null ? { stderr: cut(result.stderr, limits.output) } : {}),
    ...(earlier.length === 0 ? {} : { attempts: earlier.map((attempt) => attemptOf(attempt, limits)) }),
    ...(result.synthetic ? { synthetic: true } : {}),
    ...(result.quarantined === undefined ? {} : { quarantine: result.quarantined }),
    ...(command === null ? {} : { rerun: command }),
  };
  budget.bytes -= sizeOf(details);
  return details;
}

function attemptOf(attempt: TestResult, limits: Limits): NonNullable<PageDetails['attempts']>[number] {
  const status = isFlakyFailure(attempt) ? 'F' : pageStatus(attempt);
  return { status, durationMs: attempt.durationMs, problems: problemsOf(attempt, limits) };
}

function problemsOf({ problems }: TestResult, limits: Limits): readonly PageProblem[] {
  return problems.map(({ kind, type, message, details }: Problem) => ({
    ...{ kind, type: cut(type, limits.message), message: cut(message, limits.message) },
    details: cut(details, limits.details),
  }));
}

interface Limits {
  readonly message: number;
  readonly details: number;
  readonly output: number;
}

/** Characters that a text may have: all there is, the beginning, or what fits on a few lines. */
function limitsOf({ bytes }: TextBudget): Limits {
  if (bytes > wholeBytes / 2) return { message: 8_192, details: 65_536, output: 16_384 };
  if (bytes > 0) return { message: 1_024, details: 4_096, output: 1_024 };
  return { message: 256, details: 512, output: 0 };
}

/** What a page holds of texts before it cuts them; browsers open twice that without a pause. */
export const wholeBytes = 16 * 1024 * 1024;

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return length === 0 ? '' : `${text.slice(0, length)}\n[${text.length - length} more characters: see junit.xml]`;
}

function sizeOf({ skipReason = '', problems = [], stdout = '', stderr = '', attempts = [] }: PageDetails): number {
  const texts = [...problems, ...attempts.flatMap((attempt) => attempt.problems)];
  const lengths = texts.map(({ message, details }) => message.length + details.length);
  return skipReason.length + stdout.length + stderr.length + lengths.reduce((sum, length) => sum + length, 0);
}
