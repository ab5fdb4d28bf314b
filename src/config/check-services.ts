import { parseTemplate } from '../base/template.ts';
import { isWritten, problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import type { Path } from './path.ts';
import type { ConfigInput } from './schema.ts';
import type { Problem } from './source.ts';

/** Services without a provider, keys of theirs that no provider would heed, and containers that two of them would fight over. */
export function checkServices(context: CheckContext): readonly Problem[] {
  const services = Object.entries(context.input.services ?? {});
  return [
    ...services.flatMap(([name, service]) => checkService(context, name, service)),
    ...services.flatMap(([name, service]) => checkCopies(context, name, service)),
    ...checkContainers(context, services),
  ];
}

type ServiceInput = NonNullable<ConfigInput['services']>[string];

function checkService(context: CheckContext, name: string, service: ServiceInput): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (path: Path, message: string, at: 'key' | 'value' = 'key'): void => {
    problems.push(problemAt(context, ['services', name, ...path], { at, message }));
  };
  const [hasExternal, hasProcess, hasDocker] = (['external', 'process', 'docker'] as const).map((key) =>
    isWritten(context, ['services', name, key]),
  );
  if (service.port !== undefined && hasProcess !== true) {
    const instead = hasDocker === true ? ' (the port of a container is "docker.port")' : '';
    report(['port'], `service "${name}" has "port", which is only for a "process", and it has none${instead}`);
  }
  if (service.stop !== undefined && hasProcess !== true) {
    if (hasDocker !== true)
      report(['stop'], `service "${name}" has "stop", which is only for a "process" or "docker", and it has neither`);
    else if (service.stop.signal !== undefined)
      report(
        ['stop', 'signal'],
        `service "${name}" has "stop.signal", which is only for a "process": a container has "stop_signal" in the compose file`,
      );
  }
  for (const [index, probe] of (service.health ?? []).entries()) {
    if (probe.log === undefined || hasProcess === true || hasDocker === true) continue;
    const message = `service "${name}" has a log probe, which reads the output of a "process" or "docker", and it has neither`;
    report(['health', index], message, 'value');
  }
  const somewhere = Object.values(context.input.environments ?? {}).some((environment) =>
    Object.hasOwn(environment.services ?? {}, name),
  );
  if (hasExternal !== true && hasProcess !== true && hasDocker !== true && !somewhere) {
    report(
      [],
      `service "${name}" has neither "process", "docker" nor "external": say how it is started or where it runs`,
    );
  }
  if (hasExternal !== true && hasDocker !== true && !somewhere) problems.push(...checkPort(context, name, service));
  return problems;
}

/** A probe that connects to a process needs a port that the process knows. */
function checkPort(
  context: CheckContext,
  name: string,
  { process: started, port = 'auto', health = [] }: ServiceInput,
): readonly Problem[] {
  if (started === undefined || port !== 'auto') return [];
  const isTold = [...started.command, ...Object.values(started.env ?? {})].some((text) =>
    parseTemplate(text).some((part) => part.kind === 'reference' && part.reference.kind === 'port'),
  );
  const index = health.findIndex((probe) => (probe.http ?? probe.tcp ?? probe.websocket) !== undefined);
  if (isTold || index === -1) return [];
  const message = `service "${name}" is asked at its port, which its process is not told: write process: { env: { PORT: "\${port}" } }, or "port" with a number`;
  return [problemAt(context, ['services', name, 'health', index], { message })];
}

/** Copies are processes of one definition, each on a port and under a name of its own. */
function checkCopies(context: CheckContext, name: string, service: ServiceInput): readonly Problem[] {
  const copies = service.instances;
  if (copies === undefined) return [];
  const at = (message: string): Problem => problemAt(context, ['services', name, 'instances'], { at: 'key', message });
  if (service.process === undefined)
    return [at(`service "${name}" has "instances", which is only for a "process", and it has none`)];
  if (copies === 1) return [];
  const taken = Array.from({ length: copies }, (_, copy) => `${name}-${copy}`).find((copy) =>
    context.defined.services.has(copy),
  );
  return [
    ...(typeof service.port === 'number'
      ? [at(`service "${name}" has ${copies} instances, which cannot share port ${service.port}: write "port: auto"`)]
      : []),
    ...(service.docker === undefined
      ? []
      : [at(`service "${name}" has "instances" beside "docker", and a container is started once for all slots`)]),
    ...(taken === undefined
      ? []
      : [
          at(
            `service "${name}" has ${copies} instances, and one of them would be called "${taken}", as another service is`,
          ),
        ]),
  ];
}

/** The services of a compose file are started together, in one project with one environment. */
function checkContainers(
  context: CheckContext,
  services: readonly (readonly [name: string, service: ServiceInput])[],
): readonly Problem[] {
  const owners = new Map<string, string>();
  const values = new Map<string, { readonly value: string; readonly owner: string }>();
  return services.flatMap(([name, { docker }]) => {
    if (docker === undefined) return [];
    const problems: Problem[] = [];
    const container = `${docker.compose}\0${docker.service}`;
    const owner = owners.get(container);
    if (owner !== undefined) {
      const message = `service "${name}" is service "${docker.service}" of "${docker.compose}", as is "${owner}": one of them would stop the other's container`;
      problems.push(problemAt(context, ['services', name, 'docker', 'service'], { message }));
    }
    owners.set(container, owner ?? name);
    for (const [variable, value] of Object.entries(docker.env ?? {})) {
      const key = `${docker.compose}\0${variable}`;
      const first = values.get(key) ?? { value, owner: name };
      values.set(key, first);
      if (first.value === value) continue;
      const message = `service "${name}" gives ${variable} another value than "${first.owner}" does: all services of "${docker.compose}" share one environment`;
      problems.push(problemAt(context, ['services', name, 'docker', 'env', variable], { message }));
    }
    return problems;
  });
}
