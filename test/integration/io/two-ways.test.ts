import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createIo } from '../../../src/io/node-io.ts';
import { posixSpawn } from '../../../src/io/posix-spawn.ts';
import { createReaper } from '../../../src/io/reaper.ts';
import type { Exit } from '../../../src/model/outcome.ts';
import type { Io, SpawnRequest } from '../../../src/ports.ts';
import { baseEnv, isLinux, never } from './support.ts';

const root = mkdtempSync(join(tmpdir(), 'two-ways-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

const isCovered = isLinux && ['x64', 'arm64'].includes(process.arch);
const native = posixSpawn();
// Nobody needs it from Node.js 22.18 on.
const execArgv = ['--experimental-strip-types', '--no-warnings'];
const ways: readonly [readonly [string, Io], readonly [string, Io]] = [
  ['by posix_spawn', createIo()],
  ['by Node', await createForkingIo()],
];

test.runIf(isCovered)('processes are started by posix_spawn here', () => {
  expect(native).not.toBeNull();
});

test.runIf(isCovered)('a child cannot tell how it was started', async () => {
  const facts = await Promise.all(
    ways.map(async ([, io]) => ({
      signals: (await print(io, ['cat', '/proc/self/status'])).match(/^(Sig|Shd)(Blk|Ign|Cgt|Pnd).*$|^Umask.*$/gm),
      descriptors: await print(io, ['ls', '/proc/self/fd']),
      input: await print(io, ['readlink', '/proc/self/fd/0']),
      limits: await print(io, ['cat', '/proc/self/limits']),
      session: (await print(io, ['cat', '/proc/self/stat'])).replace(
        /^(\d+) .*?\) \S \d+ (\d+) (\d+) .*/s,
        (_, pid, group, session) => String(pid === group && pid === session),
      ),
      name: await print(io, ['sh', '-c', 'cat /proc/$$/cmdline | tr "\\0" " "', 'zero', '', 'ü 漢 🎉', '\ud800']),
      environment: (await print(io, ['env'], { env: { ...baseEnv, EMPTY: '', 'O D=D': 'ü\n漢', '': 'x' } })).replace(
        /two-ways\S*/,
        '',
      ),
    })),
  );
  expect(facts[0]).toEqual(facts[1]);
  expect(facts[0]).toMatchObject({ input: '/dev/null', session: 'true' });
  expect(facts[0]?.signals).toContain('SigIgn:\t0000000000000000');
});

describe.each(ways)('%s', (_, io) => {
  const folder = makePrograms();

  test.each([
    ['the folder that it is given first', { PATH: `${folder}/one:${folder}/two` }, 'one'],
    ['the next where the first cannot be executed', { PATH: `${folder}/plain:${folder}/two` }, 'two'],
    ['the next where the first is a folder', { PATH: `${folder}/folder:${folder}/two` }, 'two'],
    ['a folder relative to its own', { PATH: 'two' }, 'two'],
    ['its own folder', { PATH: `${folder}/plain:` }, 'own'],
  ])('finds a program in %s', async (__, env, said) => {
    expect(await print(io, ['say'], { env: { ...env }, cwd: folder })).toBe(said);
  });

  test('runs a script without a first line, and one by a path relative to its folder', async () => {
    expect(await print(io, ['./bare'], { cwd: folder })).toBe('bare');
    expect(await print(io, ['two/say'], { cwd: folder })).toBe('two');
  });

  test('looks for programs in the usual folders, and nowhere else, when there is no PATH', async () => {
    expect(await print(io, ['echo', 'found'], { env: {}, cwd: folder })).toBe('found');
    expect(await exitOf(io, ['say'], { env: {}, cwd: folder })).toMatchObject({ kind: 'spawn-failed' });
  });

  test.each([
    ['a path', '../say', { ...baseEnv }],
    ['PATH', 'say', { PATH: '../' }],
    ['an absolute PATH', 'say', { PATH: `${folder}/elsewhere/link/..` }],
  ])('finds what %s names above a folder that is a link', async (__, program, env) => {
    expect(await print(io, [program], { env, cwd: join(folder, 'elsewhere/link') })).toBe('own');
  });

  test('tells a script the path that it was started by', async () => {
    expect(await print(io, ['./which'], { cwd: folder })).toBe('./which');
    expect(await print(io, ['which'], { env: { PATH: '.:/bin:/usr/bin' }, cwd: folder })).toBe('./which');
    expect(await print(io, ['which'], { env: { PATH: folder }, cwd: root })).toBe(join(folder, 'which'));
  });

  test.each([0, 1, 2, 126, 127, 128, 255])('tells exit code %i', async (code) => {
    expect(await exitOf(io, ['sh', '-c', `exit ${code}`])).toEqual({ kind: 'code', code });
  });

  test.each(['SIGHUP', 'SIGINT', 'SIGPIPE', 'SIGTERM', 'SIGKILL', 'SIGSEGV', 'SIGUSR1'])('tells %s', async (signal) => {
    const exit = await exitOf(io, ['sh', '-c', `ulimit -c 0; kill -${signal.slice(3)} $$; sleep 60`]);
    expect(exit).toEqual({ kind: 'signal', signal });
  });

  test('loses none of 300 ends, and leaves neither zombies nor open files behind', async () => {
    const openFiles = (): number => (isLinux ? readdirSync('/proc/self/fd').length : 0);
    const before = openFiles();
    const codes = Array.from({ length: 300 }, (__, index) => index % 7);
    const open = [...codes.entries()];
    const exits: unknown[] = [];
    const worker = async (): Promise<void> => {
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        exits[next[0]] = await exitOf(io, ['sh', '-c', `exit ${next[1]}`]);
      }
    };
    await Promise.all(Array.from({ length: 40 }, worker));
    expect(exits).toEqual(codes.map((code) => ({ kind: 'code', code })));
    expect(openFiles() - before).toBeLessThan(5);
    expect(isLinux ? zombies() : []).toEqual([]);
  });
});

