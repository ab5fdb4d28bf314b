import type { Sleeper } from '../ports.ts';
import type { Family, Survivors } from './family.ts';
import { whileHeld } from './hold.ts';

/** The living children of this process, which are groups of their own, so that Ctrl-Z does not reach them. */
export interface Children extends Sleeper {
  /** A child was just started; gives what says that it is no more. */
  add(pid: number, family: Family): () => void;
  /** Calls `act` while nothing of a child runs, or tells it that this could not be had. */
  hold(family: Family, act: (isHeld: boolean) => void): Promise<void>;
}

/** Stops all children, and what escaped from their groups, while this process is suspended. */
export function createChildren(): Children {
  const living = new Set<Family>();
  let stopped = new Map<Family, Survivors>();
  let isPaused = false;

  return {
    add(pid, family) {
      living.add(family);
      if (isPaused) process.kill(-pid, 'SIGSTOP');
      return () => living.delete(family);
    },
    hold: (family, act) => whileHeld(family, act, () => isPaused),
    async pause() {
      isPaused = true;
      const stop = async (family: Family): Promise<void> => {
        const survivors = await family.survivors();
        if (!isPaused) return;
        stopped.set(family, survivors);
        family.signal(survivors, 'SIGSTOP');
      };
      await Promise.all([...living].map(stop));
    },
    resume() {
      isPaused = false;
      const before = stopped;
      stopped = new Map();
      for (const [family, survivors] of before) family.signal(survivors, 'SIGCONT');
      // Those that were started, or left their group, while the others were being stopped.
      for (const family of living) void family.survivors().then((survivors) => family.signal(survivors, 'SIGCONT'));
    },
  };
}
