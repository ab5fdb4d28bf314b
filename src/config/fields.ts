import * as z from 'zod/mini';
import { parseDuration } from '../base/duration.ts';
import { namePattern } from './name-pattern.ts';
import { describeValue } from './path.ts';
import { parseSize, sizePattern } from './size.ts';

/** An error option that says what was expected and what was found instead. */
export function expected(what: string): { readonly error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => `expected ${what}, got ${describeValue(input)}` };
}

/** The name of something that the config defines. */
export const name = z.string().check(
  z.regex(namePattern, {
    error: ({ input }) => `${describeValue(input)} is not a name: letters, digits, "_", "." and "-" only`,
  }),
);

export const names = z.array(name);

/** A suite as categories name it: all of its variants, or one: `backend[py312]`. */
export const suiteName = z.string().check(
  z.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\[[A-Za-z0-9_][A-Za-z0-9_.-]*\])?$/, {
    error: ({ input }) =>
      `${describeValue(input)} is not the name of a suite: letters, digits, "_", "." and "-" only, with a variant in brackets, for example backend[py312]`,
  }),
);

/** Text that can be handed to a process: the operating system ends it at a NUL. */
export const text = z
  .string()
  .check(z.refine((value) => !value.includes('\0'), { error: 'must not hold a NUL character' }));

export const filledText = text.check(z.minLength(1, { error: 'must not be empty' }));

/** An argument vector: program and arguments, never a shell string. */
export const argv = z.array(text, expected('a list of words, for example [python3, -m, pytest]')).check(
  z.minLength(1, { error: 'must name at least a program' }),
  z.refine((words) => words[0] !== '', {
    error: 'the program must not be empty',
    path: [0],
    when: ({ value }) => Array.isArray(value),
  }),
);

export const args = z.array(text, expected('a list of words, for example [-q, --color=no]'));

const envName = z.string().check(
  z.regex(/^[^=\0\s]+$/, {
    error: ({ input }) => `${describeValue(input)} cannot be the name of an environment variable`,
  }),
);

/** Environment variables; the values are text, because 1.0, 0x10 or yes would not survive as anything else. */
export const env = z.record(
  envName,
  z
    .string({ error: ({ input }) => `expected text, got ${describeValue(input)}${quotedHint(input)}` })
    .check(z.refine((value) => !value.includes('\0'), { error: 'must not hold a NUL character' })),
);

export const envNames = z.array(envName);

const durationPattern = /^(?=\d)(?:\d+(?:\.\d+)?h)?(?:\d+(?:\.\d+)?m)?(?:\d+(?:\.\d+)?s)?(?:\d+(?:\.\d+)?ms)?$/;
const aDuration = 'a duration such as 500ms, 30s, 5m or 1h30m (at most 596h)';

/** A duration, in milliseconds after parsing; may be zero. */
export const duration = z.pipe(
  z.string(expected(aDuration)).check(z.regex(durationPattern, expected(aDuration))),
  z.transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== null) return ms;
    context.issues.push({
      code: 'custom',
      input: value,
      message: `expected ${aDuration}, got ${describeValue(value)}`,
    });
    return z.NEVER;
  }),
);

/** A duration of at least one millisecond. */
export const someTime = duration.check(z.refine((ms) => ms > 0, { error: 'must be longer than zero' }));

const aSize = 'a size such as 500KB, 50MB or 1GB';

/** A size, in bytes after parsing. */
export const size = z.pipe(
  z.string(expected(aSize)).check(z.regex(sizePattern, expected(aSize))),
  z.transform((value, context) => {
    const bytes = parseSize(value);
    if (bytes !== null && bytes > 0) return bytes;
    context.issues.push({ code: 'custom', input: value, message: `expected ${aSize}, got ${describeValue(value)}` });
    return z.NEVER;
  }),
);

