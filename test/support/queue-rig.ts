import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '../../src/model/event.ts';
import { createRig } from './rig.ts';
import type { Rig, StartedCli } from './rig.ts';

/** A Redis server of its own, on a port that the system gave. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Ends it as `signal` does, and waits. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** On the same port, with the data that it kept on disk. */
  start(): Promise<void>;
}

/** `settings` are lines of redis.conf; with a certificate it speaks TLS alone. */
export async function startRedis(
  settings: readonly string[] = ['save ""'],
  certificate: { readonly cert: string; readonly key: string } | null = null,
): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'runner-redis-'));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const words = settings.flatMap((line) => line.split(' ').map((word, at) => (at === 0 ? `--${word}` : word)));
    const started = spawn(
      'redis-server',
      [
        ...(certificate === null
          ? ['--port', String(port)]
          : ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no']),
        ...(certificate === null ? [] : ['--tls-cert-file', certificate.cert, '--tls-key-file', certificate.key]),
        ...(certificate === null ? [] : ['--tls-ca-cert-file', certificate.cert]),
        '--bind',
        '127.0.0.1',
        '--dir',
        dir,
        ...words.map((word) => (word === '""' ? '' : word)),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    child = started;
    let said = '';
    await new Promise<void>((ready, failed) => {
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/Ready to accept connections/i.test(said)) ready();
      });
      started.on('error', failed);
      started.on('exit', () => failed(new Error(`redis-server ended: ${said}`)));
    });
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const running = child;
    child = null;
    if (running?.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  };
  await start();
  return {
    port,
    url: `${certificate === null ? 'redis' : 'rediss'}://127.0.0.1:${port}/0`,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Several checkouts of one project, each as a machine of a build has it. */
export interface Machines extends AsyncDisposable {
  readonly rigs: readonly Rig[];
  start(index: number, ...args: string[]): StartedCli;
  /** Merges the reports of all machines that have some, in a folder of the first. */
  merge(): Promise<MergedBuild>;
}

export interface MergedBuild {
  readonly exitCode: number | null;
  readonly text: string;
  /** How often each file is in the merged report. */
  readonly files: ReadonlyMap<string, number>;
  readonly junit: string;
}

export async function createMachines(count: number, files: Readonly<Record<string, string>>): Promise<Machines> {
  const rigs: Rig[] = [];
  for (let index = 0; index < count; index += 1) rigs.push(await createRig(files));
  return {
    rigs,
    start: (index, ...args) => rigOf(rigs, index).start({ replay: false }, ...args),
    async merge() {
      const first = rigOf(rigs, 0);
      const paths = rigs.map((rig) => rig.path('reports')).filter((path) => path !== '');
      await mkdir(first.path('merged'), { recursive: true });
      const existing: string[] = [];
      for (const path of paths) {
        if ((await readFile(join(path, 'events.jsonl'), 'utf8').catch(() => '')) !== '') existing.push(path);
      }
      const run = await first.start({}, 'merge', ...existing, '--reports', 'merged').finished;
      const junit = await readFile(first.path('merged/junit.xml'), 'utf8');
      const files = new Map<string, number>();
      for (const [, file = ''] of junit.matchAll(/<testcase [^>]*?\bfile="([^"]*)"/g)) {
        files.set(file, (files.get(file) ?? 0) + 1);
      }
      return { exitCode: run.exitCode, text: run.stdout + run.stderr, files, junit };
    },
    async [Symbol.asyncDispose]() {
      for (const rig of rigs) await rig[Symbol.asyncDispose]();
    },
  };
}

function rigOf(rigs: readonly Rig[], index: number): Rig {
  const rig = rigs[index];
  if (rig === undefined) throw new Error(`there is no machine ${index}`);
  return rig;
}

/** A project of `count` files with one sleeping test each, for frameworks that start quickly. */
export function sleepingProject(
  count: number,
  { ms, more = '' }: { readonly ms: number; readonly more?: string },
): Record<string, string> {
  const config = `version: 1
project: queued
workers: 1
suites:
  lib: { framework: node, files: ['test/**/*.test.mjs'], batch: auto }
categories:
  unit: { tests: [{ suite: lib, files: ['test/unit/**'] }] }
${more}`;
  const files: Record<string, string> = { 'runner.config.yaml': config, 'package.json': '{"type":"module"}' };
  for (let index = 0; index < count; index += 1) {
    files[`test/unit/part-${index}.test.mjs`] =
      `import { test } from 'node:test';\ntest('part ${index}', () => new Promise((done) => setTimeout(done, ${ms})));\n`;
  }
  return files;
}

/** Leases of the tasks that a machine was given, and of those whose results were accepted. */
export function leasesOf(events: readonly RunEvent[]): { readonly claimed: string[]; readonly accepted: string[] } {
  return {
    claimed: events.flatMap((event) => (event.type === 'task-claimed' ? [event.lease] : [])),
    accepted: events.flatMap((event) =>
      event.type === 'task-finished' && event.lease !== undefined ? [event.lease] : [],
    ),
  };
}

/** Resolves when `isSo` does so with `true`; the test's own limit ends a wait in vain. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await delay(50);
}
