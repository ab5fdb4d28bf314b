import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Liveness, ProcessIdentity } from '../ports.ts';
import { readProcess } from './processes.ts';

/** Who has this pid now: what tells it from any later process with the same number. */
export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startTime: startTimeOf(pid), ...here() };
}

/** Whether that very process still lives; a zombie does not. `elsewhere`: its pid means nothing on this machine or in this container. */
export function livenessOf(process: ProcessIdentity): Liveness {
  const { host, boot, namespace } = here();
  if (process.host !== host) return 'elsewhere';
  if (process.boot !== boot) return 'gone';
  if (process.namespace !== namespace) return 'elsewhere';
  if (!isThere(process.pid) || readProcess(process.pid)?.isZombie === true) return 'gone';
  return process.startTime === null || startTimeOf(process.pid) === process.startTime ? 'alive' : 'gone';
}

interface Place {
  readonly host: string;
  readonly boot: string | null;
  readonly namespace: string | null;
}

let place: Place | null = null;

function here(): Place {
  return (place ??= {
    host: hostname(),
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
  });
}

function startTimeOf(pid: number): string | null {
  const known = readProcess(pid)?.startTime;
  if (known !== undefined) return known;
  // Linux without the process is no process; elsewhere `ps` knows to the second.
  return process.platform === 'linux' ? null : askPs(pid);
}

function askPs(pid: number): string | null {
  return orNull(() => {
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' }, timeout: 2000 } as const;
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim();
    return text === '' ? null : text;
  });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
