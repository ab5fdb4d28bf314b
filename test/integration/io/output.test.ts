import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createTail } from '../../../src/io/tail.ts';
import type { Child } from '../../../src/ports.ts';
import { isLinux, makeFolder, never, program, start, untilLogHas } from './support.ts';

const megabyte = 1_000_000;

test('a flood of output costs neither memory nor more disk than the limit, and the log keeps both ends', async () => {
  const bytes = 320 * megabyte;
  const rssBefore = process.memoryUsage().rss;
  const { child, logPath } = start([process.execPath, program('big-output.mjs'), String(bytes)], {
    logLimitBytes: megabyte,
  });
  await finish(child);
  expect(process.memoryUsage().rss - rssBefore).toBeLessThan(50 * megabyte);
  const log = await child.log();
  expect(log).toMatchObject({ truncated: true, bytes: statSync(logPath).size });
  expect(log.bytes).toBeLessThan(megabyte + 1000);
  expect(log.tail).toMatch(/\n\d{4} x+\n\nthe end$/);
  const text = await readFile(logPath, 'utf8');
  expect(text).toMatch(/^0000 x+\n0001 x+\n/);
  expect(text).toContain('\n[runner] output left out here\n');
  expect(text).toMatch(
    /\nthe end\n\n\[runner\] output cut: \d+ bytes dropped, limit 1000000 \(settings\.logLimit\)\n$/,
  );
});

test('a program that never stops printing is held near the limit while it runs', async () => {
  const { child, logPath } = start(['yes']);
  await vi.waitUntil(async () => (await child.log()).truncated, { timeout: 20_000 });
  await child.end(1000, never);
  const log = await child.log();
  expect(log).toMatchObject({ truncated: true, bytes: statSync(logPath).size });
  expect(log.bytes).toBeLessThan(megabyte + 1000);
  expect(log.tail.split('\n')).toEqual(Array.from({ length: 20 }, () => 'y'));
});

test.each([
  { printed: 999, limit: 1008, isCut: false },
  { printed: 1000, limit: 1009, isCut: false },
  { printed: 1000, limit: 1008, isCut: true },
  { printed: 5000, limit: 1000, isCut: true },
  { printed: 0, limit: 0, isCut: true },
  { printed: 50_000, limit: 20_000, isCut: true },
])('of $printed + 9 bytes a limit of $limit cuts: $isCut', async ({ printed, limit, isCut }) => {
  const argv = [process.execPath, program('big-output.mjs'), String(printed)];
  const { child, logPath } = start(argv, { logLimitBytes: limit });
  await finish(child);
  const { truncated, bytes } = await child.log();
  expect(truncated).toBe(isCut);
  const text = await readFile(logPath, 'utf8');
  const dropped = /output cut: (\d+) bytes dropped/.exec(text)?.[1];
  if (!isCut) expect({ bytes, dropped }).toEqual({ bytes: printed + 9, dropped: undefined });
  const kept = text.replace(/\n\[runner\] output left out here\n/, '').replace(/\n\[runner\] output cut.*\n$/, '');
  expect(kept.length + Number(dropped ?? 0)).toBe(printed + 9);
});

test('the tail is readable text whatever was printed', async () => {
  const { child } = start([process.execPath, program('garbage-output.mjs')]);
  await finish(child);
  expect((await child.log()).tail).toBe('nul::nul\nbad:\ufffd\ufffd\ufffd(\nred tab\there\n100%\nend\ufffd');
});

test('the tail is the last twenty lines, at most 8 KiB of them', async () => {
  const { child: many } = start(['seq', '1', '5000']);
  const { child: long } = start([process.execPath, '-e', 'process.stdout.write("é".repeat(50_001))']);
  await Promise.all([finish(many), finish(long)]);
  expect((await many.log()).tail.split('\n')).toEqual(Array.from({ length: 20 }, (_, index) => String(4981 + index)));
  const { tail } = await long.log();
  expect(tail).toMatch(/^é+$/);
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(8192);
});

test('the log can be looked at while the program runs', async () => {
  const { child, logPath } = start([program('hang.sh')]);
  await untilLogHas(logPath, 'ready');
  expect(await child.log()).toMatchObject({ bytes: 6, tail: 'ready' });
  expect(await createTail().lastLines(logPath, 5)).toEqual(['ready']);
  await child.end(1000, never);
});

test('a log that was deleted meanwhile is no exception', async () => {
  const { child, logPath } = start([program('hang.sh')]);
  await untilLogHas(logPath, 'ready');
  rmSync(join(logPath, '..'), { recursive: true });
  await child.end(1000, never);
  expect((await child.log()).path).toBe(logPath);
  expect(await createTail().lastLines(logPath, 5)).toEqual([]);
});

test('a live tail gives the last lines of a file, however long it is', async () => {
  const path = join(makeFolder(), 'a.log');
  await writeFile(path, `${'first line\n'.repeat(100_000)}one\ntwo\r\nthree`);
  expect(await createTail().lastLines(path, 3)).toEqual(['one', 'two', 'three']);
  expect(await createTail().lastLines(join(path, '..'), 3)).toEqual([]);
});

test('a full disk is told, and the program that filled it is judged by its exit', async (context) => {
  const disk = join(makeFolder(), 'disk');
  mkdirSync(disk);
  const mounted = isLinux && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status === 0;
  if (!mounted) context.skip('a small file system cannot be mounted here');
  onTestFinished(() => void spawnSync('umount', [disk]));
  const logPath = join(disk, 'a.log');
  const { child } = start(['sh', '-c', 'seq 1 100000 || exit 9'], { logPath });
  expect(await child.exited).toEqual({ kind: 'exited', exit: { kind: 'code', code: 9 } });
  await child.sweep(100, never);
  expect((await child.log()).tail).toContain(`[runner] the disk of ${logPath} is full: output may be missing`);
});

async function finish(child: Child): Promise<void> {
  expect(await child.exited).toMatchObject({ exit: { code: 0 } });
  expect(await child.sweep(100, never)).toEqual([]);
}
