import type { ReportCase, ReportItem } from '../model/report.ts';
import type { Problem, TestStatus } from '../model/test.ts';
import type { LineReader, LineStream } from './framework.ts';
import { durationOf, isFields, readJsonLine, textOf } from './json-line.ts';
import type { Fields } from './json-line.ts';

/** What a command needs so that the plugin it loads tells of its tests while they run: where to, and who reads it. */
export function streamInto(reportsDir: string): {
  readonly env: { readonly RUNNER_STREAM: string };
  readonly stream: LineStream;
} {
  const path = `${reportsDir}/stream.jsonl`;
  return { env: { RUNNER_STREAM: path }, stream: { path, reader: readStreamLines } };
}

const kinds = {
  collected: 'collected',
  started: 'started',
  tentative: 'tentative',
  ended: 'ended',
  finished: 'case',
} as const;
/** Results that may change and are kept in case that they do; beyond that the first of them is taken for final. */
const maxTentative = 500;

/**
 * Reads what our plugins append, one JSON object a line, each line by one write: `{"kind":"collected","case":{…}}`, `started`, `finished`
 * (once for a test, when its result is final), `tentative` (before that, once at most: it counts if nothing more comes), `ended` (it is
 * over, and others stand for it) and `{"kind":"damage","problem":"…"}`. A case has the fields of `ReportCase`, named as in the plugin's own
 * report; what is missing is none, 0 or passed. Lines that are nothing of that are left out: tests can write into the file, and the last
 * line of a killed process is torn.
 */
export function readStreamLines(): LineReader {
  const open: ReportCase[] = [];
  /** Of those told already, how many of each name were tentative. */
  const told = new Map<string, number>();
  return {
    line(text) {
      const item = text.startsWith('{') ? itemOf(readJsonLine(text)) : null;
      if (item === null) return [];
      if (item.kind === 'tentative') {
        open.push(item.case);
        const oldest = open.length > maxTentative ? open.shift() : undefined;
        if (oldest === undefined) return [];
        told.set(keyOf(oldest), (told.get(keyOf(oldest)) ?? 0) + 1);
        return [{ kind: 'case', case: oldest }];
      }
      if (item.kind !== 'case') return [item];
      const at = open.findIndex((other) => keyOf(other) === keyOf(item.case));
      if (at !== -1) open.splice(at, 1);
      const before = at === -1 ? (told.get(keyOf(item.case)) ?? 0) : 0;
      if (before > 0) told.set(keyOf(item.case), before - 1);
      return before > 0 ? [] : [item];
    },
    end: () => open.splice(0).map((reported) => ({ kind: 'case', case: reported })),
  };
}

function keyOf({ file, className, name }: ReportCase): string {
  return `${file ?? ''}\0${className ?? ''}\0${name}`;
}

function itemOf(line: Fields | null): ReportItem | { readonly kind: 'tentative'; readonly case: ReportCase } | null {
  if (line === null) return null;
  const { kind, case: fields, problem } = line;
  if (kind === 'damage') return { kind, problem: textOf(problem) ?? 'not told' };
  if (!isKind(kind) || !isFields(fields)) return null;
  const reported = caseOf(fields);
  return reported === null ? null : { kind: kinds[kind], case: reported };
}

function isKind(kind: unknown): kind is keyof typeof kinds {
  return typeof kind === 'string' && Object.hasOwn(kinds, kind);
}

function caseOf(fields: Fields): ReportCase | null {
  const name = textOf(fields['name']);
  const status = statusOf(fields['status']);
  if (name === null || status === null) return null;
  const className = textOf(fields['className']);
  return {
    suites: [],
    name,
    className,
    file: textOf(fields['file']),
    line: lineOf(fields['line']),
    durationMs: durationOf(fields['durationMs']),
    status,
    problems: status === 'failed' || status === 'error' ? problemsOf(fields['problems']) : [],
    skipReason: status === 'skipped' ? textOf(fields['skipReason']) : null,
    stdout: textOf(fields['stdout']),
    stderr: textOf(fields['stderr']),
  };
}

function statusOf(value: unknown): TestStatus | null {
  switch (value) {
    case undefined:
      return 'passed';
    case 'passed':
    case 'failed':
    case 'error':
    case 'skipped':
      return value;
    default:
      return null;
  }
}

function problemsOf(value: unknown): readonly Problem[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isFields).map((fields) => ({
    kind: fields['kind'] === 'error' ? 'error' : 'failure',
    type: textOf(fields['type']) ?? '',
    message: textOf(fields['message']) ?? '',
    details: textOf(fields['details']) ?? '',
  }));
}

function lineOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}
