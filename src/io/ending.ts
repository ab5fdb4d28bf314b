import { activeNow } from '../base/active-time.ts';
import type { Family, Survivors } from './family.ts';
import { isAnyAlive } from './family.ts';

/** The end of a family under way. */
export interface Ending {
  /** `true` when nothing is alive; `false` when something survived SIGKILL for ten seconds (a process stuck in the kernel). */
  readonly done: Promise<boolean>;
  /** Shortens what is left of the grace; never lengthens it. */
  hurry(graceMs: number, kill: AbortSignal): void;
  /** Something ended: looks again without waiting for the next poll. */
  look(): void;
}

/** Between SIGTERM and SIGKILL once everything is to be killed at once. */
const killGraceMs = 500;
const giveUpAfterMs = 10_000;
const firstPollMs = 5;
const slowestPollMs = 50;

/** Ends a family: `signal`, `graceMs`, SIGKILL; everything is told again, with SIGTERM and 500 ms, when `kill` aborts. */
export function startEnding(
  family: Family,
  options: { readonly signal: NodeJS.Signals; readonly graceMs: number; readonly kill: AbortSignal },
): Ending {
  const state: EndingState = {
    signal: options.signal,
    killAtMs: options.signal === 'SIGKILL' ? 0 : activeNow() + options.graceMs,
    told: new Set(),
    wake: () => undefined,
  };
  const watched = new Set<AbortSignal>();
  const killNow = (): void => {
    state.signal = 'SIGTERM';
    state.killAtMs = Math.min(state.killAtMs, activeNow() + killGraceMs);
    state.told.clear();
    state.wake();
  };
  let isOver = false;
  const watch = (kill: AbortSignal): void => {
    if (isOver || watched.has(kill)) return;
    watched.add(kill);
    if (kill.aborted) killNow();
    else kill.addEventListener('abort', killNow, { once: true });
  };
  watch(options.kill);
  const done = endAll(family, state).finally(() => {
    isOver = true;
    for (const kill of watched) kill.removeEventListener('abort', killNow);
  });
  return {
    done,
    hurry: (graceMs, kill) => {
      state.killAtMs = Math.min(state.killAtMs, activeNow() + graceMs);
      watch(kill);
      state.wake();
    },
    look: () => state.wake(),
  };
}

interface EndingState {
  signal: NodeJS.Signals;
  killAtMs: number;
  /** Who got the signal already: `group`, or a stray's pid and start time. */
  readonly told: Set<string>;
  wake: () => void;
}

async function endAll(family: Family, state: EndingState): Promise<boolean> {
  let killedAtMs: number | null = null;
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 2, slowestPollMs)) {
    const survivors = await family.survivors();
    if (!isAnyAlive(survivors)) return true;
    const nowMs = activeNow();
    if (nowMs < state.killAtMs) {
      tellNew(family, survivors, state);
    } else {
      killedAtMs ??= nowMs;
      if (nowMs - killedAtMs > giveUpAfterMs) return false;
      family.signal(survivors, 'SIGKILL');
    }
    const leftMs = state.killAtMs - nowMs;
    await pauseUntilWoken(leftMs > 0 ? Math.min(pollMs, leftMs) : pollMs, state);
  }
}

/** A group is told once: what it starts to clean up must be left to do so. */
function tellNew(family: Family, survivors: Survivors, state: EndingState): void {
  const strays = survivors.strays.filter((stray) => isNew(`${stray.pid}:${stray.startTime}`, state.told));
  const group = survivors.group !== null && isNew('group', state.told) ? survivors.group : null;
  if (group === null && strays.length === 0) return;
  const fresh: Survivors = { group, members: survivors.members, strays };
  family.signal(fresh, state.signal);
  // A stopped process dies of SIGKILL only; it has to go on to receive anything else.
  family.signal(fresh, 'SIGCONT');
}

function isNew(key: string, told: Set<string>): boolean {
  const before = told.size;
  return told.add(key).size > before;
}

function pauseUntilWoken(ms: number, state: EndingState): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    state.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
