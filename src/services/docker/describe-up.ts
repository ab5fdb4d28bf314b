import { didYouMean } from '../../base/suggest.ts';
import type { ServiceDocker } from '../../model/config.ts';
import { describeHolders, findPortHolders } from '../port-holder.ts';
import type { ToolResult } from '../probes/target.ts';
import { explainUp } from './up-problem.ts';
import type { ComposeProject } from './project.ts';

/** Why `compose up` failed and what to do about it: the message's first line, then its details. */
export async function describeUp(
  up: ToolResult,
  { docker, project }: { readonly docker: ServiceDocker; readonly project: ComposeProject },
): Promise<readonly string[]> {
  const { kind, port, said } = explainUp(`${up.stdout}\n${up.stderr}`);
  if (up.kind === 'timed-out') return ['docker did not start it in time', ...said];
  switch (kind) {
    case 'image':
      return [
        `the image of service ${docker.service} is missing and could not be pulled; pull or build it before, log in to its registry (docker login), or correct its name in ${docker.compose}`,
        ...said,
      ];
    case 'build':
      return [
        `the image of service ${docker.service} could not be built; see its build section in ${docker.compose}`,
        ...said,
      ];
    case 'port':
      return [
        `port ${port ?? ''} is already taken by ${await holderOf(port, project)}; end it, or publish any free port in ${docker.compose}, for example ports: ["127.0.0.1:0:5432"]`,
        ...said,
      ];
    case 'no-such-service': {
      const known = await project.services();
      const hint = didYouMean(docker.service, known);
      const list = hint === '' && known.length > 0 ? `: there are ${known.join(', ')}` : hint;
      return [`${docker.compose} has no service ${docker.service}${list}`];
    }
    case 'other':
      return [`compose could not start service ${docker.service} of ${docker.compose}`, ...said];
  }
}

/** A container by its name where docker published the port, else whoever listens. */
async function holderOf(port: number | null, project: ComposeProject): Promise<string> {
  if (port === null) return 'something else';
  const published = await project.run(
    ['docker', 'ps', '--filter', `publish=${port}`, '--format', '{{.Names}}'],
    10_000,
  );
  const names = published.stdout.split('\n').filter((name) => name !== '');
  if (published.kind === 'ok' && names.length > 0) return `container ${names.join(', ')}`;
  return describeHolders(await findPortHolders(port));
}
