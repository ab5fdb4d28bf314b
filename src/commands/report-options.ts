import type { CliOption } from './option-types.ts';

// Written out: the help must not load what makes reports. A test holds it against `base/report-names`.
const known = ['default', 'html', 'junit', 'json', 'markdown', 'ctrf', 'trace'];
const reporters = [...known, 'github'];

/** The options about which reports are made. */
export const reportOptions: readonly CliOption[] = [
  {
    group: 'Output:',
    flags: '--reporter <names...>',
    description: `the reports to write beside events.jsonl, and no others: ${reporters.join(', ')}`,
    names: reporters,
    commands: ['run', 'merge'],
  },
  {
    group: 'Output:',
    flags: '--format <names...>',
    description: `the reports to make of an event log: ${known.join(', ')}`,
    names: known,
    commands: ['report'],
  },
  {
    group: 'Output:',
    flags: '--split-max-bytes <size>',
    description: 'split junit.xml too, into files of at most so much in junit-parts/: 25MB',
    commands: ['run', 'merge', 'report'],
  },
  {
    group: 'Output:',
    flags: '--out <dir>',
    description: 'where the reports go; beside the event log unless given',
    commands: ['report'],
  },
  { group: 'Output:', flags: '--open', description: 'show report.html in the browser', commands: ['report'] },
  {
    group: 'Output:',
    flags: '--serve',
    description: 'serve report.html to this machine, at a random port and address, until Ctrl-C',
    commands: ['report'],
  },
];
