import { firstLines, oneLine, plain, plural, truncate, wrap } from '../base/text.ts';
import type { Problem } from '../model/test.ts';

/** Rows that a message of one very long line may take. */
const maxHeadRows = 4;

const anyFrame = /^\s*(?:at|❯) /;
const foreignFrame = /^\s*(?:at|❯) .*(?:node_modules\/|<anonymous>\)?$)/;
const nodeFrame = /^\s*at .*\(?node:/;

export interface FailureTextOptions {
  /** Lines at most, over all problems of the test. */
  readonly lines: number;
  /** Columns at most. */
  readonly width: number;
  /** Absolute folder of the reader, below which paths are told without it. */
  readonly cwd?: string | undefined;
  /** Made by runner, whose messages say what their type says, and whose details end with the last words of a process. */
  readonly synthetic?: boolean;
}

/** What a reader needs first of why a test is not a pass: each message, then the beginning of its details, as harmless lines. */
export function failureText(problems: readonly Problem[], options: FailureTextOptions): readonly string[] {
  if (problems.length === 0) return ['the report gives no reason'];
  const share = Math.max(2, Math.floor(options.lines / problems.length));
  return problems.flatMap((problem) => problemLines(problem, share, options)).slice(0, options.lines);
}

function problemLines(problem: Problem, lines: number, options: FailureTextOptions): readonly string[] {
  const { width, synthetic } = options;
  const headline = withType(synthetic === true ? { ...problem, type: '' } : problem);
  const message = plain(problem.message).trim();
  const rest = fitFrames(ownFrames(withoutRepeated(plain(problem.details), headline, message)), options);
  // What a program said last is why it ended.
  const details = firstLines(synthetic === true ? ending(rest, lines - 2) : rest, lines, width);
  // The end of a long message is often its point: "... was refused with HTTP 401".
  const head = headline.split('\n').flatMap((line) => wrap(truncate(line, width * maxHeadRows), width));
  const shownHead = head.slice(0, Math.max(maxHeadRows, lines - details.length));
  const text = [...shownHead, ...details].filter((line) => line.trim() !== '');
  if (text.length === 0) return [`${problem.kind} without a message`];
  if (text.length <= lines) return text;
  return [...text.slice(0, lines - 1), `… ${plural(text.length - lines + 1, 'more line')}`];
}

/** The first line, which says what follows, and the last ones. */
function ending(text: string, count: number): string {
  const [first = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  return [first, ...lines.slice(-Math.max(1, count))].join('\n');
}

function withType(problem: Problem): string {
  const type = oneLine(problem.type);
  const message = plain(problem.message).trim();
  if (message === '') return problem.details.trim() === '' ? type : '';
  return lettersOf(message).startsWith(lettersOf(type)) ? message : `${type}: ${message}`;
}

/** `ExitCode` says no more than `exit code 3`. */
function lettersOf(text: string): string {
  return text
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
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

/** Without the stack frames of Node itself, and of frameworks unless there are no others. */
function ownFrames(details: string): string {
  const lines = withoutErrorFields(details.split('\n')).filter((line) => !nodeFrame.test(line));
  const own = lines.filter((line) => !foreignFrame.test(line));
  return (own.some((line) => anyFrame.test(line)) ? own : lines).join('\n');
}

/** The end of a frame says where, so that is what has to stay. */
function fitFrames(details: string, { width, cwd }: FailureTextOptions): string {
  const near = cwd === undefined || cwd === '/' ? details : details.replaceAll(`${cwd}/`, '');
  return near
    .split('\n')
    .map((line) => {
      const [start] = anyFrame.exec(line) ?? [];
      if (start === undefined) return line;
      const frame = line.slice(start.length).replace('file://', '');
      return start + truncate(frame, Math.max(10, width - start.length), 'end');
    })
    .join('\n');
}

const errorField =
  /^ {2}(?:generatedMessage: (?:true|false)|code: 'ERR_ASSERTION'|operator: '\w+'|diff: '\w+'|(?:actual|expected): undefined),?$/;

/** Node prints an assertion's own fields below the stack; values that a message of Node's already shows are left out too. */
function withoutErrorFields(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => /^ {2}generatedMessage: /.test(line));
  if (start === -1) return lines;
  const generated = lines[start]?.includes('true') === true;
  const fields = lines.slice(start).filter((line) => !errorField.test(line) && line !== '}');
  return [...lines.slice(0, start).map((line) => line.replace(/(^\s+at .*) \{$/, '$1')), ...(generated ? [] : fields)];
}
