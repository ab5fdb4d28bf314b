import type { CliOption } from './options.ts';

const selecting = ['run', 'plan'] as const;

/** The options of what runs more than once. */
export const repeatOptions: readonly CliOption[] = [
  {
    group: 'How:',
    flags: '--retries <n>',
    description: 'run a task that failed again up to n times, its failed tests only; wins over the categories',
    commands: selecting,
  },
  {
    group: 'How:',
    flags: '--repeat <n>',
    description: 'run every chosen task n times, whatever comes of it; red when any repetition fails',
    commands: selecting,
  },
  {
    group: 'How:',
    flags: '--detect-flakes [ref]',
    description:
      'repeat the test files that are new or changed since ref (the main branch), 5 times or as --repeat says',
    commands: selecting,
  },
  {
    group: 'How:',
    flags: '--watch',
    description: 'stay, and run what changes concern as they come; failed tests first',
    commands: ['run'],
    fresh: true,
  },
];

/** What `watch` takes not of the options of `run`: it is for one machine, and runs tests. */
export const watchRefuses: ReadonlySet<string> = new Set([
  ...['--watch', '--dry-run', '--shard', '--plan', '--queue', '--build', '--lease'],
]);
