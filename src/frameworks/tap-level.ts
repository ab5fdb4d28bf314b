import type { ReportCase, ReportItem } from '../model/report.ts';
import type { Problem, TestStatus } from '../model/test.ts';
import { readDiagnostics } from './tap-diagnostics.ts';
import type { TapPoint } from './tap-line.ts';

/** The tests of one indentation: the whole stream, or the subtests of one test. */
export interface TapLevel {
  name: string;
  plan: number | null;
  skipReason: string | null;
  /** What was wrong first, besides tests that failed. */
  problem: string | null;
  readonly numbers: Set<number>;
  tests: number;
  /** Cases that failed, those of subtests included. */
  failed: number;
  readonly items: ReportItem[];
  /** The latest test line, of which more may be said. */
  open: OpenPoint | null;
  /** What the next test line sums up, where that was said before. */
  nextName: string;
}

interface OpenPoint {
  readonly point: TapPoint;
  /** The subtests that it sums up. */
  readonly inner: TapLevel | null;
  readonly comments: string[];
  readonly yaml: string[];
  chars: number;
}

const maxSaidChars = 64 * 1024;

export function createLevel(name: string): TapLevel {
  return {
    name,
    plan: null,
    skipReason: null,
    problem: null,
    numbers: new Set(),
    tests: 0,
    failed: 0,
    items: [],
    open: null,
    nextName: '',
  };
}

/** Begins a test; what is said of it comes behind. */
export function openPoint(level: TapLevel, point: TapPoint, inner: TapLevel | null): void {
  closePoint(level);
  level.tests += 1;
  const number = point.number ?? level.tests;
  if (level.numbers.has(number)) level.problem ??= `it has two tests of the number ${number}`;
  level.numbers.add(number);
  level.open = { point, inner, comments: [], yaml: [], chars: 0 };
  level.nextName = '';
}

/** Adds to what is said of the latest test, up to a bound. */
export function say(level: TapLevel, kind: 'comments' | 'yaml', text: string): void {
  const { open } = level;
  if (open === null || open.chars > maxSaidChars) return;
  open.chars += text.length + 1;
  open[kind].push(text.slice(0, maxSaidChars));
}

/** Ends the latest test and turns it, or the subtests that it sums up, into cases. */
export function closePoint(level: TapLevel): void {
  const { open } = level;
  if (open === null) return;
  level.open = null;
  const { point, inner } = open;
  const tolerated = point.directive?.kind === 'todo' && !point.ok;
  if (inner !== null) {
    const name = nameOf(point, inner, level);
    const problem = planProblem(inner);
    // A test that failed for that says so itself.
    if (problem !== null && point.ok) level.problem ??= `in ${name}: ${problem}`;
    adopt(level, inner, { name, todo: tolerated ? point.directive.reason : null });
    const isToldByInner = inner.tests > 0 && (point.ok || tolerated || inner.failed > 0);
    if (isToldByInner) return;
  }
  const reported = toCase(open, level);
  if (reported.status === 'failed') level.failed += 1;
  level.items.push({ kind: 'case', case: reported });
}

/** Takes over the cases of a level below; with `todo` its failures are known and expected. */
export function adopt(
  level: TapLevel,
  inner: TapLevel,
  { name, todo }: { readonly name: string; readonly todo: string | null },
): void {
  for (const item of inner.items.splice(0)) {
    if (item.kind !== 'case') level.items.push(item);
    else {
      const nested = { ...item.case, suites: [name, ...item.case.suites] };
      level.items.push({ kind: 'case', case: todo === null ? nested : excused(nested, todo) });
    }
  }
  if (todo === null) level.failed += inner.failed;
}

/** What is wrong with a level as a whole; `null` = it has just the tests that it promised. */
export function planProblem(level: TapLevel): string | null {
  const { plan, tests } = level;
  if (level.problem !== null) return level.problem;
  if (plan === null) return `it has no plan (1..N) that says how many tests there should be, and ${count(tests)}`;
  if (plan !== tests) return `its plan (1..${plan}) promises ${count(plan)}, and it has ${count(tests)}`;
  const beyond = [...level.numbers].find((number) => number < 1 || number > plan);
  return beyond === undefined ? null : `it has a test of the number ${beyond}, which its plan (1..${plan}) has not`;
}

function count(tests: number): string {
  return tests === 1 ? '1 test' : `${tests} tests`;
}

function excused(reported: ReportCase, reason: string): ReportCase {
  if (reported.status !== 'failed') return reported;
  return { ...reported, status: 'skipped', problems: [], skipReason: withReason('todo', reason) };
}

function nameOf(point: TapPoint, inner: TapLevel | null, level: TapLevel): string {
  const name = point.name === '' ? (inner?.name ?? '') : point.name;
  return name === '' ? `test ${point.number ?? level.tests}` : name;
}

function withReason(kind: string, reason: string): string {
  return reason === '' ? kind : `${kind}: ${reason}`;
}

function toCase({ point, inner, comments, yaml }: OpenPoint, level: TapLevel): ReportCase {
  const said = readDiagnostics(yaml);
  const { directive } = point;
  const skipReason = inner?.skipReason ?? null;
  const status = statusOf(point, skipReason !== null && inner?.tests === 0);
  const reason = directive?.reason === '' || directive === null ? skipReason : directive.reason;
  return {
    suites: [],
    name: nameOf(point, inner, level),
    className: null,
    // Producers tell the place of a failed test alone, and a test must be known again whether it passes or not.
    file: null,
    line: null,
    durationMs: said.durationMs ?? point.durationMs,
    status,
    problems: status === 'failed' ? [problemOf(point, inner, { comments, yaml })] : [],
    skipReason: status === 'skipped' ? withReason(directive?.kind ?? 'skip', reason ?? '') : null,
    stdout: null,
    stderr: null,
  };
}

/** A failed test is excused by "todo" alone: what was skipped cannot have failed. */
function statusOf({ ok, directive }: TapPoint, isEmpty: boolean): TestStatus {
  if (!ok) return directive?.kind === 'todo' ? 'skipped' : 'failed';
  return directive?.kind === 'skip' || isEmpty ? 'skipped' : 'passed';
}

function problemOf(
  point: TapPoint,
  inner: TapLevel | null,
  { comments, yaml }: Pick<OpenPoint, 'comments' | 'yaml'>,
): Problem {
  const said = readDiagnostics(yaml);
  const ofInner = inner === null ? null : planProblem(inner);
  const message = said.message ?? ofInner ?? comments.find((text) => text.trim() !== '') ?? `not ok: ${point.name}`;
  return {
    kind: 'failure',
    type: said.type ?? 'NotOk',
    message: message.trim(),
    details: [...comments, ...yaml].join('\n'),
  };
}
