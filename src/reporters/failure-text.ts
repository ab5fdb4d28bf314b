import { firstLines, oneLine, plain } from '../base/text.ts';
import type { Problem } from '../model/test.ts';

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
  const text = [headline, withoutRepeated(plain(problem.details), headline, plain(problem.message))]
    .filter((part) => part.trim() !== '')
    .join('\n');
  return text === '' ? [`${problem.kind} without a message`] : firstLines(text, lines, width);
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
  if (repeated === undefined) return details.replace(/^\n+/, '');
  const lineEnd = text.indexOf('\n', repeated.length);
  return lineEnd === -1 ? '' : text.slice(lineEnd + 1);
}
