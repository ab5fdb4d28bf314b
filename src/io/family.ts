import type { Leader } from './leader.ts';
import type { MarkedProcess, ProcessInfo, ProcessTable } from './processes.ts';
import { readProcess } from './processes.ts';

/** A process group and everything marked that left it. */
export interface Family {
  survivors(): Promise<Survivors>;
  /** All that is alive, each once; where there is no /proc nothing is known of it. */
  everyone(): Promise<readonly ProcessInfo[]>;
  /** Sends to those that are still the processes that were found. Never throws. */
  signal(survivors: Survivors, signal: NodeJS.Signals): void;
}

/** What was alive at one moment. */
export interface Survivors {
  /** Set while the group has living members. */
  readonly group: number | null;
  /** Members of the group that could be identified. */
  readonly members: readonly ProcessInfo[];
  /** Marked processes outside the group. */
  readonly strays: readonly ProcessInfo[];
}

/** What belongs to a family beside the group of its leader. */
export interface FamilyOptions {
  /** Encoded, innermost first. */
  readonly matches: (marks: readonly string[]) => boolean;
  /** Groups that are families of their own. */
  readonly except?: ReadonlySet<number>;
}

/** Watches over a leader's group (if there is one) and over all processes whose marks match. */
export function createFamily(table: ProcessTable, leader: Leader | null, options: FamilyOptions): Family {
  const group = leader ? createGroup(leader) : null;
  const findMarked = async (): Promise<readonly MarkedProcess[]> =>
    (await (leader === null ? table.marked() : table.markedSince(leader, options.matches))).filter(
      ({ marks, group: number }) => options.matches(marks) && options.except?.has(number) !== true,
    );
  return {
    survivors: async () => {
      const marked = await findMarked();
      if (!group?.isOurs()) return { group: null, members: [], strays: marked };
      const strays = marked.filter((found) => found.group !== group.id);
      if (!table.isReadable) return { group: group.id, members: [], strays };
      const known = marked.filter((found) => found.group === group.id);
      // A member without a mark cleared its environment; none at all means that only zombies keep the group.
      const members = known.length > 0 ? known : table.members(group.id);
      return { group: members.length > 0 ? group.id : null, members, strays };
    },
    everyone: async () => {
      const marked = await findMarked();
      if (!group?.isOurs()) return marked;
      return [...table.members(group.id), ...marked.filter((found) => found.group !== group.id)];
    },
    signal: (survivors, signal) => {
      if (survivors.group !== null && group?.isOurs()) send(-group.id, signal);
      for (const stray of survivors.strays) {
        if (readProcess(stray.pid)?.startTime === stray.startTime) send(stray.pid, signal);
      }
    },
  };
}

/** Whether anything was alive. */
export function isAnyAlive(survivors: Survivors): boolean {
  return survivors.group !== null || survivors.strays.length > 0;
}

interface Group {
  readonly id: number;
  isOurs(): boolean;
}

/**
 * The number of a group stays taken while it has members. It can be someone else's only after it was empty, and then
 * a process with that very pid came after our leader: either, once seen, ends our claim for ever.
 */
function createGroup(leader: Leader): Group {
  let isLost = false;
  const isOurs = (): boolean => {
    if (!leader.isReaped()) return true;
    if (isLost) return false;
    isLost = !hasMembers(leader.pid) || isOthers(leader);
    return !isLost;
  };
  leader.onReaped(isOurs);
  return { id: leader.pid, isOurs };
}

function isOthers(leader: Leader): boolean {
  const owner = readProcess(leader.pid);
  return owner !== null && owner.startTime !== leader.startTime;
}

function hasMembers(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    // EPERM: on Linux members of another user; macOS says so of a group that is only zombies.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' && process.platform === 'linux';
  }
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone in between, or of another user: the next look tells.
  }
}
