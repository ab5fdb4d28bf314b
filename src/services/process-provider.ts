import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { formatDuration } from '../base/duration.ts';
import { expand, TemplateError } from '../base/template.ts';
import type { Probe, Service, ServiceProcess } from '../model/config.ts';
import type { Child, ChildExit, ServiceAddress } from '../ports.ts';
import { watchedProbes } from './health-watch.ts';
import type { WatchedProbe } from './health-watch.ts';
import { lastLogLines } from './log-tail.ts';
import { poll } from './poll.ts';
import type { PollResult } from './poll.ts';
import { describeHolders, findPortHolders, strangersAmong } from './port-holder.ts';
import { canConnect, isPortTaken } from './ports.ts';
import { prepareProbes } from './probes/index.ts';
import type { ProbeTarget } from './probes/target.ts';
import type { ProviderTools, RunningService, ServiceProvider, StartRequest, StartResult } from './provider.ts';
import { refersToPort, serviceEnv, serviceLookup } from './references.ts';

/** A service as a process group of ours: started, probed until ready, watched, ended. */
export function createProcessProvider(tools: ProviderTools): ServiceProvider {
  return {
    start: async (service, request) => {
      try {
        return await startProcess(service, request, tools);
      } catch (error) {
        if (error instanceof StartProblem || error instanceof TemplateError) return failed(service, error.message);
        throw error;
      }
    },
  };
}

/** The start cannot go on; the message says why. */
class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

async function startProcess(service: Service, request: StartRequest, tools: ProviderTools): Promise<StartResult> {
  if (service.process === null) throw new StartProblem('it has no process to start');
  const port = await choosePort(service, service.process, { tools, before: request.port ?? null });
  const lookup = serviceLookup(tools.lookup, { port, services: request.services });
  const mark = `${tools.runId}/services/${service.name}/${request.generation}`;
  const log = await prepareLog(join(tools.logsDir, 'services', `${service.name}.log`), request.generation);
  const cwd = join(tools.root, service.process.cwd);
  const env = serviceEnv(tools.baseEnv, service.process.env, lookup);
  const target: ProbeTarget = {
    ...addressAt(port, {}),
    log,
    env,
    cwd,
    runTool: tools.runTool,
    expand: (text) => expand(text, lookup),
  };
  const written = probesOf(service, port);
  const probes = prepareProbes(written, target);
  const watched = watchedProbes(written, probes, service.watchMs);
  const argv = service.process.command.map((word) => expand(word, lookup));
  if (request.signal.aborted) return { kind: 'cancelled' };

  const child = tools.io.spawn({ argv, cwd, env, logPath: log.path, logLimitBytes: tools.logLimitBytes, mark });
  const state = { exited: false };
  const exited = child.exited.then((exit) => {
    state.exited = true;
    return describeExit(exit);
  });
  const launch: Launch = { service, request, tools, child, exited, state, port, log, mark, watched };
  try {
    const result = await poll(probes, {
      clock: tools.io,
      startTimeoutMs: service.startTimeoutMs,
      signal: request.signal,
      exited,
      maxTries: null,
      maxAbsentTries: null,
    });
    const settled = await settle(result, launch);
    if (settled.kind !== 'running') await stop(launch, request.kill);
    return settled;
  } catch (error) {
    await stop(launch, request.kill);
    throw error;
  }
}

/** A child and what its messages and its end need. */
interface Launch {
  readonly watched: readonly WatchedProbe[];
  readonly service: Service;
  readonly request: StartRequest;
  readonly tools: ProviderTools;
  readonly child: Child;
  /** How the leader ended, in words. */
  readonly exited: Promise<string>;
  readonly state: { readonly exited: boolean };
  readonly port: number | null;
  readonly log: { readonly path: string; readonly offset: number };
  readonly mark: string;
}

async function choosePort(
  service: Service,
  definition: ServiceProcess,
  { tools, before }: { readonly tools: ProviderTools; readonly before: number | null },
): Promise<number | null> {
  if (service.port !== 'auto') {
    if (!(await isPortTaken(service.port))) return service.port;
    const holders = describeHolders(await findPortHolders(service.port));
    throw new StartProblem(
      `port ${service.port} is already taken by ${holders}; end it, give the service "port: auto", or use it as an external service`,
    );
  }
  const isTold = [...definition.command, ...Object.values(definition.env)].some(refersToPort);
  if (isTold) return before === null || (await isPortTaken(before)) ? tools.ports.next() : before;
  const needsPort = service.health.find(
    (probe) => probe.kind === 'http' || probe.kind === 'tcp' || probe.kind === 'websocket',
  );
  if (needsPort === undefined) return null;
  throw new StartProblem(
    `its ${needsPort.kind} probe needs a port, but the process is not told any; set env: { PORT: "\${port}" } or a fixed port`,
  );
}

/** Without probes: the port must accept a connection; without a port too, started is ready. */
function probesOf(service: Service, port: number | null): readonly Probe[] {
  if (service.health.length > 0 || port === null) return service.health;
  return [{ kind: 'tcp' }];
}

