import { join } from 'node:path';
import { formatDuration } from '../../base/duration.ts';
import type { Probe, Service, ServiceDocker } from '../../model/config.ts';
import type { ServiceAddress } from '../../ports.ts';
import { watchedProbes } from '../health-watch.ts';
import { poll } from '../poll.ts';
import type { PollResult } from '../poll.ts';
import type { PreparedProbe } from '../probes/probe.ts';
import type { ProviderTools, RunningService, StartRequest, StartResult } from '../provider.ts';
import { logTailLines, prepareServiceLog } from '../service-log.ts';
import type { ServiceLog } from '../service-log.ts';
import { containerProbe, ownProbes } from './container-probes.ts';
import { publishedAddress } from './containers.ts';
import { describeUp } from './describe-up.ts';
import { followOutput } from './follow-output.ts';
import type { OutputFollower } from './follow-output.ts';
import type { ComposeProject } from './project.ts';
import { watchContainers } from './watch-containers.ts';

/** What one service of a compose project is started with. */
export interface LaunchOptions {
  readonly docker: ServiceDocker;
  readonly project: ComposeProject;
  readonly tools: ProviderTools;
  /** Of compose and of command probes. */
  readonly env: Readonly<Record<string, string>>;
  /** Docker's machine, where it is not this one. */
  readonly remote: string | null;
}

/** Pulling and building may take longer than becoming ready: `compose up` has this time, or `startTimeout` if that is longer. */
const upTimeoutMs = 10 * 60_000;

/** Starts a container and waits until it is ready; one that is not running in the end has been removed. */
export async function launchContainer(
  service: Service,
  request: StartRequest,
  options: LaunchOptions,
): Promise<StartResult> {
  const { docker, project, tools } = options;
  let log: ServiceLog;
  try {
    log = await prepareServiceLog(join(tools.logsDir, 'services', `${service.name}.log`), request.generation);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', problem: `${service.name}: its log cannot be written: ${problem}` };
  }
  const watch = new AbortController();
  const launch: Launch = { ...options, service, request, log, watch, over: { problem: null }, follower: null };
  let result: StartResult | null = null;
  try {
    const timeoutMs = Math.max(upTimeoutMs, service.startTimeoutMs);
    const up = await project.up(docker.service, { timeoutMs, signal: request.signal });
    if (request.signal.aborted) result = { kind: 'cancelled' };
    else if (up.kind === 'ok') result = await becomeReady(launch);
    else result = failed(launch, await describeUp(up, { docker, project }));
  } finally {
    if (result?.kind !== 'running') {
      const left = await stop(launch, request.kill);
      if (result?.kind === 'failed' && left.length > 0)
        result = { ...result, problem: `${result.problem}\n  could not be removed: ${left.join(', ')}` };
    }
  }
  return result;
}

/** One start under way, and what it leads to. */
export interface Launch extends LaunchOptions {
  readonly service: Service;
  readonly request: StartRequest;
  readonly log: ServiceLog;
  /** Aborted when nobody has to be told any more that the container ended. */
  readonly watch: AbortController;
  /** Why the container will not be ready, or has ended. */
  readonly over: { problem: string | null };
  follower: OutputFollower | null;
}

async function becomeReady(launch: Launch): Promise<StartResult> {
  const { service, request, docker, project, tools } = launch;
  const containers = await project.containers(docker.service, request.signal);
  if (isCancelled(request)) return { kind: 'cancelled' };
  if (typeof containers === 'string') return failed(launch, [`docker does not tell of its container: ${containers}`]);
  const ids = containers.map(({ id }) => id);
  if (ids.length > 0) launch.follower = followOutput(ids, launch);
  const published = publishedAddress(containers, docker.port, launch.remote) ?? (await hostAddress(ids, launch));
  if (docker.port !== null && published === null && containers.every(({ state }) => state === 'running'))
    return failed(launch, [unpublished(docker, docker.port)]);
  const address = addressAt(published);
  const own = ownProbes(launch, address, containers);
  const ended = docker.oneShot ? null : watch(launch, ids);
  const result = await poll([containerProbe(launch), ...own], {
    clock: tools.io,
    startTimeoutMs: service.startTimeoutMs,
    signal: request.signal,
    exited: ended,
    maxTries: null,
    maxAbsentTries: null,
  });
  if (result.kind === 'cancelled' || isCancelled(request)) return { kind: 'cancelled' };
  if (result.kind !== 'ready') return notReady(launch, result);
  // Nobody else looks at it before it is handed out.
  const { problem } = launch.over;
  if (problem !== null) return notReady(launch, { kind: 'exited', problem, findings: [] });
  const ready = { ...address, variables: result.variables };
  return { kind: 'running', running: runningService(launch, ended, { own, address: ready }) };
}

