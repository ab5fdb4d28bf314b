import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { createIo } from '../../../src/io/node-io.ts';
import type { Child, SpawnRequest } from '../../../src/ports.ts';

export const isLinux = process.platform === 'linux';
export const never = new AbortController().signal;
export const aborted = AbortSignal.abort();
export const baseEnv = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };

const programs = join(import.meta.dirname, '../../fixtures/programs');
const io = createIo();
let count = 0;

/** The path of a fixture program. */
export function program(name: string): string {
  return join(programs, name);
}

/** A folder that is gone after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'io-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Started {
  readonly child: Child;
  readonly mark: string;
  readonly logPath: string;
}

/** Starts a program; whatever of it is alive after the test is killed. */
export function start(argv: readonly string[], request: Partial<SpawnRequest> = {}): Started {
  const folder = makeFolder();
  const mark = `test-${process.pid}/${++count}`;
  const logPath = join(folder, 'logs', 'attempt.log');
  const whole = { argv, cwd: folder, env: baseEnv, logPath, logLimitBytes: 1_000_000, mark, ...request };
  onTestFinished(() => {
    for (const pid of findMarked(whole.mark)) process.kill(pid, 'SIGKILL');
  });
  return { child: io.spawn(whole), mark: whole.mark, logPath: whole.logPath };
}

/** Living processes with the mark in their environment, read here and not by the code under test. */
export function findMarked(mark: string): readonly number[] {
  if (!isLinux) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => read(`/proc/${pid}/environ`).includes(mark) && isAlive(pid));
}

/** Whether there is such a process, a zombie not counted. */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** Living members of a process group. */
export function membersOf(group: number | null): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isAlive(pid))
    .filter((pid) => {
      const stat = read(`/proc/${pid}/stat`);
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === group;
    });
}

/** Resolves when the log holds the text. */
export async function untilLogHas(logPath: string, text: string): Promise<void> {
  await vi.waitFor(
    () => {
      if (!read(logPath).includes(text)) throw new Error(`${logPath} does not hold "${text}" yet`);
    },
    { timeout: 20_000, interval: 5 },
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
