import type { RunTool } from './probes/target.ts';

export interface RemoveProjectOptions {
  readonly runTool: RunTool;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const label = 'com.docker.compose.project';
const listTimeoutMs = 20_000;
const removeTimeoutMs = 60_000;

/**
 * Removes the containers, networks and volumes of one compose project by its label: that needs neither its compose file nor the plugin. Resolves to
 * what went wrong, or `null`.
 */
export async function removeProject(project: string, options: RemoveProjectOptions): Promise<string | null> {
  const filter = `label=${label}=${project}`;
  const steps = [
    { list: ['ps', '--all', '--quiet'], remove: ['rm', '--force', '--volumes'] },
    { list: ['network', 'ls', '--quiet'], remove: ['network', 'rm'] },
    { list: ['volume', 'ls', '--quiet'], remove: ['volume', 'rm', '--force'] },
  ];
  for (const { list, remove } of steps) {
    const found = await docker([...list, '--filter', filter], listTimeoutMs, options);
    if (typeof found !== 'string') return found.problem;
    const ids = found.split(/\s+/).filter((id) => id !== '');
    if (ids.length === 0) continue;
    const removed = await docker([...remove, ...ids], removeTimeoutMs, options);
    if (typeof removed !== 'string') return removed.problem;
  }
  return null;
}

async function docker(
  args: readonly string[],
  timeoutMs: number,
  { runTool, cwd, env, signal }: RemoveProjectOptions,
): Promise<string | { readonly problem: string }> {
  const result = await runTool(['docker', ...args], { cwd, env, timeoutMs, signal });
  if (result.kind === 'ok') return result.stdout;
  if (result.kind === 'missing') return { problem: 'docker was not found' };
  const [line = ''] = result.stderr.trim().split('\n').slice(-1);
  return { problem: `docker ${args[0] ?? ''} failed: ${line}` };
}