/** A probe passes once and for all: what becomes of the container afterwards is seen here. */
async function watch(launch: Launch, ids: readonly string[]): Promise<string> {
  const { project, tools, service } = launch;
  const options = { run: project.run, clock: tools.io, watchMs: service.watchMs, signal: launch.watch.signal };
  const how = await watchContainers(ids, options);
  launch.over.problem ??= how;
  return how;
}

/** In the network of docker's machine nothing has to be published, and nothing tells which port is the service's. */
async function hostAddress(
  ids: readonly string[],
  { docker, project, remote }: Launch,
): Promise<{ readonly host: string; readonly port: number } | null> {
  const [id] = ids;
  if (docker.port === null || id === undefined) return null;
  const mode = await project.run(['docker', 'inspect', '--format', '{{.HostConfig.NetworkMode}}', id], 20_000);
  return mode.stdout.trim() === 'host' ? { host: remote ?? '127.0.0.1', port: docker.port } : null;
}

async function notReady(
  launch: Launch,
  result: Extract<PollResult, { readonly kind: 'gave-up' | 'exited' }>,
): Promise<StartResult> {
  const { service, over } = launch;
  // The last words of a container that has ended may still be on their way.
  if (over.problem !== null) await launch.follower?.finished(launch.request.signal);
  const late = `was not ready within ${formatDuration(service.startTimeoutMs)} (services.${service.name}.startTimeout)`;
  const gaveUp = result.kind === 'gave-up' && result.why === 'deadline' ? late : 'cannot become ready';
  const what = over.problem === null ? gaveUp : `its container ${over.problem}`;
  return failed(launch, [what, ...result.findings, ...logTailLines(launch.log, launch.tools.root)]);
}

function runningService(
  launch: Launch,
  ended: Promise<string> | null,
  { own, address }: { readonly own: readonly PreparedProbe[]; readonly address: ServiceAddress },
): RunningService {
  const { project, service, log, tools } = launch;
  const explain = (what: string): string => [`${service.name}: ${what}`, ...logTailLines(log, tools.root)].join('\n  ');
  const written: readonly Probe[] = service.health.length === 0 ? [{ kind: 'tcp' }] : service.health;
  return {
    provider: 'docker',
    address,
    handle: { kind: 'compose', project: project.name, logPath: log.path },
    ended:
      ended?.then(async (how) => {
        await launch.follower?.finished(launch.watch.signal);
        return explain(`its container ${how} while it was in use`);
      }) ?? null,
    watched: ended === null ? [] : watchedProbes(written, own, service.watchMs),
    explain,
    letGo: async () => {
      launch.watch.abort();
      await launch.follower?.end(AbortSignal.abort());
    },
    stop: (kill) => stop(launch, kill),
  };
}

/** Ends the container first: what it says while it stops belongs to its log. */
async function stop(launch: Launch, kill: AbortSignal): Promise<readonly string[]> {
  const { service, docker, project, follower } = launch;
  launch.watch.abort();
  const left = await project.stop(docker.service, service.stop.graceMs, kill);
  await follower?.finished(kill);
  await follower?.end(kill);
  return left;
}

function isCancelled({ signal }: StartRequest): boolean {
  return signal.aborted;
}

function unpublished({ compose, service }: ServiceDocker, port: number): string {
  return `its container does not publish port ${port} (docker.port); add ports: ["127.0.0.1:0:${port}"] to service ${service} in ${compose}`;
}

function addressAt(place: { readonly host: string; readonly port: number } | null): ServiceAddress {
  if (place === null) return { url: null, host: null, port: null, variables: {} };
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  return { url: `http://${host}:${place.port}`, ...place, variables: {} };
}

function failed({ service }: Launch, [what = '', ...details]: readonly string[]): StartResult {
  return { kind: 'failed', problem: [`${service.name}: ${what}`, ...details.map((line) => `  ${line}`)].join('\n') };
}
