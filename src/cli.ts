import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { readContext } from './cli-context.ts';
import { buildProgram } from './cli-program.ts';
import { commandNames, isTopic, takesSwitches } from './commands/command-table.ts';
import type { CommandContext, CommandResult } from './commands/context.ts';
import { resolveAliases, splitSwitches } from './commands/words.ts';
import { exitCodes } from './errors.ts';
import { guardCommands, surviveBrokenOutput } from './output.ts';

/** Parses the command line, runs the command it names and ends the process with that command's exit code. */
export async function main(): Promise<void> {
  const stdout = surviveBrokenOutput(process.stdout);
  surviveBrokenOutput(process.stderr);
  const said = await dispatch(process.argv.slice(2), {
    context: { ...readContext(), ...(await annotating()) },
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
  });
  const exitCode = said === 0 && (await stdout.isLost()) ? exitCodes.infrastructure : said;
  // A handle left open must not keep a finished run alive, but everything written has to reach a pipe first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

async function annotating(): Promise<Pick<CommandContext, 'annotate'>> {
  return process.env['GITHUB_ACTIONS'] === 'true' ? { annotate: await guardCommands() } : {};
}

/** What a command line is run in. */
interface Surroundings {
  readonly context: CommandContext;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** Runs one command line; resolves to its exit code, whatever happens. */
export async function dispatch(argv: readonly string[], around: Surroundings): Promise<number> {
  const separator = argv.indexOf('--');
  const own = resolveAliases(separator === -1 ? argv : argv.slice(0, separator));
  const extraArgs = separator === -1 ? [] : argv.slice(separator + 1);
  const { words, switches } = takesSwitches(own) ? splitSwitches(own) : { words: own, switches: [] };

  const context = { ...around.context, extraArgs, switches };
  let exitCode = 0;
  const settle = (result: CommandResult): void => {
    for (const note of result.notes ?? []) around.writeError(`${note}\n`);
    if (result.text !== '') around.write(result.text.endsWith('\n') ? result.text : `${result.text}\n`);
    exitCode = result.exitCode;
  };
  const line = asHelp(words);
  const program = buildProgram({ line, context, write: around.write, settle });
  try {
    if (isOddWord(words, context.cwd)) {
      const { checkFirstWord } = await import('./commands/first-word.ts');
      const helped = await checkFirstWord(words, context.cwd);
      if (helped !== null) {
        settle(helped);
        return exitCode;
      }
    }
    await program.parseAsync(line, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const { describeUsage } = await import('./commands/describe-usage.ts');
      const usageOf = (name: string): string => program.commands.find((child) => child.name() === name)?.usage() ?? '';
      const { code, message } = error;
      around.writeError(`${describeUsage({ code, message, words, usageOf })}\n`);
      return exitCodes.usage;
    }
    const { describeError } = await import('./commands/describe-error.ts');
    const described = describeError(error);
    around.writeError(`${described.text}\n`);
    return described.exitCode;
  }
}

/** Help on what is no command, a first word that is neither a command nor a path, or an option where a command may come later. */
function isOddWord([first = '', second]: readonly string[], cwd: string): boolean {
  if (first === 'help') return second !== undefined && (isTopic(second) || !commandNames.has(second));
  if (first.startsWith('-')) return second !== undefined;
  return /^[a-z][a-z-]*$/i.test(first) && !commandNames.has(first) && !existsSync(resolve(cwd, first));
}

/** `help plan` is `plan --help`. */
function asHelp(words: readonly string[]): readonly string[] {
  if (words[0] !== 'help') return words;
  return words[1] === undefined || words[1] === 'help' ? ['--help'] : [words[1], '--help'];
}
