import { expand } from '../../base/template.ts';
import type { ServiceAddress } from '../../ports.ts';
import { prepareProbes } from '../probes/index.ts';
import { notYet, passed } from '../probes/probe.ts';
import type { PreparedProbe } from '../probes/probe.ts';
import { serviceLookup } from '../references.ts';
import type { Container } from './containers.ts';
import { heldTcpProbe } from './held-tcp-probe.ts';
import { judgeContainers } from './judge-containers.ts';
import type { Launch } from './launch.ts';

/** Passes when the container is what the service needs; notes why, when it never will be. */
export function containerProbe({ docker, project, over }: Launch): PreparedProbe {
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
export function ownProbes(
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
