import { firstLines, oneLine, plain, plural, truncate, wrap } from '../base/text.ts';
import type { Problem } from '../model/test.ts';

/** Rows that a message of one very long line may take. */
const maxHeadRows = 4;

const anyFrame = /^\s*(?:at|❯) /;
const foreignFrame = /^\s*(?:at|❯) .*(?:node_modules\/|node:|<anonymous>\)?$)/;

export interface FailureTextOptions {
  /** Lines at most, over all problems of the test. */
  readonly lines: number;
  /** Columns at most. */
  readonly width: number;
}

/** What a reader needs first of why a test is not a pass: each message, then the beginning of its details, as harmless lines. */
export function failureText(problems: readonly Problem[], options: FailureTextOptions): readonly string[] {
  if (problems.length === 0) return ['the report gives no reason'];
  const share = Math.max(2, Math.floor(options.lines / problems.length));
  return problems.flatMap((problem) => problemLines(problem, share, options.width)).slice(0, options.lines);
}

function problemLines(problem: Problem, lines: number, width: number): readonly string[] {
  const headline = withType(problem);
  const message = plain(problem.message).trim();
  const details = firstLines(ownFrames(withoutRepeated(plain(problem.details), headline, message)), lines, width);
  // The end of a long message is often its point: "... was refused with HTTP 401".
  const head = headline.split('\n').flatMap((line) => wrap(truncate(line, width * maxHeadRows), width));
  const shownHead = head.slice(0, Math.max(maxHeadRows, lines - details.length));
  const text = [...shownHead, ...details].filter((line) => line.trim() !== '');
  if (text.length === 0) return [`${problem.kind} without a message`];
  if (text.length <= lines) return text;
  return [...text.slice(0, lines - 1), `… ${plural(text.length - lines + 1, 'more line')}`];
}

function withType(problem: Problem): string {
  const type = oneLine(problem.type);
  const message = plain(problem.message).trim();
  if (message === '') return problem.details.trim() === '' ? type : '';
  return type === '' || message.startsWith(type) ? message : `${type}: ${message}`;
}

/** Frameworks repeat the message at the top of the details; showing it twice would cost the lines that say where. */
function withoutRepeated(details: string, headline: string, message: string): string {
  const text = details.trimStart();
  const repeated = [headline, message].find((start) => start !== '' && text.startsWith(start));
  const [first = ''] = text.split('\n', 1);
  if (repeated === undefined && (message === '' || !first.endsWith(message))) return details.replace(/^\n+/, '');
  const lineEnd = text.indexOf('\n', repeated?.length ?? first.length);
  return lineEnd === -1 ? '' : text.slice(lineEnd + 1);
}

/** Without the stack frames of frameworks and of Node itself, unless there are no others. */
function ownFrames(details: string): string {
  const lines = details.split('\n');
  const own = lines.filter((line) => !foreignFrame.test(line));
  return own.some((line) => anyFrame.test(line)) ? own.join('\n') : details;
}
