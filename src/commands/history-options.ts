import type { CliOption } from './option-types.ts';

/** The options about what is remembered of earlier runs. */
export const historyOptions: readonly CliOption[] = [
  {
    group: 'History:',
    flags: '--history <file>',
    description: 'where runs are remembered (.runner/history.sqlite); none: nothing is remembered or learnt',
    commands: ['run', 'plan', 'matrix', 'merge', 'history', 'why'],
  },
  {
    group: 'History:',
    flags: '--last <n>',
    description: 'look at the last n runs only (runs 20, slowest 50, trend 30, its page 200, flaky and export all)',
    commands: ['history'],
  },
  {
    group: 'History:',
    flags: '--limit <n>',
    description: 'with slowest and flaky: show n of each (20)',
    commands: ['history'],
  },
  {
    group: 'History:',
    flags: '--suggest',
    description: 'with flaky: print entries for the quarantine of the config',
    commands: ['history'],
  },
  {
    group: 'History:',
    flags: '--html [file]',
    description: 'with trend: write a page for a browser (.runner/history.html)',
    commands: ['history'],
  },
];
