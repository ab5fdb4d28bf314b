import type { CommandName } from './options.ts';

/** One subcommand; the parser, its help, completion and suggestions are made from it. */
export interface CliCommand {
  readonly name: CommandName;
  readonly group: CommandGroup;
  readonly description: string;
  readonly arguments: readonly CliArgument[];
  /** Takes the `switches` of the config beside its options: always, or only with this as its first argument. */
  readonly switches?: true | string;
  /** What follows `runner`, for its help. */
  readonly examples: readonly string[];
}

/** One argument of a subcommand. */
export interface CliArgument {
  /** As commander writes it: `[files...]`. */
  readonly syntax: string;
  readonly description: string;
  /** The words that it may be, for completion; the command itself checks them. */
  readonly words?: readonly string[];
}

type CommandGroup = 'Run:' | 'Look ahead:' | 'Look back:' | 'Set up:';

const files: CliArgument = { syntax: '[files...]', description: 'test files, directories or file::test ids' };
const aRun = 'id of a run or its beginning, events.jsonl, a reports folder or an archive of one';

/** All subcommands, in the order of the main help. */
export const commandTable: readonly CliCommand[] = [
  {
    name: 'run',
    group: 'Run:',
    description: 'run tests (the default)',
    arguments: [{ ...files, description: `${files.description}; arguments after -- go to the framework` }],
    switches: true,
    examples: [
      '--category mission_critical --no-docker',
      'tests/test_login.py::test_expired_token',
      '-c unit -- --tb=short',
    ],
  },
  {
    name: 'rerun',
    group: 'Run:',
    description: 'run what has not passed yet of an earlier run, with its selection',
    arguments: [{ syntax: '[run]', description: `${aRun}; the last run` }],
    switches: true,
    examples: ['rerun', 'rerun reports-from-ci.zip'],
  },
  {
    name: 'watch',
    group: 'Run:',
    description: 'run tests, stay, and run what changes concern (the same as run --watch)',
    arguments: [files],
    switches: true,
    examples: ['watch', 'watch --category unit'],
  },
  {
    name: 'plan',
    group: 'Look ahead:',
    description: 'show what would run, and why',
    arguments: [files],
    switches: true,
    examples: ['plan --category integration --explain', 'plan --shards 4 --out plan.json'],
  },
  {
    name: 'list',
    group: 'Look ahead:',
    description: 'list what the config defines, or the tests that there are',
    arguments: [
      {
        syntax: '[what]',
        description: 'categories, suites, services, environments, layers, modes, switches or tests; categories',
        words: ['categories', 'suites', 'services', 'environments', 'layers', 'modes', 'switches', 'tests'],
      },
      { syntax: '[files...]', description: 'of tests: files, directories or file::test ids' },
    ],
    switches: 'tests',
    examples: ['list suites', 'list tests --category unit'],
  },
  {
    name: 'matrix',
    group: 'Look ahead:',
    description: 'print the jobs that a CI system is to start, one for each shard',
    arguments: [files],
    switches: true,
    examples: ['matrix --target 8m --github'],
  },
  {
    name: 'worker',
    group: 'Run:',
    description: 'run tasks of a build that another machine has begun on a queue',
    arguments: [],
    examples: ['worker --queue redis://queue/0 --build 1234'],
  },
  {
    name: 'queue',
    group: 'Run:',
    description: 'show how far a build on a queue is, and which machines work on it',
    arguments: [{ syntax: '<action>', description: 'status', words: ['status'] }],
    examples: [
      'queue status --queue redis://queue/0 --build 1234',
      'queue status --queue redis://queue/0 --build 1234 --follow',
    ],
  },
  {
    name: 'why',
    group: 'Look back:',
    description: 'say why a test runs or does not, what became of it lately, and whether it is flaky',
    arguments: [{ syntax: '<test>', description: 'a file, file::test, or the name of a test' }],
    switches: true,
    examples: ['why tests/test_login.py::test_expired_token'],
  },
  {
    name: 'history',
    group: 'Look back:',
    description: 'show, export or import what is remembered of earlier runs',
    arguments: [
      {
        syntax: '[action]',
        description: 'runs, slowest, flaky, trend, export or import; runs',
        words: ['runs', 'slowest', 'flaky', 'trend', 'export', 'import'],
      },
      { syntax: '[file]', description: 'what export writes or import reads' },
    ],
    examples: ['history slowest --limit 50', 'history export history.ndjson.gz'],
  },
  {
    name: 'compare',
    group: 'Look back:',
    description: 'say what differs between two runs: newly failing, fixed, slower, added, gone',
    arguments: [
      {
        syntax: '<before>',
        description: 'id of a run or its beginning, events.jsonl, junit.xml, a reports folder or an archive of one',
      },
      { syntax: '[after]', description: 'the same; the last run' },
    ],
    examples: ['compare main-reports/ --fail-on new'],
  },
  {
    name: 'merge',
    group: 'Look back:',
    description: 'merge event logs of several runs, or JUnit files from anywhere, into one report',
    arguments: [{ syntax: '<paths...>', description: 'files, globs, or directories that hold events.jsonl or *.xml' }],
    examples: ['merge shard-*/ --reports reports'],
  },
  {
    name: 'report',
    group: 'Look back:',
    description: 'show the report of a run in a browser, or make reports of a run that has been',
    arguments: [{ syntax: '[run]', description: `${aRun}; the last run` }],
    examples: [
      'report --open',
      'report --serve',
      'report --format ctrf',
      'report reports-from-ci.zip --format html --out reports-of-ci',
    ],
  },
  {
    name: 'services',
    group: 'Set up:',
    description: 'start services and leave them running, end them, show how they stand, or what they write',
    arguments: [
      { syntax: '<action>', description: 'up, down, status or logs', words: ['up', 'down', 'status', 'logs'] },
      { syntax: '[names...]', description: 'services; none: all' },
    ],
    examples: ['services up backend', 'services logs backend --follow'],
  },
  {
    name: 'config',
    group: 'Set up:',
    description: 'show the effective config, check it, or print its JSON schema',
    arguments: [{ syntax: '<action>', description: 'show, check or schema', words: ['show', 'check', 'schema'] }],
    examples: ['config show --origin', 'config check'],
  },
  {
    name: 'init',
    group: 'Set up:',
    description: 'find the tests of this repository and write a runner.config.yaml for them',
    arguments: [],
    examples: ['init', 'init --yes --ci github'],
  },
  {
    name: 'doctor',
    group: 'Set up:',
    description: 'say whether what is selected can run here, and what mends it where not',
    arguments: [],
    examples: ['doctor', 'doctor --category e2e --env staging'],
  },
  {
    name: 'audit',
    group: 'Run:',
    description: 'hold the text of files against the guards of the config: what may not be in them, or not more often',
    arguments: [{ syntax: '[guards...]', description: 'names of guards; none: all' }],
    examples: ['audit', 'audit --update-baseline', 'audit --history'],
  },
  {
    name: 'completion',
    group: 'Set up:',
    description: 'print the script with which a shell completes words of runner',
    arguments: [{ syntax: '<shell>', description: 'bash, zsh or fish', words: ['bash', 'zsh', 'fish'] }],
    examples: ['completion bash > ~/.local/share/bash-completion/completions/runner', 'completion fish | source'],
  },
];

/** The commands that can be the first word of a command line. */
export const commandNames: ReadonlySet<string> = new Set([...commandTable.map(({ name }) => name), 'help']);

/** What there is help on beside the commands. */
export const topicNames = ['config', 'exit-codes', 'patterns', 'services', 'sharding', 'variables'] as const;

/** Something that `runner help` knows a page of. */
export type TopicName = (typeof topicNames)[number];

/** Whether `runner help` has a page of this name. */
export function isTopic(word: string): word is TopicName {
  return topicNames.some((name) => name === word);
}

/** Whether these words, which begin with a command or stand for `run`, may hold switches of the config. */
export function takesSwitches(words: readonly string[]): boolean {
  const command = commandTable.find(({ name }) => name === words[0]);
  if (command === undefined) return words[0] !== 'help';
  return command.switches === true || (command.switches !== undefined && words.includes(command.switches));
}
