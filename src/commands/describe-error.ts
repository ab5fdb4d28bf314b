import {
  ConfigError,
  InfrastructureError,
  InterruptedError,
  NothingSelectedError,
  UsageError,
  exitCodes,
} from '../errors.ts';
import type { CommandResult } from './context.ts';

/** What a person is told about an error that ended a command before or outside a run, and the exit code it means. */
export function describeError(error: unknown): CommandResult {
  if (error instanceof UsageError) return { text: withHint(error), exitCode: exitCodes.usage };
  if (error instanceof InfrastructureError) return { text: withHint(error), exitCode: exitCodes.infrastructure };
  if (error instanceof NothingSelectedError) return { text: withHint(error), exitCode: exitCodes['nothing-ran'] };
  if (error instanceof InterruptedError) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof ConfigError) {
    const count = error.problems.length;
    const heading = `error: the configuration has ${count === 1 ? 'a problem' : `${count} problems`}`;
    return { text: [heading, '', ...error.problems].join('\n'), exitCode: exitCodes.usage };
  }
  return { text: describeBug(error, null), exitCode: exitCodes.bug };
}

/** The text for a bug of our own: the stack, and where the events of the run are, if there was one. */
export function describeBug(error: unknown, eventLog: string | null): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const where = eventLog === null ? '' : `\nevents of the run: ${eventLog}`;
  return `internal error: this is a bug in runner, please report it with the lines below\n${stack}${where}`;
}

function withHint(error: UsageError | InfrastructureError | NothingSelectedError): string {
  return `error: ${error.message}\n  ${error.hint}`;
}
