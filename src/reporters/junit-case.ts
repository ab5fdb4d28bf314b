import { escapeAttribute, escapeText } from '../base/xml.ts';
import type { Problem, TestResult } from '../model/test.ts';
import { isFlakyFailure } from '../results/task-cases.ts';

/** One test as it is written: its result that counts, and what it did before. */
export interface WrittenCase {
  readonly className: string;
  readonly name: string;
  readonly result: TestResult;
  /** Other attempts that were not a pass, oldest first. */
  readonly earlier: readonly TestResult[];
}

/**
 * A `<testcase>` in the dialect of docs/junit.xsd. Written here and not by junit-report-builder, which knows one failure and one
 * error a case, no reason for `skipped`, no rerun elements, and needs 2.4 GB for a million cases where this needs their task's.
 */
export function writeCase(written: WrittenCase): string {
  const { result, earlier } = written;
  const attributes = [
    attribute('classname', written.className),
    attribute('name', written.name),
    result.id.file === null ? '' : attribute('file', result.id.file),
    result.line === null ? '' : attribute('line', String(result.line)),
    attribute('time', seconds(result.durationMs)),
  ];
  const children = [
    ...statusElements(result),
    ...earlier.flatMap((attempt) => earlierElements(attempt, result)),
    textElement('system-out', ownOutput(result)),
    textElement('system-err', result.stderr),
  ].filter((child) => child !== '');
  const start = `    <testcase${attributes.join('')}`;
  if (children.length === 0) return `${start}/>\n`;
  return `${start}>\n${children.map((child) => `      ${child}\n`).join('')}    </testcase>\n`;
}

/** ` name="value"`, or with a prefix of your own making when the value must stand elsewhere. */
export function attribute(name: string, value: string): string {
  return ` ${name}="${escapeAttribute(value)}"`;
}

/** Decimal seconds, to the microsecond at most. */
export function seconds(durationMs: number): string {
  const text = (durationMs / 1000).toFixed(6);
  return Number.isFinite(durationMs) ? text.replace(/0{1,3}$/, '') : '0.000';
}

function statusElements(result: TestResult): readonly string[] {
  switch (result.status) {
    case 'passed':
      return [];
    case 'skipped':
      return [`<skipped${attribute('message', result.skipReason ?? 'skipped')}/>`];
    case 'failed':
      return problemsOf(result, 'failure').map((problem) => problemElement(problem.kind, problem));
    case 'error':
      return problemsOf(result, 'error').map((problem) => problemElement(problem.kind, problem));
  }
}

/** Of a failure in quarantine the text goes where a skipped case may have one. */
function ownOutput({ status, quarantined, problems, stdout }: TestResult): string | null {
  if (status !== 'skipped' || quarantined === undefined) return stdout;
  const texts = problems.map(({ message, details }) =>
    details.includes(message) ? details : `${message}\n${details}`,
  );
  return [...texts, stdout ?? ''].filter((text) => text !== '').join('\n\n');
}

// Readers tell the status by the element, so one of the right kind must be there; of an error, none of the other kind may.
function problemsOf(result: TestResult, needed: Problem['kind']): readonly Problem[] {
  if (needed === 'error') {
    const { problems } = result;
    return (problems.length > 0 ? problems : [noProblem]).map((problem) => ({ ...problem, kind: needed }));
  }
  if (result.problems.some((problem) => problem.kind === needed)) return result.problems;
  const [first = noProblem, ...others] = result.problems;
  return [{ ...first, kind: needed }, ...others];
}

const noProblem: Problem = { kind: 'failure', type: '', message: '', details: '' };

function problemElement(element: string, problem: Problem): string {
  const start = `<${element}${attribute('message', problem.message)}${attribute('type', problem.type)}`;
  return problem.details === '' ? `${start}/>` : `${start}>${escapeText(problem.details)}</${element}>`;
}

// Surefire's form: https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd
function earlierElements(attempt: TestResult, result: TestResult): readonly string[] {
  const prefix = result.status === 'passed' || isFlakyFailure(result) ? 'flaky' : 'rerun';
  const problem = attempt.problems.find(({ type }) => type !== 'flaky') ?? {
    kind: 'failure',
    type: '',
    message: '',
    details: '',
  };
  const element = `${prefix}${attempt.status === 'error' ? 'Error' : 'Failure'}`;
  const inner = [
    `<stackTrace>${escapeText(problem.details)}</stackTrace>`,
    textElement('system-out', attempt.stdout),
    textElement('system-err', attempt.stderr),
  ];
  return [
    `<${element}${attribute('message', problem.message)}${attribute('type', problem.type)}>${inner.join('')}</${element}>`,
  ];
}

function textElement(element: string, text: string | null): string {
  return text === null || text === '' ? '' : `<${element}>${escapeText(text)}</${element}>`;
}
