import { existsSync } from 'node:fs';
import { Command, CommanderError, Help, Option } from 'commander';
import type { CommandContext, CommandResult } from './commands/context.ts';
import { commandsOf, options } from './commands/options.ts';
import { resolveAliases, splitSwitches } from './commands/words.ts';
import type {
  CommandName,
  CompareFlags,
  ConfigFlags,
  HistoryFlags,
  ListFlags,
  MatrixFlags,
  MergeFlags,
  PlanFlags,
  RunFlags,
  ServicesFlags,
  WhyFlags,
} from './commands/options.ts';
import { exitCodes } from './errors.ts';
import { readContext } from './cli-context.ts';
import { watchInterrupts } from './interrupt.ts';
import { surviveBrokenOutput } from './output.ts';

/** Parses the command line, runs the command it names and ends the process with that command's exit code. */
export async function main(): Promise<void> {
  const stdout = surviveBrokenOutput(process.stdout);
  surviveBrokenOutput(process.stderr);
  const said = await dispatch(process.argv.slice(2));
  const exitCode = said === 0 && (await stdout.isLost()) ? exitCodes.infrastructure : said;
  // A handle left open must not keep a finished run alive, but everything written has to reach a pipe first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const separator = argv.indexOf('--');
  const own = resolveAliases(separator === -1 ? argv : argv.slice(0, separator));
  const extraArgs = separator === -1 ? [] : argv.slice(separator + 1);
  const takesSwitches =
    !commandNames.has(own[0] ?? '') ||
    ['run', 'rerun', 'plan', 'matrix', 'why'].includes(own[0] ?? '') ||
    (own[0] === 'list' && own.includes('tests'));
  const { words, switches } = takesSwitches ? splitSwitches(own) : { words: own, switches: [] };

  let exitCode = 0;
  const commands = [...commandNames];
  const program = buildProgram(readContext(extraArgs, switches), (result) => {
    for (const note of result.notes ?? []) process.stderr.write(`${note}\n`);
    if (result.text !== '') process.stdout.write(result.text.endsWith('\n') ? result.text : `${result.text}\n`);
    exitCode = result.exitCode;
  });
  try {
    if (isOddFirstWord(words)) {
      const { firstWordProblem } = await import('./commands/describe-usage.ts');
      const problem = firstWordProblem(words, commands);
      if (problem !== null) throw problem;
    }
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const { describeUsage } = await import('./commands/describe-usage.ts');
      const usageOf = (name: string): string => program.commands.find((child) => child.name() === name)?.usage() ?? '';
      const { code, message } = error;
      process.stderr.write(`${describeUsage({ code, message, words, commands, usageOf })}\n`);
      return exitCodes.usage;
    }
    const { describeError } = await import('./commands/describe-error.ts');
    const described = describeError(error);
    process.stderr.write(`${described.text}\n`);
    return described.exitCode;
  }
}

/** A word like a command's that is none and no path either, or help asked for on what is no command. */
function isOddFirstWord([first = '', second]: readonly string[]): boolean {
  if (first === 'help') return second !== undefined && !commandNames.has(second);
  return /^[a-z][a-z-]*$/i.test(first) && !commandNames.has(first) && !existsSync(first);
}

type Settle = (result: CommandResult) => void;

const commandNames = new Set([
  'run',
  'plan',
  'rerun',
  'compare',
  'matrix',
  'list',
  'merge',
  'history',
  'why',
  'services',
  'config',
  'help',
]);

function buildProgram(context: CommandContext, settle: Settle): Command {
  const program = new Command('runner')
    .description('Runs the tests of a whole repository and merges everything into one report and one verdict.')
    .version(context.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .usage('[run] [options] [files...] [-- arguments for the framework]')
    .configureHelp({ helpWidth: Math.min(context.out.columns, 100), visibleOptions: (command) => helpOptions(command) })
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText('after', examples);
  addRun(program, context, settle);
  addPlan(program, context, settle);
  addRerun(program, context, settle);
  addCompare(program, context, settle);
  addMatrix(program, context, settle);
  addList(program, context, settle);
  addMerge(program, context, settle);
  addHistory(program, context, settle);
  addWhy(program, context, settle);
  addServices(program, context, settle);
  addConfig(program, context, settle);
  return program;
}

/** The main help shows the options of `run` too: it is what people mean when they name no command. */
function helpOptions(command: Command): Option[] {
  const own = new Help().visibleOptions(command);
  const run = command.parent === null ? command.commands.find((child) => child.name() === 'run') : undefined;
  return run === undefined ? own : [...run.options, ...own];
}

function addRun(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('run', { isDefault: true }), 'run')
    .description('run tests (the default)')
    .argument('[files...]', 'test files, directories or file::test ids; arguments after -- go to the framework')
    .action(async (files: string[], flags: RunFlags) => {
      const { run } = await import('./commands/run.ts');
      const interrupt = watchInterrupts();
      try {
        settle(await run({ files, flags, context, signals: interrupt, uncaught: interrupt.uncaught }));
      } finally {
        interrupt.dispose();
      }
    });
}

