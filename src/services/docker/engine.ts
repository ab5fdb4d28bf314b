import type { RunTool, ToolResult } from '../probes/target.ts';

/** How compose is called on this machine. */
export interface ComposeCommand {
  /** `docker compose`, or `docker-compose` where the plugin is missing. */
  readonly argv: readonly string[];
  /** docker-compose 1, which lists containers only for people. */
  readonly isLegacy: boolean;
}

export type EngineSearch =
  | { readonly kind: 'found'; readonly compose: ComposeCommand }
  | { readonly kind: 'unavailable'; readonly problem: string; readonly remedy: string };

/** A daemon that is there answers within milliseconds, one that hangs never does. */
const daemonTimeoutMs = 2000;
/** docker-compose 1 is Python, which takes its time on a cold and busy machine. */
const versionTimeoutMs = 20_000;

/** Looks for the docker program, its daemon and compose; says what is missing and what to do. */
export async function findEngine(run: RunDocker): Promise<EngineSearch> {
  const daemon = await run(['docker', 'version', '--format', '{{.Server.Version}}'], daemonTimeoutMs);
  const problem = daemonProblem(daemon);
  if (problem !== null) return { kind: 'unavailable', ...problem };
  for (const argv of [['docker', 'compose'], ['docker-compose']]) {
    const version = await run([...argv, 'version', '--short'], versionTimeoutMs);
    if (version.kind === 'ok')
      return { kind: 'found', compose: { argv, isLegacy: /^v?1\./.test(version.stdout.trim()) } };
  }
  return {
    kind: 'unavailable',
    problem:
      'docker compose is not installed (neither the plugin "docker compose" nor the program docker-compose works)',
    remedy: 'install the docker compose plugin',
  };
}

/** A docker or compose command with its time limit in milliseconds; `signal` ends it. */
export type RunDocker = (argv: readonly string[], timeoutMs: number, signal?: AbortSignal) => Promise<ToolResult>;

const never = new AbortController().signal;

/** Runs docker's commands in one folder with one environment. */
export function createRunDocker(
  runTool: RunTool,
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): RunDocker {
  return (argv, timeoutMs, signal = never) => runTool(argv, { ...place, timeoutMs, signal });
}

function daemonProblem(daemon: ToolResult): { readonly problem: string; readonly remedy: string } | null {
  const said = daemon.stderr.trim().split('\n')[0] ?? '';
  switch (daemon.kind) {
    case 'ok':
      return null;
    case 'missing':
      return { problem: 'docker is not installed (there is no program "docker" in PATH)', remedy: 'install docker' };
    case 'timed-out':
      return {
        problem: `docker is not running: its daemon did not answer within ${daemonTimeoutMs / 1000} s`,
        remedy: 'start or restart docker (for example: systemctl restart docker)',
      };
    case 'failed':
      if (/permission denied/i.test(said))
        return {
          problem: `docker may not be used by this user: ${said}`,
          remedy: 'add the user to the group docker, or use rootless docker',
        };
      return {
        problem: `docker is not running: ${said === '' ? 'its daemon does not answer' : said}`,
        remedy: 'start docker (for example: systemctl start docker), or set DOCKER_HOST',
      };
  }
}
