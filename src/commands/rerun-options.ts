import type { CliOption } from './option-types.ts';

const selecting = ['run', 'plan'] as const;

/** The options of what goes on from an earlier run. */
export const rerunOptions: readonly CliOption[] = [
  {
    group: 'What to run:',
    flags: '--failed',
    description: 'only what failed or did not run in the last run',
    commands: selecting,
    fresh: true,
  },
  {
    group: 'What to run:',
    flags: '--failed-first',
    aliases: ['--ff'],
    description: 'what failed or did not run in the last run before the rest',
    commands: selecting,
    fresh: true,
  },
  {
    group: 'Output:',
    flags: '--fail-on <names...>',
    names: ['new', 'slower'],
    description: 'exit 1 when there is any of this: new (failures), slower (tests)',
    commands: ['compare'],
  },
];
