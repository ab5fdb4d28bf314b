import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A docker daemon of the tests' own, with nothing in it but the image. */
export interface DockerEngine extends AsyncDisposable {
  /** The caller's environment, with docker's programs pointed at this daemon. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `docker` against it and returns what it prints. */
  docker(...args: readonly string[]): Promise<string>;
}

/** Busybox with sh, sleep, httpd, nc and the like, and a page /www/health that says ok. */
export const image = 'runner-test/busybox:1';

const run = promisify(execFile);
const busybox = '/bin/busybox';
const applets = ['sh', 'sleep', 'httpd', 'nc', 'cat', 'echo', 'true', 'false', 'test', 'rm', 'touch', 'seq'];

/** Starts a daemon of its own, with data, socket and state in a temporary folder and without touching the firewall; a text is why that cannot be. */
export async function startDockerEngine(): Promise<DockerEngine | string> {
  const env = callerEnv();
  const missing = whyNoEngine(env['PATH'] ?? '');
  if (missing !== null) return missing;
  const dir = await mkdtemp(join(tmpdir(), 'runner-docker-'));
  const socket = join(dir, 'docker.sock');
  const engineEnv = { ...env, DOCKER_HOST: `unix://${socket}` };
  const daemon = startDaemon(dir, socket, env);
  const end = (): Promise<void> => endEngine(daemon, dir, engineEnv);
  try {
    await untilItAnswers(daemon, dir, engineEnv);
    await importImage(dir, engineEnv);
  } catch (error) {
    await end();
    return `the docker daemon cannot be started here: ${error instanceof Error ? error.message : String(error)}`;
  }
  return {
    env: engineEnv,
    docker: async (...args) => (await run('docker', args, { env: engineEnv })).stdout.trim(),
    [Symbol.asyncDispose]: end,
  };
}

/** What this machine lacks for an engine of its own; `null` = nothing that could be seen. */
export function whyNoEngine(path = process.env['PATH'] ?? ''): string | null {
  if (process.platform !== 'linux') return 'a docker daemon of its own needs Linux';
  if (process.getuid?.() !== 0) return 'a docker daemon of its own needs root';
  const absent = ['docker', 'dockerd', 'docker-compose'].filter(
    (program) => !`${path}:/usr/sbin`.split(delimiter).some((folder) => existsSync(join(folder, program))),
  );
  if (absent.length > 0) return `not installed: ${absent.join(', ')} (apt-get install docker.io docker-compose)`;
  return existsSync(busybox) ? null : `not installed: ${busybox} (apt-get install busybox-static)`;
}

/** No bridge and no firewall rules: what runs on this machine besides keeps its network. */
function startDaemon(dir: string, socket: string, env: Readonly<Record<string, string>>): ChildProcess {
  const log = openSync(join(dir, 'dockerd.log'), 'w');
  const args = [
    ...['--host', `unix://${socket}`, '--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')],
    ...['--pidfile', join(dir, 'dockerd.pid'), '--config-file', join(dir, 'daemon.json')],
    ...['--bridge', 'none', '--iptables=false', '--ip6tables=false', '--shutdown-timeout', '1'],
  ];
  // The kernel ends it should the tests be killed before they can.
  const script = 'echo "{}" > "$1" && shift && exec setpriv --pdeathsig TERM dockerd "$@"';
  return spawn('sh', ['-c', script, 'sh', join(dir, 'daemon.json'), ...args], {
    env: { ...env, PATH: `${env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    stdio: ['ignore', log, log],
    detached: true,
  });
}

async function untilItAnswers(daemon: ChildProcess, dir: string, env: Readonly<Record<string, string>>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  for (;;) {
    const answer = await run('docker', ['version'], { env, timeout: 5000 }).catch(() => null);
    if (answer !== null) return;
    if (daemon.exitCode !== null || daemon.signalCode !== null || Date.now() > giveUpAt)
      throw new Error(readFileSync(join(dir, 'dockerd.log'), 'utf8').trim().split('\n').slice(-3).join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function importImage(dir: string, env: Readonly<Record<string, string>>): Promise<void> {
  const root = join(dir, 'image');
  for (const folder of ['bin', 'tmp', 'www', 'data']) await mkdir(join(root, folder), { recursive: true });
  await copyFile(busybox, join(root, 'bin/busybox'));
  for (const applet of applets) await symlink('busybox', join(root, 'bin', applet));
  await writeFile(join(root, 'www/health'), 'ok\n');
  await run('tar', ['-C', root, '-cf', join(dir, 'image.tar'), '.']);
  await run('docker', ['import', join(dir, 'image.tar'), image], { env });
}

/** By its own pid; docker ends its containerd itself. */
async function endEngine(daemon: ChildProcess, dir: string, env: Readonly<Record<string, string>>): Promise<void> {
  const ids = await run('docker', ['ps', '--all', '--quiet'], { env, timeout: 10_000 }).catch(() => ({ stdout: '' }));
  const containers = ids.stdout.split('\n').filter((id) => id !== '');
  if (containers.length > 0) await run('docker', ['rm', '--force', ...containers], { env }).catch(() => undefined);
  if (daemon.exitCode === null && daemon.signalCode === null) {
    const exited = once(daemon, 'exit');
    const hard = setTimeout(() => daemon.kill('SIGKILL'), 20_000);
    daemon.kill('SIGTERM');
    await exited;
    clearTimeout(hard);
  }
  // The daemon leaves its mounts; the deepest has to go first.
  for (const mount of mountsBelow(dir)) await run('umount', ['--lazy', mount]).catch(() => undefined);
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}

function mountsBelow(dir: string): readonly string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((mount) => mount.startsWith(`${dir}/`))
    .toSorted((a, b) => b.length - a.length);
}

function callerEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
