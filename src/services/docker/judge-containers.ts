import type { Container } from './containers.ts';

/** What a service's containers amount to. */
export type ContainerJudgement =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-yet'; readonly problem: string }
  /** No waiting helps. */
  | { readonly kind: 'over'; readonly problem: string; readonly isUnhealthy: boolean };

/** Whether all containers of a service are what it needs: running and not unhealthy, or ended with 0 where it is meant to end. */
export function judgeContainers(containers: readonly Container[], oneShot: boolean): ContainerJudgement {
  if (containers.length === 0) return over('has no container (was it removed?)');
  const judged = containers.map((container) => judge(container, oneShot));
  return judged.find((one) => one.kind === 'over') ?? judged.find((one) => one.kind === 'not-yet') ?? { kind: 'ready' };
}

/** What the end of a container that was not to end is called. */
export function describeEnd(exitCode: number): string {
  const hint = exitCode === 0 ? '; if it is meant to end, set docker.oneShot: true' : '';
  return `exited with code ${exitCode}${hint}`;
}

function judge({ state, health, exitCode }: Container, oneShot: boolean): ContainerJudgement {
  switch (state) {
    case 'running':
      if (oneShot) return { kind: 'not-yet', problem: 'is still running, and is ready when it has ended (oneShot)' };
      if (health === 'unhealthy') return over('is unhealthy: its health check fails', true);
      return health === 'starting'
        ? { kind: 'not-yet', problem: 'is running, its health check has not passed yet' }
        : { kind: 'ready' };
    case 'exited':
      return oneShot && exitCode === 0 ? { kind: 'ready' } : over(describeEnd(exitCode));
    case 'dead':
    case 'removing':
      return over(`is ${state}`);
    case 'restarting':
      return { kind: 'not-yet', problem: `exited with code ${exitCode} and is being restarted by docker` };
    default:
      return { kind: 'not-yet', problem: `is ${state}` };
  }
}

function over(problem: string, isUnhealthy = false): ContainerJudgement {
  return { kind: 'over', problem, isUnhealthy };
}
