import type { Io } from '../../ports.ts';
import type { ServiceLog } from '../service-log.ts';
import type { LaunchOptions } from './launch.ts';

/** Copies what containers print to the log of their service. */
export interface OutputFollower {
  /** Resolves when all was copied of containers that have ended; after two seconds, or when `hurry` aborts, in any case. */
  finished(hurry: AbortSignal): Promise<void>;
  /** Stops copying. */
  end(kill: AbortSignal): Promise<void>;
}

const longestWaitMs = 2000;

/**
 * `docker logs` and not `compose logs`: it puts no name in front of the lines in any version, and ends together with the container. Only several
 * copies of a service (`scale`) need compose to come into one log.
 */
export function followOutput(
  ids: readonly string[],
  launch: LaunchOptions & {
    readonly log: ServiceLog;
    readonly service: { readonly name: string };
    readonly request: { readonly generation: number };
  },
): OutputFollower {
  const { tools, project, docker, env, log, service, request } = launch;
  const [only] = ids;
  const io: Io = tools.io;
  const child = io.spawn({
    argv:
      only !== undefined && ids.length === 1
        ? ['docker', 'logs', '--follow', only]
        : [...project.argv, 'logs', '--follow', '--no-color', docker.service],
    cwd: tools.root,
    env,
    logPath: log.path,
    logLimitBytes: tools.logLimitBytes,
    mark: `${tools.runId}/services/${service.name}/${request.generation}`,
  });
  return {
    finished: async (hurry) => {
      const over = new AbortController();
      const signal = AbortSignal.any([hurry, over.signal]);
      await Promise.race([child.exited, io.sleep(longestWaitMs, signal)]);
      over.abort();
    },
    end: (kill) => child.end(500, kill),
  };
}
