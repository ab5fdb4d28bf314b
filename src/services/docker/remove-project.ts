import type { Io } from '../../ports.ts';
import type { ToolResult } from '../probes/target.ts';
import type { RunDocker } from './engine.ts';

const timeoutMs = 20_000;
const maxTries = 10;
const pauseMs = 200;
const never = new AbortController().signal;

/**
 * Kills and removes the containers of a compose project with their anonymous volumes, its networks and its named volumes, known by compose's own
 * label and nothing else; needs no compose file, so that it can clean up after a run that was killed. Returns what could not be removed.
 */
export async function removeProject(
  project: string,
  { run, clock }: { readonly run: RunDocker; readonly clock: Pick<Io, 'sleep'> },
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const kind of kinds) {
    let ids = await labelled(kind, [projectLabel(project)], run);
    // What somebody else removes at this moment cannot be removed, and is still listed for a while.
    for (let tries = 0; ids.length > 0 && typeof ids !== 'string' && tries < maxTries; tries += 1) {
      if (tries > 0) await clock.sleep(pauseMs, never);
      await run(['docker', ...kind.remove, ...ids], timeoutMs);
      ids = await labelled(kind, [projectLabel(project)], run);
    }
    if (typeof ids === 'string') left.push(`${kind.name}s of compose project ${project}: ${ids}`);
    else left.push(...ids.map((id) => `docker ${kind.name} ${id} of compose project ${project}`));
  }
  return left;
}

/** Ids of a project's containers, ended ones too; of one service only where it is named. A text is why docker does not tell. */
export function listContainers(
  project: string,
  run: RunDocker,
  service: string | null = null,
): Promise<readonly string[] | string> {
  const labels = service === null ? [] : [`com.docker.compose.service=${service}`];
  return labelled(containers, [projectLabel(project), ...labels], run);
}

interface Kind {
  readonly name: string;
  readonly list: readonly string[];
  readonly remove: readonly string[];
}

const containers: Kind = {
  name: 'container',
  list: ['ps', '--all', '--quiet'],
  remove: ['rm', '--force', '--volumes'],
};

/** Containers hold on to networks and volumes, so they come first. */
const kinds: readonly Kind[] = [
  containers,
  { name: 'network', list: ['network', 'ls', '--quiet'], remove: ['network', 'rm'] },
  { name: 'volume', list: ['volume', 'ls', '--quiet'], remove: ['volume', 'rm', '--force'] },
];

function projectLabel(project: string): string {
  return `com.docker.compose.project=${project}`;
}

async function labelled(kind: Kind, labels: readonly string[], run: RunDocker): Promise<readonly string[] | string> {
  const filters = labels.flatMap((label) => ['--filter', `label=${label}`]);
  const result = await run(['docker', ...kind.list, ...filters], timeoutMs);
  return result.kind === 'ok' ? result.stdout.split('\n').filter((id) => id !== '') : lastLine(result);
}

function lastLine({ stderr, kind }: ToolResult): string {
  return stderr.trim().split('\n').at(-1) ?? kind;
}
