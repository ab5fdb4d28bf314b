import type { CliOption } from './options.ts';

/** The options of `runner audit`. */
export const auditOptions: readonly CliOption[] = [
  {
    group: 'How:',
    flags: '--update-baseline',
    description:
      'with audit: write what there is now into the baseline where that is less, and guards that are new in it',
    commands: ['audit'],
  },
  {
    group: 'How:',
    flags: '--allow-increase <reason>',
    description: 'with --update-baseline: also where it is more; the reason is kept in the baseline',
    commands: ['audit'],
  },
  {
    group: 'How:',
    flags: '--fail-on-stale',
    description: 'with audit: a baseline that could go down fails too',
    commands: ['audit'],
  },
  {
    group: 'How:',
    flags: '--phase <priority>',
    choices: ['P0', 'P1', 'P2', 'P3'],
    description: 'with audit: fail unless nothing is left up to this priority',
    commands: ['audit'],
  },
  {
    group: 'Output:',
    flags: '--junit <file>',
    description: 'with audit: write a JUnit file too',
    commands: ['audit'],
  },
  {
    group: 'History:',
    flags: '--history',
    description: 'with audit: show how the counts have gone',
    commands: ['audit'],
  },
  {
    group: 'History:',
    flags: '--remember <file>',
    description: 'with audit: where the counts are remembered (.runner/history.sqlite); none: nowhere',
    commands: ['audit'],
  },
];
