import type { CliOption } from './options.ts';

const taking = ['run', 'plan'] as const;
const cutting = ['plan', 'matrix'] as const;

/** The options of what runs on several machines. */
export const shardOptions: readonly CliOption[] = [
  {
    group: 'Sharding:',
    flags: '--shard <i/n>',
    description: 'of n shards, run the one with number i',
    commands: taking,
    fresh: true,
  },
  {
    group: 'Sharding:',
    flags: '--plan <file>',
    description: 'what to run, as "runner plan --shards n --out <file>" cut it',
    commands: taking,
    fresh: true,
  },
  { group: 'Sharding:', flags: '--shards <n>', description: 'cut the plan into n shards', commands: cutting },
  {
    group: 'Sharding:',
    flags: '--target <duration>',
    description: 'cut the plan into as few shards as end in this time, by what was recorded',
    commands: cutting,
  },
  {
    group: 'Sharding:',
    flags: '--github',
    description: 'print the matrix for fromJSON of GitHub Actions, on one line',
    commands: ['matrix'],
  },
  {
    group: 'Sharding:',
    flags: '--gitlab',
    description: 'print the matrix for parallel: matrix of GitLab CI',
    commands: ['matrix'],
  },
];
