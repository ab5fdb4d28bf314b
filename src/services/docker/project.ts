import { createHash } from 'node:crypto';
import type { Io } from '../../ports.ts';
import type { ToolResult } from '../probes/target.ts';
import { parseComposePs, parseInspect } from './containers.ts';
import type { Container } from './containers.ts';
import type { ComposeCommand, RunDocker } from './engine.ts';
import { listContainers, removeProject } from './remove-project.ts';

/** What a run has started of one compose file. */
export interface ComposeProject {
  readonly name: string;
  /** Begins every compose command of the project. */
  readonly argv: readonly string[];
  /** Runs any docker command with the project's environment. */
  readonly run: RunDocker;
  /** Starts a service and what its `depends_on` asks for. */
  up(service: string, options: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<ToolResult>;
  /** The service's containers, ended ones too; a text is why that is not known. */
  containers(service: string, signal: AbortSignal): Promise<readonly Container[] | string>;
  /** The services of the compose file; empty when compose does not tell. */
  services(): Promise<readonly string[]>;
  /** Ends a service, and with the last one all of the project; `kill` cuts the grace short. Names what could not be removed. */
  stop(service: string, graceMs: number, kill: AbortSignal): Promise<readonly string[]>;
}

export interface ProjectOptions {
  readonly compose: ComposeCommand;
  readonly run: RunDocker;
  readonly name: string;
  /** Absolute path of the compose file. */
  readonly file: string;
  readonly clock: Pick<Io, 'sleep'>;
}

/** The name of what a run starts of a compose file (absolute path): no other run, checkout or file has the same. */
export function projectName(runId: string, file: string): string {
  const run = runId.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '-');
  return `runner-${run}-${createHash('sha256').update(file).digest('hex').slice(0, 8)}`;
}

const queryTimeoutMs = 20_000;
/** Beyond the grace: time that docker needs for itself. */
const spareMs = 60_000;
/** A request that reached the daemon before its sender was ended may still make a container. */
const settleMs = 300;

/** Nothing is started yet. What changes the project is done one after the other: compose itself does not expect company. */
export function createComposeProject(options: ProjectOptions): ComposeProject {
  const { name, run, clock } = options;
  const argv = [...options.compose.argv, '--project-name', name, '--file', options.file];
  const users = new Set<string>();
  const inTurn = createQueue();
  let wasCutOff = false;

  /** What compose left, it left because it failed or was cut off. */
  const removeRest = async (): Promise<readonly string[]> => {
    if (wasCutOff) await clock.sleep(settleMs, new AbortController().signal);
    return removeProject(name, { run, clock });
  };
  const down = async (graceMs: number, kill: AbortSignal): Promise<readonly string[]> => {
    const seconds = String(Math.ceil(graceMs / 1000));
    if (!kill.aborted)
      await run([...argv, 'down', '--volumes', '--remove-orphans', '--timeout', seconds], graceMs + spareMs, kill);
    return removeRest();
  };
  const stopOne = async (service: string, graceMs: number, kill: AbortSignal): Promise<readonly string[]> => {
    const ids = await listContainers(name, run, service);
    if (typeof ids === 'string') return [`${service} of compose project ${name}: ${ids}`];
    if (ids.length === 0) return [];
    const seconds = String(Math.ceil(graceMs / 1000));
    if (!kill.aborted) await run(['docker', 'stop', '-t', seconds, ...ids], graceMs + spareMs, kill);
    await run(['docker', 'rm', '--force', '--volumes', ...ids], queryTimeoutMs);
    const kept = await listContainers(name, run, service);
    return typeof kept === 'string' ? [] : kept.map((id) => `docker container ${id} of compose project ${name}`);
  };

  return {
    name,
    argv,
    run,
    up: (service, { timeoutMs, signal }) => {
      users.add(service);
      const quiet = options.compose.isLegacy ? [] : ['--quiet-pull'];
      return inTurn(async () => {
        // What other services of the run use of this file must not be replaced, not even by a newer image.
        const result = await run([...argv, 'up', '--detach', '--no-recreate', ...quiet, service], timeoutMs, signal);
        if (signal.aborted || result.kind === 'timed-out') wasCutOff = true;
        return result;
      });
    },
    containers: async (service, signal) =>
      options.compose.isLegacy
        ? inspectAll(await listContainers(name, run, service), run, signal)
        : readPs(await run([...argv, 'ps', '--all', '--format', 'json', service], queryTimeoutMs, signal)),
    services: async () => {
      const result = await run([...argv, 'config', '--services'], queryTimeoutMs);
      return result.kind === 'ok' ? result.stdout.split('\n').filter((line) => line !== '') : [];
    },
    stop: (service, graceMs, kill) => {
      users.delete(service);
      return inTurn(() => (users.size === 0 ? down(graceMs, kill) : stopOne(service, graceMs, kill)));
    },
  };
}

async function inspectAll(
  ids: readonly string[] | string,
  run: RunDocker,
  signal: AbortSignal,
): Promise<readonly Container[] | string> {
  if (typeof ids === 'string') return ids;
  if (ids.length === 0) return [];
  const result = await run(['docker', 'inspect', '--type', 'container', ...ids], queryTimeoutMs, signal);
  if (result.kind !== 'ok') return whatItSaid(result);
  return parseInspect(result.stdout) ?? 'docker inspect printed something that is not understood';
}

function readPs(result: ToolResult): readonly Container[] | string {
  if (result.kind !== 'ok') return whatItSaid(result);
  return parseComposePs(result.stdout) ?? 'docker compose ps printed something that is not understood';
}

function whatItSaid({ kind, stderr }: ToolResult): string {
  return stderr.trim().split('\n').at(-1) ?? kind;
}

function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
