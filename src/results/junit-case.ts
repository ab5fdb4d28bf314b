import type { ReportCase } from '../model/report.ts';
import type { Problem, TestStatus } from '../model/test.ts';
import type { Attributes, JunitDialect } from './junit-dialects.ts';
import { cutMarker } from './xml-cutter.ts';

/** One `<testcase>` while it is being read. */
export interface CaseBuilder {
  readonly name: string;
  /** Nothing says which test it is: pytest leaves such a case where `pytest.exit()` ended the run in the middle of a test. */
  readonly isNameless: boolean;
  open(element: string, attributes: Attributes): void;
  text(text: string): void;
  close(): void;
  finish(suites: readonly string[], suiteFile: string | null): ReportCase;
  /** Problem elements so far, as a suite's totals count them. */
  counts(): { readonly failed: number; readonly errors: number };
}

interface TextSink {
  text: string;
  left: number;
}

interface OpenProblem {
  readonly element: string;
  readonly attributes: Attributes;
  readonly details: TextSink;
}

const skippedStatus: ReadonlySet<string> = new Set(['skipped', 'notrun', 'disabled', 'ignored', 'suppressed']);
const failedStatus: ReadonlySet<string> = new Set(['failed', 'failure', 'fail']);
const errorStatus: ReadonlySet<string> = new Set(['error', 'errored']);
// `flakyFailure` and `flakyError` are earlier attempts of a test that passed in the end.
const problemKinds: ReadonlyMap<string, Problem['kind']> = new Map([
  ['failure', 'failure'],
  ['rerunFailure', 'failure'],
  ['error', 'error'],
  ['rerunError', 'error'],
]);

/**
 * Why a case that ended with `status` tells of no test, or `null`. Without a name, only a failure says something: what is skipped
 * may be any test, and a report that lost the one name may have lost more.
 */
export function namelessProblem({ isNameless }: CaseBuilder, status: TestStatus): string | null {
  if (!isNameless || status === 'failed' || status === 'error') return null;
  return 'a case has no name: its test was begun and never reported';
}

/** Starts a case from the attributes of its element. */
export function createCaseBuilder(
  attributes: Attributes,
  options: { readonly maxTextBytes: number; readonly dialect: JunitDialect },
): CaseBuilder {
  const createSink = (): TextSink => ({ text: '', left: options.maxTextBytes });
  const [stdout, stderr, discarded] = [createSink(), createSink(), createSink()];
  const problems: OpenProblem[] = [];
  let skipped: OpenProblem | null = null;
  // Where text goes, for each open element inside the case.
  const sinks: TextSink[] = [];
  const openProblem = (element: string, own: Attributes): OpenProblem => ({
    element,
    attributes: own,
    details: createSink(),
  });

  return {
    name: attributes['name'] ?? '',
    isNameless: (attributes['name'] ?? attributes['classname'] ?? attributes['class']) === undefined,
    open(element, own) {
      const outer = sinks.at(-1);
      if (outer !== undefined) {
        // What stands inside a problem is part of it (`stackTrace`), but for the output of that attempt.
        sinks.push(element === 'system-out' || element === 'system-err' ? discarded : outer);
      } else if (problemKinds.has(element)) {
        const problem = openProblem(element, own);
        problems.push(problem);
        sinks.push(problem.details);
      } else if (element === 'skipped') {
        skipped = openProblem(element, own);
        sinks.push(skipped.details);
      } else {
        sinks.push(element === 'system-out' ? stdout : element === 'system-err' ? stderr : discarded);
      }
    },
    text(text) {
      const sink = sinks.at(-1);
      if (sink !== undefined && sink !== discarded) append(sink, text);
    },
    close() {
      sinks.pop();
    },
    counts: () => ({
      failed: problems.filter((problem) => problem.element === 'failure').length,
      errors: problems.filter((problem) => problem.element === 'error').length,
    }),
    finish(suites, suiteFile) {
      const status = statusOf(attributes, problems, skipped);
      return {
        suites,
        name: attributes['name'] ?? '',
        className: attributes['classname'] ?? attributes['class'] ?? null,
        file: attributes['file'] ?? attributes['filepath'] ?? suiteFile,
        line: parseLine(attributes['line'] ?? attributes['lineno'], options.dialect.lineOffset),
        durationMs: parseDuration(attributes['time']),
        status,
        problems: status === 'skipped' || status === 'passed' ? [] : problems.map(toProblem),
        skipReason: status === 'skipped' ? skipReasonOf(skipped) : null,
        stdout: stdout.text === '' ? null : stdout.text,
        stderr: stderr.text === '' ? null : stderr.text,
      };
    },
  };
}

/**
 * Milliseconds from decimal seconds, to the microsecond. Thousands separators are understood (Surefire writes `1,234.5`); what is
 * not a time is 0.
 */
export function parseDuration(text: string | undefined): number {
  const seconds = Number(plainDecimal((text ?? '').trim()));
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(Math.min(seconds, 1e9) * 1e6) / 1e3 : 0;
}

function plainDecimal(text: string): string {
  const [comma, point] = [text.lastIndexOf(','), text.lastIndexOf('.')];
  if (comma === -1) return text;
  if (comma < point || /^[1-9]\d{0,2}(?:,\d{3})+$/.test(text)) return text.replaceAll(',', '');
  return text.replaceAll('.', '').replace(',', '.');
}

// A failing `todo` of node:test has both elements and is no failure. A failure outweighs an error, so that a failed test whose tear-down errs too counts as failed.
function statusOf(attributes: Attributes, problems: readonly OpenProblem[], skipped: OpenProblem | null): TestStatus {
  // What `merge` found wrong with a case is excused by nothing.
  const isOurs = problems.some(({ attributes: { type } }) => type === 'runner');
  if (skipped?.attributes['type'] === 'todo' && !isOurs) return 'skipped';
  // What a test did first is what it is counted as; `rerun…` elements are what it did later.
  const first = problems.filter(({ element }) => element === 'failure' || element === 'error');
  const kinds = (first.length > 0 ? first : problems).map(({ element }) => problemKinds.get(element));
  if (kinds.includes('failure')) return 'failed';
  if (kinds.includes('error')) return 'error';
  const [status, result] = [attributes['status']?.toLowerCase() ?? '', attributes['result']?.toLowerCase() ?? ''];
  if (errorStatus.has(status)) return 'error';
  if (failedStatus.has(status) || (attributes['failure'] ?? '') !== '') return 'failed';
  return skipped !== null || skippedStatus.has(status) || skippedStatus.has(result) ? 'skipped' : 'passed';
}

function toProblem({ element, attributes, details }: OpenProblem): Problem {
  return {
    kind: problemKinds.get(element) ?? 'error',
    type: attributes['type'] ?? '',
    message: attributes['message'] ?? '',
    details: details.text,
  };
}

function skipReasonOf(skipped: OpenProblem | null): string | null {
  if (skipped === null) return null;
  const reason = [skipped.attributes['message'], skipped.details.text.trim(), skipped.attributes['type']];
  return reason.find((text) => text !== undefined && text !== '') ?? null;
}

function parseLine(text: string | undefined, offset: number): number | null {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return null;
  const line = Number(text) + offset;
  return line > 0 ? line : null;
}

function append(sink: TextSink, text: string): void {
  if (sink.left <= 0) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= sink.left) {
    sink.text += text;
    sink.left -= bytes;
    return;
  }
  const kept = Buffer.from(text)
    .subarray(0, sink.left)
    .toString()
    .replace(/\uFFFD+$/, '');
  sink.text += kept + cutMarker;
  sink.left = 0;
}
