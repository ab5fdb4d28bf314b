import { join } from 'node:path';
import { escapeTemplate, expand, TemplateError } from '../base/template.ts';
import type { Service, ServiceDocker } from '../model/config.ts';
import { createRunDocker, findEngine } from './docker/engine.ts';
import type { ComposeCommand, EngineSearch } from './docker/engine.ts';
import { launchContainer } from './docker/launch.ts';
import { createComposeProject, projectName } from './docker/project.ts';
import type { ComposeProject } from './docker/project.ts';
import { remoteHost } from './docker/containers.ts';
import type { ProviderTools, ServiceProvider, StartRequest, StartResult } from './provider.ts';
import { serviceEnv, serviceLookup } from './references.ts';

/**
 * A service of a compose file: started in a project of this run's own, probed until ready, watched, taken down. `services` are all of the config,
 * because those of one compose file share a project. Unavailable without docker, its daemon or compose; anything else that goes wrong is a failure.
 */
export function createDockerProvider(tools: ProviderTools, services: readonly Service[]): ServiceProvider {
  const projects = new Map<string, ComposeProject>();
  let search: Promise<EngineSearch> | null = null;

  const find = (env: Readonly<Record<string, string>>): Promise<EngineSearch> => {
    search ??= findEngine(createRunDocker(tools.runTool, { cwd: tools.root, env }));
    return search;
  };
  const projectOf = (file: string, env: Readonly<Record<string, string>>, compose: ComposeCommand): ComposeProject => {
    const known = projects.get(file);
    if (known !== undefined) return known;
    const path = join(tools.root, file);
    const run = createRunDocker(tools.runTool, { cwd: tools.root, env });
    const name = projectName(tools.runId, path);
    const project = createComposeProject({ compose, run, name, file: path, clock: tools.io });
    projects.set(file, project);
    return project;
  };
  const start = async (service: Service, docker: ServiceDocker, request: StartRequest): Promise<StartResult> => {
    const env = projectEnv(docker, services, tools);
    const found = await find(env);
    if (found.kind === 'unavailable') return found;
    if (request.signal.aborted) return { kind: 'cancelled' };
    const project = projectOf(docker.compose, env, found.compose);
    tools.journal?.compose(project.name);
    return launchContainer(service, request, { docker, project, tools, env, remote: remoteHost(env['DOCKER_HOST']) });
  };

  return {
    start: async (service, request) => {
      if (service.docker === null) return { kind: 'failed', problem: `${service.name}: it has no container to start` };
      try {
        return await start(service, service.docker, request);
      } catch (error) {
        if (error instanceof TemplateError) return { kind: 'failed', problem: `${service.name}: ${error.message}` };
        throw error;
      }
    },
  };
}

/**
 * The environment of compose, the same for all services of a file: another value would make compose replace containers that are in use.
 *
 * @throws TemplateError when a variable of this very service has no value
 */
function projectEnv(own: ServiceDocker, services: readonly Service[], tools: ProviderTools): Record<string, string> {
  const lookup = serviceLookup(tools.lookup, { port: null, services: {} });
  const shared: Record<string, string> = {};
  for (const { docker } of services) {
    if (docker?.compose !== own.compose) continue;
    for (const [name, text] of Object.entries(docker.env)) {
      try {
        // Expanded here, so what it expands to must not be expanded again.
        shared[name] = escapeTemplate(expand(text, lookup));
      } catch (error) {
        // Its own start will say so.
        if (docker === own || !(error instanceof TemplateError)) throw error;
      }
    }
  }
  return serviceEnv(tools.baseEnv, shared, lookup);
}
