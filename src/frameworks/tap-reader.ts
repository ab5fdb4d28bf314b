import { plain } from '../base/text.ts';
import type { ReportItem } from '../model/report.ts';
import type { LineReader } from './framework.ts';
import { readTapLine } from './tap-line.ts';
import type { TapLine, TapPoint } from './tap-line.ts';
import { adopt, closePoint, createLevel, openPoint, planProblem, say } from './tap-level.ts';
import type { TapLevel } from './tap-level.ts';

interface TapStream {
  /** Outermost first; each further one holds the subtests of a test line that is yet to come, or is in braces. */
  readonly levels: TapLevel[];
  /** Depths of the levels whose test line came first. */
  readonly braces: number[];
  /** Columns before the YAML block that is being read. */
  yamlIndent: number | null;
  bailedOut: string | null;
  problem: string | null;
}

const indentOfLevel = 4;

/**
 * TAP 12, 13 or 14 among whatever else a program prints, with subtests in all their forms. What it has no plan for, what differs from its
 * plan, and what bailed out is damaged, for tests may be missing. A test that is "not ok" is only excused by "todo".
 */
export function createTapReader(): LineReader {
  const stream: TapStream = {
    levels: [createLevel('')],
    braces: [],
    yamlIndent: null,
    bailedOut: null,
    problem: null,
  };
  return {
    line(text) {
      if (stream.bailedOut === null) readLine(stream, text.trimEnd());
      return stream.levels[0]?.items.splice(0) ?? [];
    },
    end: () => endStream(stream),
  };
}

function readLine(stream: TapStream, text: string): void {
  if (stream.yamlIndent !== null) {
    readYaml(stream, text, stream.yamlIndent);
    return;
  }
  const cleaned = text.includes('\u001b') ? plain(text) : text;
  const body = cleaned.trimStart();
  const indent = cleaned.length - body.length;
  // The log of a task is cut where it grows too long; what follows need not be a line from its beginning.
  if (/^\[runner\] output (?:cut|left out)/.test(cleaned)) stream.problem ??= 'part of the output was cut off';
  if (body === '---' && indent % indentOfLevel === 2) {
    const level = stream.levels[Math.floor(indent / indentOfLevel)];
    if (level !== undefined && level.open !== null) stream.yamlIndent = indent;
    return;
  }
  if (indent % indentOfLevel === 0) readTap(stream, readTapLine(body), indent / indentOfLevel);
}

function readYaml(stream: TapStream, text: string, indent: number): void {
  const level = stream.levels[Math.floor(indent / indentOfLevel)];
  if (text.trimStart() === '...' && text.length - 3 === indent) stream.yamlIndent = null;
  else if (level !== undefined) say(level, 'yaml', text.slice(indent));
}

function readTap(stream: TapStream, line: TapLine, depth: number): void {
  switch (line.kind) {
    case 'point':
      readPoint(stream, line, depth);
      return;
    case 'plan':
      readPlan(stream, line, depth);
      return;
    case 'bail-out':
      stream.bailedOut = line.reason;
      return;
    case 'subtest':
      nameSubtest(stream, line.name, depth);
      return;
    case 'comment': {
      const level = stream.levels[depth];
      if (level !== undefined && depth === stream.levels.length - 1) say(level, 'comments', line.text);
      return;
    }
    case 'torn':
      stream.problem ??= 'a test line is torn apart by something else that was printed';
      return;
    case 'brace':
      if (stream.braces.includes(depth + 1)) endInner(stream, depth);
      return;
    case 'other':
      return;
  }
}

/** Some say the name where the test line will be, some among the subtests. */
function nameSubtest(stream: TapStream, name: string, depth: number): void {
  const isFirst = depth >= stream.levels.length && stream.levels.at(-1)?.nextName === '';
  if (depth < stream.levels.length - 1) return;
  const level = levelAt(stream, depth);
  if (isFirst) level.name = name;
  else level.nextName = name;
}

function readPoint(stream: TapStream, point: TapPoint, depth: number): void {
  const inner = endInner(stream, depth);
  const level = levelAt(stream, depth);
  const named = point.name === '' ? { ...point, name: inner?.name ?? level.nextName } : point;
  openPoint(level, named, point.opensBrace ? createLevel(named.name) : inner);
  const opened = level.open?.inner;
  if (!point.opensBrace || opened === null || opened === undefined) return;
  stream.levels.push(opened);
  stream.braces.push(depth + 1);
}

function readPlan(stream: TapStream, { tests, skipReason }: Extract<TapLine, { kind: 'plan' }>, depth: number): void {
  const inner = endInner(stream, depth);
  const level = levelAt(stream, depth);
  closePoint(level);
  if (inner !== null) orphan(level, inner);
  if (level.plan !== null) level.problem ??= 'it has two plans';
  level.plan = tests;
  level.skipReason = tests === 0 ? skipReason : null;
}

/** The level at a depth, made with those above it where they are not there. */
function levelAt(stream: TapStream, depth: number): TapLevel {
  for (;;) {
    const level = stream.levels[depth];
    if (level !== undefined) return level;
    const above = stream.levels.at(-1);
    if (above !== undefined) closePoint(above);
    stream.levels.push(createLevel(above?.nextName ?? ''));
  }
}

/** Ends all levels below a depth; returns the first of them if the test line that sums it up is yet to come. */
function endInner(stream: TapStream, depth: number): TapLevel | null {
  let below: TapLevel | null = null;
  while (stream.levels.length > depth + 1) {
    const level = stream.levels.pop();
    if (level === undefined) break;
    closePoint(level);
    if (below !== null) orphan(level, below);
    below = level;
    // In braces it belongs to a test line that is there already.
    if (stream.braces.at(-1) !== stream.levels.length) continue;
    stream.braces.pop();
    below = null;
  }
  return below;
}

/** Subtests without a test line that sums them up: what became of their test is not known. */
function orphan(level: TapLevel, inner: TapLevel): void {
  const name = inner.name || 'a subtest';
  level.problem ??= `the tests in ${name} are not followed by a result of it`;
  adopt(level, inner, { name, todo: null });
}

function endStream(stream: TapStream): readonly ReportItem[] {
  const [top = createLevel('')] = stream.levels;
  if (stream.yamlIndent !== null) stream.problem ??= 'it ends inside a YAML block';
  const inner = endInner(stream, 0);
  closePoint(top);
  if (inner !== null) orphan(top, inner);
  const problem = stream.bailedOut === null ? (stream.problem ?? planProblem(top)) : bailedOut(stream.bailedOut);
  if (problem !== null) return [...top.items, { kind: 'damage', problem }];
  return top.tests === 0 && top.skipReason !== null ? [skippedWhole(top.skipReason)] : top.items;
}

function bailedOut(reason: string): string {
  return `it bailed out${reason === '' ? '' : `: ${reason}`}`;
}

function skippedWhole(reason: string): ReportItem {
  return {
    kind: 'case',
    case: {
      suites: [],
      name: 'all tests',
      className: null,
      file: null,
      line: null,
      durationMs: 0,
      status: 'skipped',
      problems: [],
      skipReason: reason === '' ? 'the plan has no tests' : reason,
      stdout: null,
      stderr: null,
    },
  };
}
