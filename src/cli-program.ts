import { Argument, Command, Help, Option } from 'commander';
import { actions } from './cli-actions.ts';
import { commandNames, commandTable, topicNames } from './commands/command-table.ts';
import type { CliCommand } from './commands/command-table.ts';
import type { CommandContext, CommandResult } from './commands/context.ts';
import { commandsOf, options } from './commands/options.ts';

/** What a program is built with. */
export interface ProgramInput {
  /** What is to be parsed: a command that is not named in it is not given its options, which would be a tenth of `runner --version`. */
  readonly line: readonly string[];
  readonly context: CommandContext;
  readonly write: (text: string) => void;
  /** Is given what the command left. */
  readonly settle: (result: CommandResult) => void;
}

/** The parser of the command line, and what it calls. */
export function buildProgram({ line, context, write, settle }: ProgramInput): Command {
  const [first = ''] = line;
  const meant = new Set(commandNames.has(first) ? [first] : ['run', ...line]);
  const helpWidth = Math.min(context.out.columns, 80);
  const program = new Command('runner')
    .description('Runs the tests of a whole repository and merges everything into one report and one verdict.')
    .optionsGroup('Other:')
    .version(context.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .usage('[run] [options] [files...] [-- arguments for the framework]\n       runner <command> --help')
    .configureHelp({
      helpWidth,
      minWidthToWrap: 20,
      visibleOptions: helpOptions,
      subcommandTerm: termOf,
      groupItems: inOwnOrder,
    })
    .configureOutput({ writeOut: write, outputError: () => undefined })
    .exitOverride()
    .helpCommand(false)
    .addHelpText('after', `\n${examples}`);
  for (const command of commandTable) {
    const known = meant.has(command.name) ? options : [];
    addCommand(program, command, known).action(async (...given: unknown[]) => {
      const parsed = given.at(-1);
      if (!(parsed instanceof Command)) throw new Error('the parser passed no command');
      settle(await actions[command.name]({ words: parsed.args, context, options: () => parsed.opts() }));
    });
  }
  return program;
}

/** The main help shows the options of `run` too: it is what people mean when they name no command. */
function helpOptions(command: Command): Option[] {
  const own = new Help().visibleOptions(command);
  const run = command.parent === null ? command.commands.find((child) => child.name() === 'run') : undefined;
  return run === undefined ? own : [...run.options, ...own];
}

/** Groups in the order in which their options are shown, not in which the parser learnt of them. */
const inOwnOrder: Help['groupItems'] = (_, visible, groupOf) => new Help().groupItems([...visible], visible, groupOf);

function termOf(command: Command): string {
  const names = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...names].join(' ');
}

function addCommand(
  program: Command,
  { name, group, description, arguments: args, examples: lines }: CliCommand,
  known: typeof options,
): Command {
  const command = program
    .command(name, { isDefault: name === 'run' })
    .description(description)
    .helpGroup(group);
  for (const { syntax, description: meaning } of args) command.addArgument(new Argument(syntax, meaning));
  for (const definition of known.filter((option) => commandsOf(option).includes(name))) {
    const option = new Option(definition.flags, definition.description).helpGroup(definition.group);
    // Names are separated by commas too, so that `--category unit,e2e` means two; globs, paths and test ids may hold commas.
    if (definition.flags.includes('...')) option.argParser(collect(definition.flags.includes('<names...>')));
    else if (definition.choices !== undefined) option.choices([...definition.choices]);
    command.addOption(option);
  }
  const shown = lines.map((line) => `  $ runner ${line}`);
  return command
    .optionsGroup('Other:')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', `\n${[lines.length === 1 ? 'Example:' : 'Examples:', ...shown].join('\n')}`)
    .exitOverride();
}

function collect(splitAtCommas: boolean): (word: string, previous: readonly string[] | undefined) => readonly string[] {
  return (word, previous = []) => [
    ...previous,
    ...(splitAtCommas ? word.split(',').filter((part) => part !== '') : [word]),
  ];
}

const examples = `Examples:
  $ runner --category mission_critical --no-docker
  $ runner --category e2e --env staging
  $ runner --pattern "*websocket*"
  $ runner tests/test_login.py::test_expired_token
  $ runner plan --category integration --explain

More: runner help <command>, or
      runner help ${topicNames.join('|')}`;
