import { join } from 'node:path';
import { formatDuration } from '../../base/duration.ts';
import { expand } from '../../base/template.ts';
import type { Probe, Service, ServiceDocker } from '../../model/config.ts';
import type { ServiceAddress } from '../../ports.ts';
import { watchedProbes } from '../health-watch.ts';
import { poll } from '../poll.ts';
import type { PollResult } from '../poll.ts';
import { prepareProbes } from '../probes/index.ts';
import { notYet, passed } from '../probes/probe.ts';
import type { PreparedProbe } from '../probes/probe.ts';
import type { ProviderTools, RunningService, StartRequest, StartResult } from '../provider.ts';
import { serviceLookup } from '../references.ts';
import { logTailLines, prepareServiceLog } from '../service-log.ts';
import type { ServiceLog } from '../service-log.ts';
import { publishedAddress } from './containers.ts';
import type { Container } from './containers.ts';
import { describeUp } from './describe-up.ts';
import { followOutput } from './follow-output.ts';
import type { OutputFollower } from './follow-output.ts';
import { heldTcpProbe } from './held-tcp-probe.ts';
import { judgeContainers } from './judge-containers.ts';
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
  const launch: Launch = { ...options, service, request, log, follower: null };
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

interface Launch extends LaunchOptions {
  readonly service: Service;
  readonly request: StartRequest;
  readonly log: ServiceLog;
  follower: OutputFollower | null;
}

async function becomeReady(launch: Launch): Promise<StartResult> {
  const { service, request, docker, project, tools } = launch;
  const containers = await project.containers(docker.service, request.signal);
  if (isCancelled(request)) return { kind: 'cancelled' };
  if (typeof containers === 'string') return failed(launch, [`docker does not tell of its container: ${containers}`]);
  const ids = containers.map(({ id }) => id);
  launch.follower = followOutput(ids, launch);
  const published = publishedAddress(containers, docker.port, launch.remote) ?? (await hostAddress(ids, launch));
  if (docker.port !== null && published === null && !isOver(containers, docker))
    return failed(launch, [unpublished(docker, docker.port)]);
  const address = addressAt(published);
  const over: { problem: string | null } = { problem: null };
  const own = ownProbes(launch, address, containers);
  const result = await poll([containerProbe(launch, over), ...own], {
    clock: tools.io,
    startTimeoutMs: service.startTimeoutMs,
    signal: request.signal,
    exited: null,
    maxTries: null,
    maxAbsentTries: null,
  });
  if (result.kind === 'ready') {
    return isCancelled(request)
      ? { kind: 'cancelled' }
      : {
          kind: 'running',
          running: runningService(launch, ids, { own, address: { ...address, variables: result.variables } }),
        };
  }
  return result.kind === 'cancelled' ? result : notReady(launch, result, { containers, over: over.problem });
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

/** The container itself, and where docker refuses to tell of it, why. */
function containerProbe({ docker, project }: Launch, over: { problem: string | null }): PreparedProbe {
  return {
    label: `container ${docker.service}`,
    tryTimeoutMs: 20_000,
    maxDelayMs: 1000,
    attempt: async (signal) => {
      const containers = await project.containers(docker.service, signal);
      if (typeof containers === 'string') return notYet(containers);
      const judgement = judgeContainers(containers, docker.oneShot);
      if (judgement.kind === 'ready') return passed();
      if (judgement.kind === 'not-yet') return notYet(judgement.problem);
      over.problem = judgement.problem;
      return { kind: 'impossible', problem: judgement.problem };
    },
  };
}

/** What the config asks for; without that, and without a check of the image's own, a published port must answer. */
function ownProbes(
  launch: Launch,
  address: ServiceAddress,
  containers: readonly Container[],
): readonly PreparedProbe[] {
  const { service, docker, tools, env, log, request } = launch;
  const lookup = serviceLookup(tools.lookup, { port: address.port, services: request.services });
  const { host, port } = address;
  const reached = host === null || port === null ? null : { host, port };
  const isChecked = docker.oneShot || containers.some(({ health }) => health !== null);
  if (service.health.length === 0) return isChecked || reached === null ? [] : [heldTcpProbe(reached)];
  return service.health.flatMap((probe) =>
    probe.kind === 'tcp'
      ? [heldTcpProbe(reached)]
      : prepareProbes([probe], {
          ...address,
          log,
          env,
          cwd: tools.root,
          runTool: tools.runTool,
          expand: (text) => expand(text, lookup),
        }),
  );
}

async function notReady(
  launch: Launch,
  result: Extract<PollResult, { readonly kind: 'gave-up' | 'exited' }>,
  seen: { readonly containers: readonly Container[]; readonly over: string | null },
): Promise<StartResult> {
  const { service } = launch;
  // The last words of a container that has ended may still be on their way.
  if (seen.over !== null) await launch.follower?.finished(launch.request.signal);
  const late = `was not ready within ${formatDuration(service.startTimeoutMs)} (services.${service.name}.startTimeout)`;
  const gaveUp = result.kind === 'gave-up' && result.why === 'deadline' ? late : 'cannot become ready';
  const what = seen.over === null ? gaveUp : `its container ${seen.over}`;
  return failed(launch, [what, ...result.findings, ...logTailLines(launch.log, launch.tools.root)]);
}

function runningService(
  launch: Launch,
  ids: readonly string[],
  { own, address }: { readonly own: readonly PreparedProbe[]; readonly address: ServiceAddress },
): RunningService {
  const { project, docker, service, log, tools } = launch;
  const watched = new AbortController();
  const explain = (what: string): string => [`${service.name}: ${what}`, ...logTailLines(log, tools.root)].join('\n  ');
  const written: readonly Probe[] = service.health.length === 0 ? [{ kind: 'tcp' }] : service.health;
  const ended = watchContainers(ids, {
    run: project.run,
    clock: tools.io,
    watchMs: service.watchMs,
    signal: watched.signal,
  }).then(async (how) => {
    await launch.follower?.finished(watched.signal);
    return explain(`its container ${how} while it was in use`);
  });
  const letGo = async (): Promise<void> => {
    watched.abort();
    await launch.follower?.end(AbortSignal.abort());
  };
  return {
    provider: 'docker',
    address,
    handle: { kind: 'compose', project: project.name, logPath: log.path },
    ended: docker.oneShot ? null : ended,
    watched: docker.oneShot ? [] : watchedProbes(written, own, service.watchMs),
    explain,
    letGo,
    stop: (kill) => {
      watched.abort();
      return stop(launch, kill);
    },
  };
}

/** Ends the container first: what it says while it stops belongs to its log. */
async function stop({ service, docker, project, follower }: Launch, kill: AbortSignal): Promise<readonly string[]> {
  const left = await project.stop(docker.service, service.stop.graceMs, kill);
  await follower?.finished(kill);
  await follower?.end(kill);
  return left;
}

function isCancelled({ signal }: StartRequest): boolean {
  return signal.aborted;
}

function isOver(containers: readonly Container[], docker: ServiceDocker): boolean {
  return judgeContainers(containers, docker.oneShot).kind === 'over';
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
