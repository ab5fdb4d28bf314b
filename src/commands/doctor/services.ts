import { runTool } from '../../io/tool.ts';
import type { Task } from '../../model/plan.ts';
import { chooseReachable } from '../../services/choose-reachable.ts';
import type { Outside } from '../../services/choose-reachable.ts';
import { nameOf } from '../../services/choose.ts';
import { createRunDocker, findEngine } from '../../services/docker/engine.ts';
import type { EngineSearch } from '../../services/docker/engine.ts';
import { describeHolders, findPortHolders } from '../../services/port-holder.ts';
import { createPortAllocator, isPortTaken } from '../../services/ports.ts';
import type { Service } from '../../model/config.ts';
import type { CommandContext } from '../context.ts';
import type { RunFlags } from '../flags.ts';
import type { Prepared } from '../prepared.ts';
import { preferredEnvironment } from '../protection.ts';
import { createServiceTools } from '../service-session.ts';
import { doubtful, fine, lacking } from './finding.ts';
import type { Finding } from './finding.ts';

/** What is asked whether it answers is given up after this. */
const probesTimeoutMs = 10_000;

/** Whether each service that the tasks need can be had, and docker where one may come from it. */
export async function checkServices(
  { loaded, config, plan, masker, switchEnv }: Prepared,
  { flags, context }: { readonly flags: RunFlags; readonly context: CommandContext },
): Promise<readonly Finding[]> {
  const names = withNeeds(
    plan.tasks.flatMap(({ needs }) => needs),
    config.services,
  );
  const services = names.flatMap((name) => config.services[name] ?? []);
  const usesDocker = flags.docker && services.some(({ docker }) => docker !== null);
  const engine = usesDocker ? await findEngine(createRunDocker(runTool, { cwd: loaded.root, env: context.env })) : null;
  const allow = { services: flags.services, docker: flags.docker, preferred: preferredEnvironment(config, flags) };
  const absent =
    engine?.kind === 'unavailable'
      ? [{ provider: 'docker' as const, because: engine.problem, remedy: engine.remedy }]
      : [];
  const tools = {
    ...createServiceTools({ loaded, context, masker, switchEnv, runId: 'doctor', logsDir: loaded.root, shard: null }),
    ports: createPortAllocator(),
  };
  const signal = AbortSignal.timeout(probesTimeoutMs);
  const found = services.map(async (service): Promise<Finding> => {
    const { choice, outside } = await chooseReachable(service, {
      ...{ environment: loaded.environment, allow, absent, tools, signal },
    });
    if (choice.kind === 'unavailable') {
      const said = `${service.name}: ${choice.problem}`;
      const isNeeded = isDemanded(service.name, plan.tasks);
      return isNeeded
        ? lacking('service', said, choice.remedy)
        : doubtful('service', `${said}; its tests are skipped`, choice.remedy);
    }
    return (
      (choice.provider === 'process' ? await checkPort(service) : null) ??
      fine('service', `${service.name}: ${nameOf(choice)}${describeOutside(outside)}`)
    );
  });
  return [...describeEngine(engine), ...(await Promise.all(found))];
}

function describeOutside(outside: Outside | null): string {
  if (outside === null) return '';
  return outside.problem === null ? ` answers at ${outside.url ?? ''}` : `, for external: ${outside.problem}`;
}

function describeEngine(engine: EngineSearch | null): readonly Finding[] {
  if (engine === null) return [];
  return [
    engine.kind === 'found'
      ? fine('docker', `its daemon answers; ${engine.compose.argv.join(' ')}`)
      : doubtful('docker', engine.problem, engine.remedy),
  ];
}

async function checkPort({ name, port }: Service): Promise<Finding | null> {
  if (port === 'auto' || !(await isPortTaken(port))) return null;
  const holders = await findPortHolders(port);
  const remedy = holders[0] === undefined ? 'write "port: auto"' : `kill ${holders[0].pid}, or write "port: auto"`;
  return lacking('service', `${name}: port ${port} is taken by ${describeHolders(holders)}`, remedy);
}

function isDemanded(name: string, tasks: readonly Task[]): boolean {
  return tasks.some(({ needs, missingService }) => needs.includes(name) && missingService === 'fail');
}

function withNeeds(names: readonly string[], services: Readonly<Record<string, Service>>): readonly string[] {
  const all = new Set(names);
  for (const name of all) for (const needed of services[name]?.needs ?? []) all.add(needed);
  return [...all];
}
