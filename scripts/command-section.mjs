import { commandTable } from '../src/commands/command-table.ts';
import { code, table } from './markdown.mjs';

/** Where more is said of each command; one that is on no page is a mistake. */
const pageOf = {
  ...{ run: null, plan: 'categories', list: 'list-tests', matrix: 'distributed', worker: 'distributed#queue' },
  ...{
    queue: 'distributed#queue',
    rerun: 'rerun',
    compare: 'rerun#comparing-two-runs',
    why: 'history',
    history: 'history',
  },
  ...{ merge: 'junit#merged-runner-merge', report: 'reports', services: 'services', config: 'environments' },
  ...{ init: 'getting-started', doctor: 'doctor', audit: 'guards', watch: 'watch' },
};

/** All commands, each with the page that says more of it. */
export function commandSection() {
  const rows = commandTable
    .filter(({ name }) => name !== 'completion')
    .map(({ name, arguments: args, description }) => {
      if (!(name in pageOf))
        throw new Error(`scripts/command-section.mjs does not know which page is about runner ${name}`);
      const line = code(['runner', name, ...args.map(({ syntax }) => syntax)].join(' '));
      return [pageOf[name] === null ? line : `[${line}](${pageOf[name].replace(/(#|$)/, '.md$1')})`, description];
    });
  return table(
    ['command', 'what it does'],
    [
      ...rows,
      [
        `[${code('runner completion <shell>')}](#completion)`,
        'print the script with which a shell completes words of runner',
      ],
    ],
  );
}