describe.runIf(isCovered)('the end of a process that Node does not know', () => {
  const takeExit = (pid: number): Exit | null => native?.takeExit(pid) ?? null;
  const start = (script: string): number => {
    const pid = native?.start({ argv: ['sh', '-c', script], cwd: root, env: baseEnv }, 2) ?? null;
    if (pid === null) throw new Error('it was not started');
    return pid;
  };
  const endOf = (pid: number): Promise<Exit> =>
    new Promise((resolve) => createReaper({ takeExit }).follow(pid).onExit(resolve));

  // Node takes it for exit code 0.
  test('is no pass when it was by a signal without a name', async () => {
    expect(await endOf(start('kill -40 $$; sleep 60'))).toEqual({ kind: 'signal', signal: 'SIG40' });
  });

  test('is seen when the signal that tells it is lost', async () => {
    const listeners = process.listeners('SIGCHLD');
    const ended = endOf(start('sleep 0.2; exit 3'));
    process.removeAllListeners('SIGCHLD');
    try {
      expect(await ended).toEqual({ kind: 'code', code: 3 });
    } finally {
      for (const listener of listeners) process.on('SIGCHLD', listener);
    }
  });

  test('is no pass when somebody else has taken its status', async () => {
    const pid = start('exit 0');
    await vi.waitFor(() => expect(takeExit(pid)).toEqual({ kind: 'code', code: 0 }), { timeout: 20_000 });
    expect(await endOf(pid)).toEqual({ kind: 'signal', signal: 'SIGKILL' });
  });

  test('is told to all who listen, in the turn in which its pid became free', async () => {
    const pid = start('sleep 0.2');
    expect(isThere(pid)).toBe(true);
    const seen: boolean[] = [];
    await new Promise<void>((resolve) => {
      const started = createReaper({ takeExit }).follow(pid);
      started.onExit(() => seen.push(isThere(pid)));
      started.onExit(() => resolve());
    });
    expect(seen).toEqual([false]);
  });

  test('is told in a worker thread, which no signal reaches', async () => {
    const worker = new Worker(join(import.meta.dirname, 'start-one.mjs'), { execArgv, argv: [root] });
    const said = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
    expect(said).toEqual({ kind: 'exited', exit: { kind: 'code', code: 5 } });
  });

  test('is waited for by a program that has nothing else to do, and nothing is afterwards', async () => {
    const script = join(import.meta.dirname, 'start-one.mjs');
    const [[, io]] = ways;
    expect(await print(io, [process.execPath, ...execArgv, script, root])).toBe(
      '{"kind":"exited","exit":{"kind":"code","code":5}}',
    );
  });
});

async function createForkingIo(): Promise<Io> {
  vi.stubEnv('RUNNER_NATIVE', 'off');
  vi.resetModules();
  const { createIo: create } = await import('../../../src/io/node-io.ts');
  const io = create();
  // It is loaded by the first start.
  await print(io, ['true']);
  vi.unstubAllEnvs();
  return io;
}

async function run(
  io: Io,
  argv: readonly string[],
  request: Partial<SpawnRequest>,
): Promise<{ readonly exit: unknown; readonly output: string }> {
  const cwd = request.cwd ?? root;
  const mark = `two-ways-${process.pid}/${++count}`;
  const logPath = join(root, `${count}.log`);
  const child = io.spawn({ argv, env: baseEnv, logPath, logLimitBytes: 1_000_000, mark, ...request, cwd });
  const exited = await child.exited;
  await child.sweep(100, never);
  return { exit: exited.kind === 'exited' ? exited.exit : exited, output: readFileSync(logPath, 'utf8').trim() };
}

/** What a program printed. */
async function print(io: Io, argv: readonly string[], request: Partial<SpawnRequest> = {}): Promise<string> {
  return (await run(io, argv, request)).output;
}

async function exitOf(io: Io, argv: readonly string[], request: Partial<SpawnRequest> = {}): Promise<unknown> {
  return (await run(io, argv, request)).exit;
}

/** A folder with programs called `say`, some of which cannot be executed. */
function makePrograms(): string {
  const folder = mkdtempSync(join(root, 'programs-'));
  const write = (path: string, text: string, mode: number): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), mode);
  };
  write('one/say', '#!/bin/sh\necho one\n', 0o755);
  write('two/say', '#!/bin/sh\necho two\n', 0o755);
  write('say', '#!/bin/sh\necho own\n', 0o755);
  write('plain/say', '#!/bin/sh\necho plain\n', 0o644);
  write('folder/say/file', '', 0o755);
  write('bare', 'echo bare\n', 0o755);
  write('which', '#!/bin/sh\necho "$0"\n', 0o755);
  write('elsewhere/say', '#!/bin/sh\necho elsewhere\n', 0o755);
  symlinkSync(join(folder, 'two'), join(folder, 'elsewhere/link'));
  return folder;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Children of this process that ended and were not asked for their status. */
function zombies(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readOr(`/proc/${pid}/stat`))
    .filter((stat) => new RegExp(`\\) Z ${process.pid} `).test(stat));
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
