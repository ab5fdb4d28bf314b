import type { CliOption } from './option-types.ts';

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
  {
    group: 'Sharding:',
    flags: '--queue <url>',
    description: 'share the tasks with all machines of the build, through this Redis server: redis://host/0',
    commands: ['run', 'worker', 'queue', 'matrix'],
    fresh: true,
  },
  {
    group: 'Sharding:',
    flags: '--build <id>',
    description: 'of the queue: what all machines that share the tasks call this build',
    commands: ['run', 'worker', 'queue', 'matrix'],
    fresh: true,
  },
  {
    group: 'Sharding:',
    flags: '--lease <duration>',
    description: 'of the queue: a machine that is silent for so long loses its tasks to others (10s)',
    commands: ['run', 'worker', 'matrix'],
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
  {
    group: 'Sharding:',
    flags: '--kubernetes',
    description: 'print an Indexed Job for Kubernetes, for the shards, or as many machines that share --queue',
    commands: ['matrix'],
  },
  {
    group: 'Sharding:',
    flags: '--image <reference>',
    description: 'with --kubernetes: the image, with the workspace as its working directory, and runner',
    commands: ['matrix'],
  },
  {
    group: 'Sharding:',
    flags: '--job <name>',
    description: 'with --kubernetes: the name of the Job (runner- and the id of the plan)',
    commands: ['matrix'],
  },
  {
    group: 'Sharding:',
    flags: '--claim <name>',
    description: 'with --kubernetes: the PersistentVolumeClaim that reports go to (runner-reports)',
    commands: ['matrix'],
  },
];

/** What `worker` takes of the options of `run`: all that does not say what is run, which the queue does. */
export const workerTakes: ReadonlySet<string> = new Set([
  ...['--allow-prod', '--allow', '--no-docker', '--prefer', '--prefer-staging', '--real-services', '--no-services'],
  ...['--keep-services', '--service-timeout', '--workers', '--deadline', '--progress', '--verbose', '--quiet'],
  ...['--no-color', '--slowest', '--reports', '--reporter', '--history', '--config', '--set'],
]);