const glob = z.string().check(
  z.minLength(1, { error: 'a glob must not be empty' }),
  z.refine((value) => !/^!(?!\()/.test(value), {
    error: ({ input }) => `${describeValue(input)} is negated: list what is meant, or use "exclude"`,
  }),
  z.refine((value) => !/^(\/|\.\.(\/|$))/.test(value), {
    error: ({ input }) => `${describeValue(input)} leaves the suite's folder: globs are relative to its "cwd"`,
  }),
);

/** One glob or several; a list after parsing. */
export const globs = z.pipe(
  z.union(
    [glob, z.array(glob).check(z.minLength(1, { error: 'must hold at least one glob' }))],
    expected('a glob or a list of globs'),
  ),
  z.transform((written) => (typeof written === 'string' ? [written] : written)),
);

const rootGlob = z.string().check(
  z.minLength(1, { error: 'a glob must not be empty' }),
  z.refine((value) => !/^!(?!\()/.test(value), {
    error: ({ input }) => `${describeValue(input)} is negated: list what is meant`,
  }),
  z.refine((value) => !value.startsWith('/'), {
    error: ({ input }) => `${describeValue(input)} is absolute: globs are relative to the config's folder`,
  }),
);

/** One glob or several over any file of the repository; a list after parsing. */
export const rootGlobs = z.pipe(
  z.union([rootGlob, z.array(rootGlob)], expected('a glob or a list of globs')),
  z.transform((written) => (typeof written === 'string' ? [written] : written)),
);

/** Where TAP comes from: `true` for what is printed, or globs. */
export const tapSource = z.pipe(
  z.union(
    [z.literal(true), glob, z.array(glob).check(z.minLength(1, { error: 'must hold at least one glob' }))],
    expected('true (the command prints TAP), a glob or a list of globs'),
  ),
  z.transform((written) => (typeof written === 'string' ? [written] : written)),
);

/** A folder below the config's own. */
export const folder = z.pipe(
  z.string().check(
    z.minLength(1, { error: 'must not be empty; the root is "."' }),
    z.refine((value) => !value.startsWith('/'), {
      error: ({ input }) => `${describeValue(input)} is absolute: write it relative to the config's folder`,
    }),
    z.refine((value) => !leavesRoot(value), {
      error: ({ input }) => `${describeValue(input)} is outside the config's folder`,
    }),
  ),
  z.transform(normaliseFolder),
);

/** A file below the config's folder. */
export const file = z.pipe(
  z.string().check(
    z.refine((value) => normaliseFolder(value) !== '.', { error: 'must name a file' }),
    z.refine((value) => !value.includes('\0'), { error: 'must not hold a NUL character' }),
    z.refine((value) => !value.startsWith('/'), {
      error: ({ input }) => `${describeValue(input)} is absolute: write it relative to the config's folder`,
    }),
    z.refine((value) => !leavesRoot(value), {
      error: ({ input }) => `${describeValue(input)} is outside the config's folder`,
    }),
  ),
  z.transform(normaliseFolder),
);

/** A whole number of at least one. */
export const count = z.int(expected('a whole number')).check(z.minimum(1, expected('a whole number of at least 1')));

const aRetryCount = expected('a whole number from 0 to 10');

/** How often something that failed is done again. */
export const retries = z.int(aRetryCount).check(z.minimum(0, aRetryCount), z.maximum(10, aRetryCount));

const aCondition = 'test-failure, timeout, crash, exit:<code> or regex:<pattern>';
const conditionPattern = /^(?:test-failure|timeout|crash|exit:(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])|regex:.+)$/;

/** What something has to have failed of. */
export const condition = z.string(expected(aCondition)).check(
  z.regex(conditionPattern, expected(aCondition)),
  z.superRefine((value, context) => {
    const problem = value.startsWith('regex:') ? regexProblem(value.slice('regex:'.length)) : null;
    if (problem !== null) context.addIssue({ code: 'custom', message: `${describeValue(value)} ${problem}` });
  }),
);

const aShare = 'a share such as 10% (1% to 100%)';

/** A share of something, in percent after parsing. */
export const share = z.pipe(
  z.string(expected(aShare)).check(z.regex(/^(?:[1-9]\d?|100)%$/, expected(aShare))),
  z.transform((written) => Number(written.slice(0, -1))),
);

const aPercentage = 'a number from 0 to 100';

/** A share that is written as a bare number, in percent. */
export const percent = z
  .number(expected(aPercentage))
  .check(z.minimum(0, expected(aPercentage)), z.maximum(100, expected(aPercentage)));

/** Why a text is not a regular expression, as the end of a sentence; `null` when it is one. */
export function regexProblem(pattern: string): string | null {
  try {
    new RegExp(pattern);
    return null;
  } catch (error) {
    return `is not a regular expression: ${error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error)}`;
  }
}

function quotedHint(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? `: put it in quotes, "${value}"` : '';
}

function leavesRoot(path: string): boolean {
  let depth = 0;
  for (const step of path.split('/')) {
    if (step === '..') depth -= 1;
    else if (step !== '' && step !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

function normaliseFolder(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.length === 0 ? '.' : steps.join('/');
}
