import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, onTestFinished } from 'vitest';
import { createMasker } from '../../../src/base/mask.ts';
import { createIo } from '../../../src/io/node-io.ts';
import type { Child, SpawnRequest } from '../../../src/ports.ts';
import { baseEnv, isLinux, makeFolder, never, untilLogHas } from './support.ts';

const megabyte = 1_000_000;
const secret = 'correct-horse-battery';
const io = createIo(createMasker({ SECRET: secret }));
let count = 0;

interface Started {
  readonly child: Child;
  readonly folder: string;
  readonly logPath: string;
}

function start(argv: readonly string[], request: Partial<SpawnRequest> = {}): Started {
  const folder = makeFolder();
  const logPath = join(folder, 'out.log');
  const mark = `mask-${process.pid}/${++count}`;
  const env = { ...baseEnv, SECRET: secret };
  const child = io.spawn({ argv, cwd: folder, env, logPath, logLimitBytes: megabyte, mark, ...request });
  onTestFinished(() => child.end(0, never));
  return { child, folder, logPath };
}

function shell(script: string, request: Partial<SpawnRequest> = {}): Started {
  return start(['sh', '-c', script], request);
}

test('what a program prints on both of its outputs reaches the log masked and in order', async () => {
  const { child, logPath } = shell('for n in 1 2 3; do echo "out $n $SECRET"; echo "err $n $SECRET" >&2; done');
  await child.sweep(1000, never);
  expect(readFileSync(logPath, 'utf8')).toBe(
    [1, 2, 3].map((number) => `out ${number} ***\nerr ${number} ***\n`).join(''),
  );
  expect(await child.log()).toMatchObject({ bytes: statSync(logPath).size, truncated: false });
});

test('a secret that is printed in two pieces with a pause between is found', async () => {
  const { child, folder, logPath } = shell(
    'printf "begin\\ncorrect-ho"; while [ ! -e go ]; do sleep 0.02; done; printf "rse-battery\\n"',
  );
  await untilLogHas(logPath, 'begin');
  writeFileSync(join(folder, 'go'), '');
  await child.sweep(1000, never);
  expect(readFileSync(logPath, 'utf8')).toBe('begin\n***\n');
});

test('the beginning of a secret that is never finished is not lost', async () => {
  const { child, logPath } = shell('printf "correct-horse"');
  await child.sweep(1000, never);
  expect(readFileSync(logPath, 'utf8')).toBe('correct-horse');
});

test('a line is in the log as soon as it is printed, and the last words when the program has exited', async () => {
  const { child, logPath } = shell('echo ready; while [ ! -e go ]; do sleep 0.02; done; echo "the last: $SECRET"');
  await untilLogHas(logPath, 'ready\n');
  writeFileSync(join(logPath, '../go'), '');
  await child.exited;
  expect(readFileSync(logPath, 'utf8')).toBe('ready\nthe last: ***\n');
});

test('outputs can be opened by their names, as scripts do', async () => {
  const { child, logPath } = shell('echo "a $SECRET" > /dev/stdout; echo b > /dev/stderr');
  await child.sweep(1000, never);
  expect(readFileSync(logPath, 'utf8')).toBe('a ***\nb\n');
});

test('a grandchild that keeps the pipe open delays neither the exit nor the end', async () => {
  const { child, logPath } = shell('sleep 600 & echo done');
  await child.exited;
  expect(readFileSync(logPath, 'utf8')).toBe('done\n');
  const leaked = await child.sweep(1000, never);
  if (isLinux) expect(leaked.join()).toContain('sleep 600');
});

test('what the end of a grandchild prints is kept', async () => {
  const { child, logPath } = shell(
    `(trap 'echo "grandchild ends $SECRET"; exit' TERM; echo up; while :; do sleep 0.05; done) & while :; do sleep 0.05; done`,
  );
  await untilLogHas(logPath, 'up');
  await child.end(5000, never);
  expect(readFileSync(logPath, 'utf8')).toMatch(/^up\n[^]*grandchild ends \*{3}\n$/);
});

test('a flood costs neither memory nor more disk than the limit, and no secret passes', async () => {
  const line = `${'x'.repeat(60)} $SECRET ${'y'.repeat(20)}`;
  const rssBefore = process.memoryUsage().rss;
  const { child, logPath } = shell(`yes "${line}" | head -c ${200 * megabyte}; echo "the end"`);
  await child.sweep(1000, never);
  expect(process.memoryUsage().rss - rssBefore).toBeLessThan(100 * megabyte);
  const log = await child.log();
  expect(log).toMatchObject({ truncated: true, bytes: statSync(logPath).size });
  expect(log.bytes).toBeLessThan(megabyte + 1000);
  const text = readFileSync(logPath, 'utf8');
  expect(text).not.toContain(secret);
  expect(log.tail).toMatch(/the end$/);
});

test('nothing is lost when we are too busy to read', async () => {
  const lines = 20_000;
  const { child, logPath } = shell(`seq 1 ${lines}; echo "$SECRET"`, { logLimitBytes: 10 * megabyte });
  // The pipe is full long before anything is read.
  const busyUntil = performance.now() + 700;
  while (performance.now() < busyUntil);
  await child.sweep(1000, never);
  expect(readFileSync(logPath, 'utf8').split('\n').slice(-3)).toEqual([String(lines), '***', '']);
  expect(readFileSync(logPath, 'utf8').split('\n').length).toBe(lines + 2);
});

test('a program that cannot be started is told as ever, and no pipe is left', async () => {
  const pipes = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('runner-pipe-'));
  const before = pipes();
  const { child } = start(['no-such-program-anywhere']);
  expect(await child.exited).toMatchObject({ kind: 'spawn-failed' });
  await child.log();
  expect(pipes().filter((name) => !before.includes(name))).toEqual([]);
});

test.runIf(isLinux)('no descriptor is left of many children', async () => {
  const open = (): number => readdirSync('/proc/self/fd').length;
  await shell('true').child.sweep(1000, never);
  const before = open();
  await Promise.all(Array.from({ length: 30 }, () => shell('echo $SECRET').child.sweep(1000, never)));
  expect(existsSync('/proc/self/fd')).toBe(true);
  expect(open()).toBeLessThanOrEqual(before + 1);
});
