import type { EndResult, ProcessIdentity, RecordedGroup } from '../ports.ts';
import { startEnding } from './ending.ts';
import type { Survivors } from './family.ts';
import { createFamily, isAnyAlive } from './family.ts';
import type { Leader } from './leader.ts';
import { nameSurvivors } from './leftovers.ts';
import { encodeMark } from './mark.ts';
import { livenessOf } from './process-identity.ts';
import type { MarkedProcess } from './processes.ts';
import { createProcessTable } from './processes.ts';

/** What another runner noted about the processes it had. */
export interface Recorded {
  readonly groups: readonly RecordedGroup[];
  /** Processes whose mark starts with one of these are ended too, in a group or not; each must end where run ids end (`run-1/`). */
  readonly markPrefixes: readonly string[];
  /** Whole marks of what stays. */
  readonly spare: readonly string[];
}

/** Ends what another runner started and names it; a pid or a group number that belongs to somebody else by now is not touched. */
export async function endRecorded(
  recorded: Recorded,
  options: { readonly signal: NodeJS.Signals; readonly graceMs: number; readonly kill: AbortSignal },
): Promise<EndResult> {
  const table = createProcessTable();
  const matches = createMatcher(recorded);
  const marked = await table.marked();
  const groups = recorded.groups.filter((group) => !recorded.spare.includes(group.mark) && isOurs(group, marked));
  const numbers = new Set(groups.map((group) => group.leader.pid));
  const families = [
    ...groups.map((group) => createFamily(table, leaderOf(group.leader), { matches: () => false })),
    // Members of a group are told once, with their group.
    createFamily(table, null, { matches, except: numbers }),
  ];
  const found = await Promise.all(families.map((family) => family.survivors()));
  // A process has no command line any more once it is ended.
  const names = [...new Set(found.flatMap(nameSurvivors))];
  const alive = families.filter((_, index) => isAnyAlive(found[index] ?? nobody));
  const gone = await Promise.all(alive.map((family) => startEnding(family, options).done));
  return { ended: names, complete: !gone.includes(false) };
}

const nobody: Survivors = { group: null, members: [], strays: [] };

function createMatcher({ groups, markPrefixes, spare }: Recorded): (marks: readonly string[]) => boolean {
  // The empty prefix would be every runner's processes.
  const prefixes = markPrefixes.filter((prefix) => prefix !== '').map(encodeMark);
  const exact = new Set(groups.map((group) => encodeMark(group.mark)));
  const spared = new Set(spare.map(encodeMark));
  return (marks) =>
    marks.some((mark) => exact.has(mark) || prefixes.some((prefix) => mark.startsWith(prefix))) &&
    !marks.some((mark) => spared.has(mark));
}

/**
 * A group is ours when it has a member with its mark. Without one its leader has to be the very process that was noted, with a cleared
 * environment: what carries marks of others only has nothing to do with us, whatever its pid.
 */
function isOurs({ leader, mark }: RecordedGroup, marked: readonly MarkedProcess[]): boolean {
  const members = marked.filter((process) => process.group === leader.pid);
  const own = encodeMark(mark);
  if (livenessOf(leader) === 'elsewhere') return false;
  if (members.some((process) => process.marks.includes(own))) return true;
  if (leader.startTime === null || marked.some((process) => process.pid === leader.pid)) return false;
  return livenessOf(leader) === 'alive';
}

function leaderOf({ pid, startTime }: ProcessIdentity): Leader {
  return {
    pid,
    startTime,
    exited: new Promise(() => undefined),
    // Whoever could take its exit status is not us.
    isReaped: () => true,
    onReaped: () => undefined,
  };
}
