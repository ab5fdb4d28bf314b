import type { Problem, TestResult } from '../model/test.ts';

const maxMessageBytes = 4 * 1024;
const maxDetailsBytes = 64 * 1024;
const maxOutputBytes = 16 * 1024;
const shortMessage = 200;

/** A test's result with its texts cut to what an event may carry: message 4 KiB, details 64 KiB, output 16 KiB each. */
export function capTexts(test: TestResult): TestResult {
  return {
    ...test,
    problems: test.problems.map(capProblem),
    skipReason: capOrNull(test.skipReason, maxMessageBytes),
    stdout: capOrNull(test.stdout, maxOutputBytes),
    stderr: capOrNull(test.stderr, maxOutputBytes),
  };
}

/** A test with what fits into memory a hundred thousand times: of each problem the start of its message. */
export function withoutTexts(test: TestResult): TestResult {
  const problems = test.problems.map((problem) => ({
    ...problem,
    message: problem.message.slice(0, shortMessage),
    details: '',
  }));
  return { ...test, problems, stdout: null, stderr: null };
}

function capProblem(problem: Problem): Problem {
  return {
    kind: problem.kind,
    type: capText(problem.type, maxMessageBytes),
    message: capText(problem.message, maxMessageBytes),
    details: capText(problem.details, maxDetailsBytes),
  };
}

function capOrNull(text: string | null, maxBytes: number): string | null {
  return text === null ? null : capText(text, maxBytes);
}

/** At most `maxBytes` of a text in UTF-8, with a line that says how much was cut off its end. */
export function capText(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const marker = `\n[runner] cut: ${bytes} bytes, limit ${maxBytes}`;
  const room = maxBytes - Buffer.byteLength(marker);
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(room));
  return text.slice(0, read) + marker;
}
