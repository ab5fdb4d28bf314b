import type { Verdict } from './model/outcome.ts';

/** What the process exits with; one code per who must act. */
export const exitCodes = {
  passed: 0,
  failed: 1,
  usage: 2,
  infrastructure: 3,
  'nothing-ran': 4,
  incomplete: 5,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const satisfies Record<Verdict | 'usage' | 'bug', number>;

/** The exit code of a finished run. */
export function exitCodeOf(verdict: Verdict): number {
  return exitCodes[verdict];
}

/** The command line asks for something that cannot be done; nothing was started (exit 2). */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** What to do about it, on a line of its own. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Nothing was selected although the command line is well-formed (exit 4). */
export class NothingSelectedError extends Error {
  override readonly name = 'NothingSelectedError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Something that a command needs cannot be had, and nothing was started (exit 3). */
export class InfrastructureError extends Error {
  override readonly name = 'InfrastructureError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Somebody stopped a command before it began what it is for; nothing was started (exit 130 or 143). */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The configuration is wrong; holds every problem found, each ready to print (exit 2). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Makes the compiler check that a `switch` handles every member of a union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
