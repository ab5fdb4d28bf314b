import { auditOptions } from './audit-options.ts';
import { changeOptions } from './change-options.ts';
import { historyOptions } from './history-options.ts';
import { initOptions } from './init-options.ts';
import { repeatOptions, watchRefuses } from './repeat-options.ts';
import { reportOptions } from './report-options.ts';
import { rerunOptions } from './rerun-options.ts';
import { serviceOptions } from './service-options.ts';
import type { CliOption, CommandName } from './option-types.ts';
import { shardOptions, workerTakes } from './shard-options.ts';

export type {
  AuditFlags,
  ConfigFlags,
  HistoryFlags,
  ListFlags,
  MatrixFlags,
  MergeFlags,
  PlanFlags,
  QueueFlags,
  RunFlags,
  ServicesFlags,
  WhyFlags,
} from './flags.ts';

export type { CliOption, CommandName } from './option-types.ts';

const choosing = ['run', 'plan', 'matrix', 'list', 'why', 'doctor'] as const;
const selecting = ['run', 'plan'] as const;
const permitting = ['run', 'plan', 'matrix', 'list', 'why', 'services', 'doctor'] as const;
const everywhere = [
  'run',
  'plan',
  'matrix',
  'list',
  'why',
  'history',
  'config',
  'services',
  'doctor',
  'audit',
] as const;
const configured = [...everywhere, 'compare', 'report'] as const;

