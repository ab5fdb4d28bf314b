import { didYouMean } from '../base/suggest.ts';
import { assertNever, UsageError } from '../errors.ts';
import type { StopSignals } from '../ports.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { ServicesFlags } from './options.ts';
import { servicesDown } from './services-down.ts';
import { servicesLogs } from './services-logs.ts';
import { servicesStatus } from './services-status.ts';
import { servicesUp } from './services-up.ts';

export interface ServicesInput {
  /** None: all. */
  readonly names: readonly string[];
  readonly flags: ServicesFlags;
  readonly context: CommandContext;
  readonly signals: StopSignals;
}

const actions = ['up', 'down', 'status', 'logs'] as const;

/**
 * `runner services <action> [names...]`: services outside of a run.
 *
 * @throws UsageError, ConfigError
 */
export async function services(input: ServicesInput & { readonly action: string }): Promise<CommandResult> {
  const action = actions.find((known) => known === input.action);
  if (action === undefined) {
    throw new UsageError(
      `there is no "runner services ${input.action}"${didYouMean(input.action, actions)}`,
      `actions: ${actions.join(', ')}`,
    );
  }
  refuseIdleFlags(action, input.flags);
  switch (action) {
    case 'up':
      return servicesUp(input);
    case 'down':
      return servicesDown(input);
    case 'status':
      return servicesStatus(input);
    case 'logs':
      return servicesLogs(input);
    default:
      return assertNever(action);
  }
}

/** Nothing is accepted and ignored. */
function refuseIdleFlags(action: (typeof actions)[number], flags: ServicesFlags): void {
  const given = [
    { option: '--json', isGiven: flags.json === true, actions: ['status'] },
    { option: '--follow', isGiven: flags.follow === true, actions: ['logs'] },
    { option: '--service-timeout', isGiven: flags.serviceTimeout !== undefined, actions: ['up'] },
    { option: '--no-docker', isGiven: !flags.docker, actions: ['up', 'status'] },
    { option: '--env', isGiven: flags.env !== undefined, actions: ['up', 'status'] },
    { option: '--set', isGiven: flags.set !== undefined, actions: ['up', 'status'] },
    { option: '--allow', isGiven: flags.allow !== undefined, actions: ['up', 'status'] },
    { option: '--allow-prod', isGiven: flags.allowProd === true, actions: ['up', 'status'] },
    { option: '--prefer', isGiven: flags.prefer !== undefined, actions: ['up', 'status'] },
    { option: '--prefer-staging', isGiven: flags.preferStaging === true, actions: ['up', 'status'] },
  ];
  const idle = given.find((one) => one.isGiven && !one.actions.includes(action));
  if (idle === undefined) return;
  throw new UsageError(
    `runner services ${action} has no use for ${idle.option}`,
    `${idle.option} goes with: ${idle.actions.join(', ')}`,
  );
}
