import { CommanderError } from 'commander';
import { buildProgram } from '../../../src/cli-program.ts';
import { checkFlags } from '../../../src/commands/check-flags.ts';
import { commandNames, commandTable, isTopic, takesSwitches } from '../../../src/commands/command-table.ts';
import { checkFirstWord } from '../../../src/commands/first-word.ts';
import { resolveAliases, splitSwitches } from '../../../src/commands/words.ts';
import { UsageError } from '../../../src/errors.ts';
import { noAttention } from '../attention.ts';
import { repository } from './pages.ts';

/** Why the parser of the command line refuses these words, or `null`; nothing is run, and no config is read. */
export async function refusalOf(words: readonly string[]): Promise<string | null> {
  const separator = words.indexOf('--');
  const own = resolveAliases(separator === -1 ? words : words.slice(0, separator));
  const split = takesSwitches(own) ? splitSwitches(own) : { words: own, switches: [] };
  if (split.switches.length > 0) return `there is no option --${split.switches.join(', --')}`;
  const [first, second = ''] = split.words;
  if (first === 'help') return commandNames.has(second) || isTopic(second) ? null : `there is no help on ${second}`;
  try {
    if (first === undefined || commandNames.has(first)) return await parse(split.words);
    return (await checkFirstWord(split.words, repository)) === null ? await parse(split.words) : null;
  } catch (error) {
    if (error instanceof CommanderError || error instanceof UsageError) return error.message;
    throw error;
  }
}

async function parse(line: readonly string[]): Promise<string | null> {
  let refusal: string | null = null;
  const program = buildProgram({ line, context, write: () => undefined, settle: () => undefined });
  for (const command of program.commands) {
    command.action(() => {
      refusal = oddWord(command.name(), command.args);
      if (command.name() === 'run' || command.name() === 'plan') checkFlags(command.opts());
    });
  }
  const isHelp = (error: unknown): boolean => error instanceof CommanderError && error.exitCode === 0;
  await program.parseAsync(line, { from: 'user' }).catch((error: unknown) => {
    if (!isHelp(error)) throw error;
  });
  return refusal;
}

/** An argument that has to be one of a few words and is none, or a word where only files are expected. */
function oddWord(name: string, args: readonly string[]): string | null {
  const { arguments: known = [] } = commandTable.find((command) => command.name === name) ?? {};
  for (const [index, { syntax, words }] of known.entries()) {
    const [word] = args.slice(index);
    if (word === undefined) continue;
    if (words !== undefined && !words.includes(word)) return `${name} ${word}: ${syntax} is ${words.join(', ')}`;
    if (syntax === '[files...]' && /^[a-z-]+$/.test(word)) return `${word} is neither a command nor a file`;
  }
  return null;
}

const context = {
  cwd: repository,
  env: {},
  version: '0.0.0',
  attention: noAttention,
  out: { stream: process.stdout, isTty: false, columns: 80 },
  program: ['runner'],
  extraArgs: [],
  switches: [],
};