async function prepareLog(path: string, generation: number): Promise<Launch['log']> {
  try {
    await mkdir(dirname(path), { recursive: true });
    // What an earlier run left would be taken for this one's last words.
    if (generation === 1) await rm(path, { force: true });
  } catch (error) {
    throw new StartProblem(`its log cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  const facts = await stat(path).catch(() => null);
  return { path, offset: facts?.size ?? 0 };
}

function addressAt(port: number | null, variables: ServiceAddress['variables']): ServiceAddress {
  if (port === null) return { url: null, host: null, port: null, variables };
  return { url: `http://127.0.0.1:${port}`, host: '127.0.0.1', port, variables };
}

async function settle(result: PollResult, launch: Launch): Promise<StartResult> {
  const { service, request } = launch;
  switch (result.kind) {
    case 'cancelled':
      return result;
    case 'exited':
      return failed(service, `${result.problem} before it was ready`, [
        ...result.findings,
        ...(await takenPort(launch)),
        ...logTail(launch),
      ]);
    case 'gave-up': {
      const what =
        result.why === 'deadline'
          ? `was not ready within ${formatDuration(service.startTimeoutMs)} (services.${service.name}.startTimeout)`
          : 'cannot become ready';
      return failed(service, what, [...result.findings, ...(await otherLoopback(launch)), ...logTail(launch)]);
    }
    case 'ready': {
      const strangers = await findStrangers(launch);
      if (strangers !== null) {
        return failed(
          service,
          `port ${launch.port ?? ''} is answered by ${strangers}, not by the process that was started`,
          logTail(launch),
        );
      }
      // Nobody else looks at it before it is handed out.
      if (launch.state.exited) return settle({ kind: 'exited', problem: await launch.exited, findings: [] }, launch);
      return request.signal.aborted
        ? { kind: 'cancelled' }
        : { kind: 'running', running: runningService(launch, result.variables) };
    }
  }
}

function runningService(launch: Launch, variables: ServiceAddress['variables']): RunningService {
  const { pid } = launch.child;
  const explain = (what: string): string => compose(launch.service, what, logTail(launch));
  return {
    provider: 'process',
    address: addressAt(launch.port, variables),
    ...(pid === null ? {} : { handle: { kind: 'process', pid, mark: launch.mark, logPath: launch.log.path } }),
    watched: launch.watched,
    explain,
    ended: launch.exited.then((how) => explain(`${how} while it was in use`)),
    stop: (kill) => stop(launch, kill),
  };
}

async function stop({ service, child, state }: Launch, kill: AbortSignal): Promise<readonly string[]> {
  const { signal, graceMs } = service.stop;
  // Only what outlives a leader that ended by itself is left behind; what ends together with it is its own affair.
  if (!state.exited) await child.end(signal === 'SIGKILL' ? 0 : graceMs, kill, signal);
  return child.sweep(graceMs, kill);
}

/** A server that was there in the moment between choosing the port and binding it would pass every probe. */
async function findStrangers({ port, child, mark }: Launch): Promise<string | null> {
  if (port === null || child.pid === null) return null;
  const strangers = await strangersAmong(await findPortHolders(port), { pid: child.pid, mark });
  return strangers.length === 0 ? null : describeHolders(strangers);
}

async function takenPort(launch: Launch): Promise<readonly string[]> {
  const said = lastLogLines(launch.log.path, launch.log.offset).some((line) =>
    /EADDRINUSE|address already in use/i.test(line),
  );
  if (launch.port === null || !said) return [];
  const holders = await findPortHolders(launch.port);
  return holders.length === 0 ? [] : [`port ${launch.port} is held by ${describeHolders(holders)}`];
}

async function otherLoopback({ port }: Launch): Promise<readonly string[]> {
  if (port === null || (await canConnect('127.0.0.1', port)) || !(await canConnect('::1', port))) return [];
  return [`something listens on [::1]:${port} only; let the service listen on 127.0.0.1`];
}

function describeExit(exit: ChildExit): string {
  if (exit.kind === 'spawn-failed') return `could not be started: ${exit.problem}`;
  return exit.exit.kind === 'code' ? `exited with code ${exit.exit.code}` : `was ended by ${exit.exit.signal}`;
}

function logTail({ log, tools }: Launch): readonly string[] {
  const path = relative(tools.root, log.path);
  const shown = path.startsWith('..') ? log.path : path;
  const lines = lastLogLines(log.path, log.offset);
  if (lines.length === 0) return [`it printed nothing (${shown})`];
  return [`last lines of ${shown}:`, ...lines.map((line) => `  ${line}`)];
}

function failed(service: Service, what: string, details: readonly string[] = []): StartResult {
  return { kind: 'failed', problem: compose(service, what, details) };
}

function compose(service: Service, what: string, details: readonly string[]): string {
  return [`${service.name}: ${what}`, ...details.map((line) => `  ${line}`)].join('\n');
}
