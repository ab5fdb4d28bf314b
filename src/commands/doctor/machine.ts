import { readFileSync, statSync } from 'node:fs';
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellQuote } from '../../base/shell-quote.ts';
import { makeTempFolder } from '../../base/temp-folder.ts';
import { InfrastructureError } from '../../errors.ts';
import { runTool } from '../../io/tool.ts';
import { doubtful, fine, lacking } from './finding.ts';
import type { Finding } from './finding.ts';

/** Limits, processors, clock, disk and git: what the machine has for a run. */
export async function checkMachine(root: string, env: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  const slow = await Promise.all([
    checkClock(),
    checkDisk(root),
    ...othersThan(root).map(checkDisk),
    checkGit(root, env),
  ]);
  return [checkLimits(), checkCpu(), ...slow];
}

/** The soft limit of a line of `/proc/self/limits`; `null` = unlimited, or not known. */
export function softLimit(text: string, name: string): number | null {
  const value = new RegExp(`^${name}\\s+(\\d+|unlimited)`, 'm').exec(text)?.[1];
  return value === undefined || value === 'unlimited' ? null : Number(value);
}

/** The processors that `cpu.max` of a control group allows; `null` = it sets no limit. */
export function cpuQuota(text: string): number | null {
  const [, quota, period] = /^(\d+) (\d+)/.exec(text.trim()) ?? [];
  return quota === undefined || period === undefined ? null : Number(quota) / Number(period);
}

function checkLimits(): Finding {
  const text = readOrEmpty('/proc/self/limits');
  if (text === '')
    return fine('limits', 'not known on this system; processes that leave their group are not found here');
  const files = softLimit(text, 'Max open files');
  const processes = softLimit(text, 'Max processes');
  const said = `${files ?? 'unlimited'} open files, ${processes ?? 'unlimited'} processes`;
  if (files !== null && files < 1024) return doubtful('limits', `${said}: few files`, 'ulimit -n 4096');
  if (processes !== null && processes < 512) return doubtful('limits', `${said}: few processes`, 'ulimit -u 4096');
  return fine('limits', said);
}

function checkCpu(): Finding {
  const quota = cpuQuota(readOrEmpty('/sys/fs/cgroup/cpu.max'));
  const slots = availableParallelism();
  const limit = quota === null ? '' : `, of which the container may use ${Math.round(quota * 100) / 100}`;
  const said = `${cpus().length} processors${limit}; --workers auto: ${slots} slots`;
  if (quota === null || slots <= Math.max(1, Math.ceil(quota))) return fine('cpu', said);
  return doubtful('cpu', said, `--workers ${Math.max(1, Math.floor(quota))}, or "workers" in the config`);
}

/** Reports are told from old ones by the times of files. */
async function checkClock(): Promise<Finding> {
  try {
    return await compareClocks(await makeTempFolder('runner-doctor-'));
  } catch (error) {
    if (error instanceof InfrastructureError) return lacking('disk', error.message, error.hint);
    throw error;
  }
}

async function compareClocks(folder: string): Promise<Finding> {
  try {
    await writeFile(join(folder, 'now'), '');
    const { mtimeMs } = await stat(join(folder, 'now'));
    const apart = Math.abs(Date.now() - mtimeMs);
    if (apart < 2000) return fine('clock', new Date().toISOString());
    return doubtful(
      'clock',
      `the file system is ${Math.round(apart / 1000)} s off the clock`,
      'set the clock: chronyc makestep',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where tests and frameworks put what they need for a moment, when that is another disk. */
function othersThan(root: string): readonly string[] {
  const folder = tmpdir();
  const deviceOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.dev;
  return [deviceOf(root), undefined].includes(deviceOf(folder)) ? [] : [folder];
}

async function checkDisk(root: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(root);
  const megabytes = Math.floor((bavail * bsize) / 1e6);
  const said = `${megabytes} MB free for ${root}`;
  if (megabytes < 50) return lacking('disk', said, `free some space: du -sh ${shellQuote(root)}/*`);
  return megabytes < 1000
    ? doubtful('disk', said, `free some space: du -sh ${shellQuote(root)}/*`)
    : fine('disk', said);
}

async function checkGit(root: string, env: Readonly<Record<string, string>>): Promise<Finding> {
  const signal = new AbortController().signal;
  const argv = ['git', '--no-optional-locks', 'rev-parse', '--is-shallow-repository'];
  const result = await runTool(argv, { cwd: root, env, timeoutMs: 5000, signal });
  if (result.kind === 'missing') return doubtful('git', 'there is no git', 'install git, for what looks at changes');
  if (result.kind !== 'ok') return fine('git', 'no git repository here');
  if (result.stdout.trim() !== 'true') return fine('git', 'the whole history is here');
  return doubtful('git', 'the clone is shallow: what has changed cannot be told', 'git fetch --unshallow');
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
