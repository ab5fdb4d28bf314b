import type { CliOption } from './option-types.ts';

const planning = ['run', 'plan'] as const;
const starting = ['run', 'plan', 'services', 'doctor'] as const;

/** The options about what tests need. */
export const serviceOptions: readonly CliOption[] = [
  {
    group: 'Services:',
    flags: '--no-docker',
    aliases: ['--skip-docker'],
    description: 'do not use docker for services',
    commands: starting,
  },
  {
    group: 'Services:',
    flags: '--prefer <env>',
    description: "use that environment's addresses of services first, then what the own one has",
    commands: starting,
  },
  {
    group: 'Services:',
    flags: '--prefer-staging',
    description: 'the same as --prefer staging',
    commands: starting,
  },
  {
    group: 'Services:',
    flags: '--real-services',
    description: 'nothing may be skipped for want of a service: it starts or the run is red',
    commands: planning,
  },
  {
    group: 'Services:',
    flags: '--no-services',
    description: 'start none; what needs one is skipped',
    commands: planning,
  },
  {
    group: 'Services:',
    flags: '--keep-services',
    description: 'leave the services running for the next run (runner services down ends them)',
    commands: ['run'],
  },
  {
    group: 'Services:',
    flags: '--service-timeout <duration>',
    description: 'time for each service to become ready, instead of its startTimeout',
    commands: ['run', 'services'],
  },
];
