import { commandNames } from './command-table.ts';
import { unknownOption } from './old-flags.ts';
import { commandsOf, longName, options } from './options.ts';
import type { CliOption } from './options.ts';

/** What commander found wrong, and on which command line. */
export interface UsageProblem {
  readonly code: string;
  readonly message: string;
  /** The words of the command line. */
  readonly words: readonly string[];
  /** The arguments of a command, as its help writes them. */
  readonly usageOf: (command: string) => string;
}

/** A misuse of the command line in the words of all other messages: what, and what to do. */
export function describeUsage(problem: UsageProblem): string {
  const [first = ''] = problem.words;
  const command = commandNames.has(first) ? first : 'run';
  const usage = `usage: runner ${command} ${problem.usageOf(command)}`;
  const help = `runner help ${command} lists the options`;
  const said = problem.message.replace(/^error: /, '');
  switch (problem.code) {
    case 'commander.unknownOption':
      return withHint(...unknown(/'([^'=]+)/.exec(said)?.[1] ?? said, command, help));
    case 'commander.missingArgument':
    case 'commander.excessArguments':
      return withHint(said, usage);
    default:
      return withHint(said, help);
  }
}

function unknown(flag: string, command: string, help: string): readonly [string, string] {
  const known = options.find((option) => [longName(option), shortName(option)].includes(flag));
  if (known !== undefined) {
    const owners = known.commands.map((name) => `runner ${name}`).join(', ');
    return [`runner ${command} takes no ${flag}: it is an option of ${owners}`, help];
  }
  const own = options.filter((option) => commandsOf(option).some((name) => name === command));
  const { message, hint } = unknownOption(flag, { candidates: ['--help', ...own.map(longName)], hint: help });
  return [message, hint];
}

function shortName(option: CliOption): string | null {
  return /^-[a-z](?=,)/i.exec(option.flags)?.[0] ?? null;
}

function withHint(message: string, hint: string): string {
  return `error: ${message}\n  ${hint}`;
}
