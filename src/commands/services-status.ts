import { formatDuration } from '../base/duration.ts';
import { createMasker } from '../base/mask.ts';
import { oneLine } from '../base/text.ts';
import type { LoadedConfig } from '../config/load.ts';
import { exitCodes } from '../errors.ts';
import { runTool } from '../io/tool.ts';
import type { Rejection } from '../services/choose.ts';
import { createRunDocker, findEngine } from '../services/docker/engine.ts';
import { inspectServices } from '../services/inspect.ts';
import type { ServiceStatus } from '../services/inspect.ts';
import { createPortAllocator } from '../services/ports.ts';
import { livingRuns } from '../services/recover.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { load } from './prepare.ts';
import { preferredEnvironment, refuseProtected } from './protection.ts';
import { checkServiceNames } from './service-names.ts';
import { createServiceTools } from './service-session.ts';
import type { ServicesInput } from './services.ts';
import { openState } from './state.ts';

/**
 * `runner services status [names...]`: which provider each service would have and why not each other, whether it runs, and whether it is healthy now.
 *
 * @throws UsageError, ConfigError
 */
export async function servicesStatus({ names, flags, context, signals }: ServicesInput): Promise<CommandResult> {
  const loaded = await load(flags, context);
  // Addresses are asked whether they answer.
  refuseProtected(loaded, flags, context.env);
  const { services } = loaded.config;
  const wanted = checkServiceNames(names, Object.keys(services));
  const state = openState(loaded.root, context.env);
  const masker = createMasker(loaded.secrets);
  const statuses = await inspectServices(wanted, {
    services,
    environment: loaded.environment,
    allow: { services: true, docker: flags.docker, preferred: preferredEnvironment(loaded.config, flags) },
    tools: {
      ...createServiceTools({
        loaded,
        context,
        masker,
        switchEnv: {},
        runId: 'status',
        logsDir: state.dir,
        shard: null,
      }),
      ports: createPortAllocator(),
    },
    absent: flags.docker ? await absentDocker(loaded, wanted, context) : [],
    store: state.kept,
    processes: state.processes,
    living: livingRuns(state.dir, state.processes),
    signal: signals.cancel,
  });
  const text =
    flags.json === true
      ? JSON.stringify(statuses, null, 2)
      : statuses.flatMap((status) => lines(status, Date.now())).join('\n');
  const shown = text === '' ? 'the config defines no services' : text;
  return { text: masker?.text(shown) ?? shown, exitCode: exitCodes.passed };
}

/** Why docker is not there, where one of the services could come from it. */
async function absentDocker(
  { config, root }: LoadedConfig,
  names: readonly string[],
  { env }: CommandContext,
): Promise<readonly Rejection[]> {
  if (names.every((name) => (config.services[name]?.docker ?? null) === null)) return [];
  const engine = await findEngine(createRunDocker(runTool, { cwd: root, env }));
  return engine.kind === 'found' ? [] : [{ provider: 'docker', because: engine.problem, remedy: engine.remedy }];
}

function lines(status: ServiceStatus, now: number): readonly string[] {
  const health = status.healthy === null ? '' : status.healthy ? ', healthy' : ', not healthy';
  const facts = [
    status.url,
    status.pid === null ? null : `pid ${status.pid}`,
    status.since === null ? null : `for ${formatDuration(now - status.since)}`,
  ].filter((fact) => fact !== null);
  const next = status.provider === null ? 'unavailable' : `would be ${status.provider}`;
  return [
    [`${oneLine(status.name)}  ${words[status.state]}${health}`, ...facts, next].join('  '),
    ...(status.note === null ? [] : [`    ${oneLine(status.note)}`]),
    ...status.rejected.map(({ provider, because }) => `    not ${provider}: ${oneLine(because)}`),
  ];
}

const words: Readonly<Record<ServiceStatus['state'], string>> = {
  kept: 'left running',
  running: 'in use by a run',
  foreign: 'running, not by runner',
  stopped: 'stopped',
};
