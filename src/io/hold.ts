import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Family } from './family.ts';
import type { ProcessInfo } from './processes.ts';

/** Waited for all of a family to stop: one that sleeps in the kernel stops only when it wakes up. */
const longestMs = 250;
const pollMs = 1;

/**
 * Stops a family, calls `act` in a moment in which nothing of it runs, and lets what it stopped go on. `act` is told whether that moment
 * came. What was stopped already stays so, and everything does while `staysStopped`. Never rejects, unless `act` throws.
 */
export async function whileHeld(
  family: Family,
  act: (isHeld: boolean) => void,
  staysStopped: () => boolean,
): Promise<void> {
  const held: ProcessInfo[] = [];
  try {
    act(await stopAll(family, held));
  } finally {
    if (!staysStopped()) tell(family, held, 'SIGCONT');
  }
}

async function stopAll(family: Family, held: ProcessInfo[]): Promise<boolean> {
  const untilMs = performance.now() + longestMs;
  for (let round = 0; performance.now() < untilMs; round += 1) {
    const running = (await family.everyone()).filter((process) => !isStopped(process.pid));
    // What started while the others were being stopped is found by the next look only.
    if (running.length === 0 && round > 0) return true;
    held.push(...running);
    tell(family, running, 'SIGSTOP');
    while (!running.every((process) => isStopped(process.pid)) && performance.now() < untilMs) await pause(pollMs);
  }
  return false;
}

function tell(family: Family, processes: readonly ProcessInfo[], signal: NodeJS.Signals): void {
  family.signal({ group: null, members: [], strays: processes }, signal);
}

/** Each thread stops by itself, and a stopped one writes no more; what is gone does not either. */
function isStopped(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => isThreadStopped(`/proc/${pid}/task/${thread}/stat`));
  } catch {
    return true;
  }
}

function isThreadStopped(path: string): boolean {
  try {
    const stat = readFileSync(path, 'latin1');
    return 'TtZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}