function addRerun(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('rerun'), 'rerun')
    .description('run what has not passed yet of an earlier run, with its selection')
    .argument(
      '[run]',
      'id of a run or its beginning, events.jsonl, a reports folder or an archive of one; the last run',
    )
    .action(async (earlier: string | undefined, flags: RunFlags) => {
      const { rerun } = await import('./commands/rerun.ts');
      const interrupt = watchInterrupts();
      try {
        const { uncaught } = interrupt;
        settle(await rerun({ run: earlier ?? null, flags, context, signals: interrupt, uncaught }));
      } finally {
        interrupt.dispose();
      }
    });
}

function addCompare(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('compare'), 'compare')
    .description('say what differs between two runs: newly failing, fixed, slower, added, gone')
    .argument(
      '<before>',
      'id of a run or its beginning, events.jsonl, junit.xml, a reports folder or an archive of one',
    )
    .argument('[after]', 'the same; the last run')
    .action(async (before: string, after: string | undefined, flags: CompareFlags) => {
      const { compare } = await import('./commands/compare.ts');
      settle(await compare({ before, after: after ?? null, flags, context }));
    });
}

function addPlan(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('plan'), 'plan')
    .description('show what would run, and why')
    .argument('[files...]', 'test files, directories or file::test ids')
    .action(async (files: string[], flags: PlanFlags) => {
      const { plan } = await import('./commands/plan.ts');
      settle(await plan({ files, flags, context }));
    });
}

function addMatrix(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('matrix'), 'matrix')
    .description('print the jobs that a CI system is to start, one for each shard')
    .argument('[files...]', 'test files, directories or file::test ids')
    .action(async (files: string[], flags: MatrixFlags) => {
      const { matrix } = await import('./commands/matrix.ts');
      settle(await matrix({ files, flags, context }));
    });
}

function addList(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('list'), 'list')
    .description('list what the config defines, or the tests that there are')
    .argument('[what]', 'categories, suites, services, environments, layers, modes, switches or tests', 'categories')
    .argument('[files...]', 'of tests: files, directories or file::test ids')
    .action(async (what: string, files: string[], flags: ListFlags) => {
      const { list } = await import('./commands/list.ts');
      const interrupt = watchInterrupts();
      try {
        settle(await list({ what, files, flags, context, signals: interrupt }));
      } finally {
        interrupt.dispose();
      }
    });
}

function addMerge(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('merge'), 'merge')
    .description('merge event logs of several runs, or JUnit files from anywhere, into one report')
    .argument('<paths...>', 'files, globs, or directories that hold events.jsonl or *.xml')
    .action(async (paths: string[], flags: MergeFlags) => {
      const { mergeCommand } = await import('./commands/merge.ts');
      settle(await mergeCommand({ paths, flags, context }));
    });
}

function addHistory(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('history'), 'history')
    .description('show, export or import what is remembered of earlier runs')
    .argument('[action]', 'runs, slowest, flaky, trend, export or import', 'runs')
    .argument('[file]', 'what export writes or import reads')
    .action(async (action: string, file: string | undefined, flags: HistoryFlags) => {
      const { history } = await import('./commands/history.ts');
      settle(await history({ action, file, flags, context }));
    });
}

function addWhy(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('why'), 'why')
    .description('say why a test runs or does not, what became of it lately, and whether it is flaky')
    .argument('<test>', 'a file, file::test, or the name of a test')
    .action(async (word: string, flags: WhyFlags) => {
      const { why } = await import('./commands/why.ts');
      settle(await why({ word, flags, context }));
    });
}

function addServices(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('services'), 'services')
    .description('start services and leave them running, end them, show how they stand, or what they write')
    .argument('<action>', 'up, down, status or logs')
    .argument('[names...]', 'services; none: all')
    .action(async (action: string, names: string[], flags: ServicesFlags) => {
      const { services } = await import('./commands/services.ts');
      const interrupt = watchInterrupts();
      try {
        settle(await services({ action, names, flags, context, signals: interrupt }));
      } finally {
        interrupt.dispose();
      }
    });
}

function addConfig(program: Command, context: CommandContext, settle: Settle): void {
  withOptions(program.command('config'), 'config')
    .description('show the effective config, check it, or print its JSON schema')
    .argument('<action>', 'show, check or schema')
    .action(async (action: string, flags: ConfigFlags) => {
      const { config } = await import('./commands/config.ts');
      settle(await config({ action, flags, context }));
    });
}

function withOptions(command: Command, name: CommandName): Command {
  for (const definition of options.filter((option) => commandsOf(option).includes(name))) {
    const option = new Option(definition.flags, definition.description).helpGroup(definition.group);
    // Names are separated by commas too, so that `--category unit,e2e` means two; globs, paths and test ids may hold commas.
    if (definition.flags.includes('...')) option.argParser(collect(definition.flags.includes('<names...>')));
    else if (definition.choices !== undefined) option.choices([...definition.choices]);
    command.addOption(option);
  }
  return command.helpOption('-h, --help', 'show help').exitOverride();
}

function collect(splitAtCommas: boolean): (word: string, previous: readonly string[] | undefined) => readonly string[] {
  return (word, previous = []) => [
    ...previous,
    ...(splitAtCommas ? word.split(',').filter((part) => part !== '') : [word]),
  ];
}

const examples = `
Examples:
  $ runner --category mission_critical --no-docker
  $ runner --category e2e --env staging
  $ runner --pattern "*websocket*"
  $ runner tests/test_login.py::test_expired_token
  $ runner plan --category integration --explain`;
