import type { Family, Survivors } from './family.ts';
import { isAnyAlive } from './family.ts';
import { describeProcess } from './processes.ts';
import { sleep } from './sleep.ts';

/**
 * What ends by itself within this time is no leak. nextest's default, which it raised from 100 ms because of false
 * alarms on busy machines.
 */
const settleMs = 200;
const maxNames = 20;

/** What is still alive after it was given time to end by itself. */
export async function findLeftovers(family: Family, kill: AbortSignal): Promise<Survivors> {
  const untilMs = performance.now() + settleMs;
  let survivors = await family.survivors();
  for (let pollMs = 5; isAnyAlive(survivors) && performance.now() < untilMs && !kill.aborted; pollMs *= 2) {
    await sleep(Math.min(pollMs, untilMs - performance.now()), kill);
    survivors = await family.survivors();
  }
  return survivors;
}

/** Their command lines with pids, twenty at most. */
export function nameSurvivors(survivors: Survivors): readonly string[] {
  if (!isAnyAlive(survivors)) return [];
  const found = [...survivors.members, ...survivors.strays];
  // Without /proc only the group's number is known.
  if (found.length === 0) return [`unknown command (process group ${survivors.group ?? 'unknown'})`];
  const names = found.slice(0, maxNames).map((process) => describeProcess(process.pid));
  return found.length > maxNames ? [...names, `and ${found.length - maxNames} more`] : names;
}
