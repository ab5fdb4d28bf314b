import type { CliOption } from './options.ts';

/** The options of what runs because something has changed. */
export const changeOptions: readonly CliOption[] = [
  {
    group: 'What to run:',
    flags: '--changed [ref]',
    description: 'only what git says has changed since ref (the main branch), and what that affects',
    commands: ['run', 'plan', 'matrix', 'list', 'why'],
    fresh: true,
  },
];