export const options: readonly CliOption[] = [
  {
    group: 'What to run:',
    flags: '-c, --category <names...>',
    aliases: ['--categories'],
    description: 'categories to run; "all" for all of them',
    commands: choosing,
  },
  {
    group: 'What to run:',
    flags: '--exclude-category <names...>',
    description: 'categories to leave out',
    commands: choosing,
  },
  {
    group: 'What to run:',
    flags: '--layer <names...>',
    aliases: ['--layers'],
    description: 'layers of the config',
    commands: choosing,
  },
  {
    group: 'What to run:',
    flags: '--mode <name>',
    aliases: ['--execution-mode'],
    description: 'a mode of the config',
    commands: choosing,
  },
  { group: 'What to run:', flags: '--suite <names...>', description: 'only these suites', commands: choosing },
  {
    group: 'What to run:',
    flags: '--variant <names...>',
    description: 'only these variants of suites; suites without variants are out then',
    commands: choosing,
  },
  {
    group: 'What to run:',
    flags: '--service <names...>',
    description: 'only suites that test this component',
    commands: choosing,
  },
  {
    group: 'What to run:',
    flags: '-p, --pattern <globs...>',
    aliases: ['--test-pattern', '--filter'],
    description: 'only test files whose path, or a part of it, matches',
    commands: choosing,
  },
  {
    group: 'What to run:',
    flags: '-k, --keyword <expression>',
    description: "only tests whose name matches, in the framework's own way",
    commands: choosing,
  },
  {
    group: 'What to run:',
    flags: '-m, --markers <expression>',
    aliases: ['--tag'],
    description: "only tests with these markers, in the framework's own way",
    commands: choosing,
  },
  {
    group: 'What to run:',
    flags: '--file <paths...>',
    aliases: ['--test-file', '--path', '--test-path'],
    description: 'only these files, directories or file::test ids',
    commands: choosing,
  },
  ...changeOptions,
  {
    group: 'What to run:',
    flags: '--no-deps',
    aliases: ['--no-dependencies', '--skip-deps'],
    description: 'do not add the categories that the chosen ones depend on',
    commands: choosing,
  },
  {
    group: 'Where:',
    flags: '-e, --env <name>',
    description: 'environment; default from the config, else local',
    commands: everywhere,
  },
  {
    group: 'Where:',
    flags: '--allow-prod',
    description: 'permit the protected environment "prod"',
    commands: permitting,
  },
  {
    group: 'Where:',
    flags: '--exclude-env <names...>',
    description: 'leave out categories that are meant for these environments',
    commands: choosing,
  },
  { group: 'Where:', flags: '--allow <env>', description: 'permit a protected environment', commands: permitting },
  ...serviceOptions,
  {
    group: 'How:',
    flags: '-j, --workers <n|n%|auto>',
    aliases: ['--max-workers'],
    description: 'slots to run tests in; auto: what this machine allows',
    commands: choosing,
  },
  {
    group: 'How:',
    flags: '--timeout <duration>',
    description: 'limit for one attempt of one task',
    commands: [...selecting, 'list'],
  },
  {
    group: 'How:',
    flags: '--deadline <duration>',
    description: 'limit for the whole run, teardown included',
    commands: ['run'],
  },
  ...repeatOptions,
  {
    group: 'How:',
    flags: '--fail-fast [when]',
    aliases: ['--fast-fail', '--fail-fast-mode'],
    choices: ['never', 'first', 'category', 'critical'],
    oldValues: {
      disabled: 'never',
      first_failure: 'first',
      category_failure: 'category',
      critical_failure: 'critical',
      dependency_aware: 'never',
    },
    description: 'stop at the first failure, the first in a category, or the first in a critical category',
    commands: ['run'],
  },
  {
    group: 'How:',
    flags: '--no-fail-fast',
    aliases: ['--no-fast-fail'],
    description: 'run everything that can run',
    commands: ['run'],
  },
  { group: 'How:', flags: '--maxfail <n>', description: 'stop after this many failed tests', commands: ['run'] },
  {
    group: 'How:',
    flags: '--coverage',
    aliases: ['--cov'],
    description: 'measure coverage with the tools of each framework, into reports/coverage',
    commands: selecting,
  },
  {
    group: 'How:',
    flags: '--no-coverage',
    description: 'measure none, whatever the config says',
    commands: selecting,
  },
  {
    group: 'How:',
    flags: '--dry-run',
    aliases: ['--collect-only'],
    description: 'show the plan and run nothing',
    commands: ['run'],
  },
  ...rerunOptions,
  ...shardOptions,
  ...historyOptions,
  ...initOptions,
  ...auditOptions,
  {
    group: 'Output:',
    flags: '--progress <how>',
    aliases: ['--progress-mode'],
    choices: ['auto', 'tree', 'lines', 'json', 'none', 'rich', 'simple'],
    description: 'live tree, lines, events as JSON, or none; auto: tree on a terminal',
    commands: ['run'],
  },
  { group: 'Output:', flags: '-v, --verbose', description: 'say more', commands: ['run'] },
  { group: 'Output:', flags: '-q, --quiet', description: 'only failures and the summary', commands: ['run'] },
  {
    group: 'Output:',
    flags: '--json',
    description: 'print JSON',
    commands: ['compare', 'plan', 'matrix', 'why', 'history', 'list', 'config', 'services', 'doctor', 'queue', 'audit'],
  },
  {
    group: 'Output:',
    flags: '-f, --follow',
    description: 'with logs or status: go on with what comes',
    commands: ['services', 'queue'],
  },
  {
    group: 'Output:',
    flags: '--explain',
    description: 'say why each category and file is in or out',
    commands: ['plan'],
  },
  {
    group: 'Output:',
    flags: '--out <file>',
    description: 'write the plan as JSON to a file',
    commands: ['plan', 'matrix'],
  },
  { group: 'Output:', flags: '--origin', description: 'with show: where each value comes from', commands: ['config'] },
  { group: 'Output:', flags: '--no-color', description: 'no colours', commands: ['run', 'plan', 'list', 'merge'] },
  {
    group: 'Output:',
    flags: '--slowest [n]',
    aliases: ['--profile'],
    description: 'list the slowest tests at the end (10)',
    commands: ['run'],
  },
  ...reportOptions,
  { group: 'Output:', flags: '--reports <dir>', description: 'where reports go (reports)', commands: ['run', 'merge'] },
  { group: 'Config:', flags: '--config <file>', description: 'use this config file', commands: configured },
  {
    group: 'Config:',
    flags: '--set <key=value...>',
    description: 'override a config value: --set suites.api.batch=file',
    commands: everywhere,
  },
];

/** Commands that take an option. */
export function commandsOf(option: CliOption): readonly CommandName[] {
  const { commands, fresh } = option;
  if (!commands.includes('run')) return commands;
  const others = [
    ...(fresh === true ? [] : (['rerun'] as const)),
    ...(watchRefuses.has(longName(option)) ? [] : (['watch'] as const)),
    ...(workerTakes.has(longName(option)) ? (['worker'] as const) : []),
  ];
  return [...commands, ...others];
}

/** The long flag of an option: `--category`. */
export function longName(option: CliOption): string {
  return /--[a-z-]+/.exec(option.flags)?.[0] ?? option.flags;
}
