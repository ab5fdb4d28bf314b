import type { CliOption } from './option-types.ts';

/** The options of `runner init`. */
export const initOptions: readonly CliOption[] = [
  { group: 'Config:', flags: '--yes', description: 'with init: ask nothing', commands: ['init'] },
  { group: 'Config:', flags: '--force', description: 'with init: replace files that are there', commands: ['init'] },
  {
    group: 'Config:',
    flags: '--ci <system>',
    choices: ['github', 'gitlab'],
    description: 'with init: write a CI file too',
    commands: ['init'],
  },
];
