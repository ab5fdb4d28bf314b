import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Leader } from './leader.ts';
import { marksIn } from './mark.ts';

/** One process as the kernel describes it; `startTime` tells it from a later one with the same pid. */
export interface ProcessInfo {
  readonly pid: number;
  readonly group: number;
  /** Clock ticks since boot, as text. */
  readonly startTime: string;
  /** A zombie is dead: only its parent has not asked for its status. */
  readonly isZombie: boolean;
}

type Led = Pick<Leader, 'pid' | 'isReaped'>;

export interface MarkedProcess extends ProcessInfo {
  /** Encoded, innermost first. */
  readonly marks: readonly string[];
}

/** All processes of the machine that this user may look into; knows nothing where there is no /proc. */
export interface ProcessTable {
  /** Whether the latest look found out anything: /proc is not there, or cannot be opened because too many files are. */
  readonly isReadable: boolean;
  /** Every living process that carries a mark. Calls that wait at the same time share one pass of 1 to 6 ms. */
  marked(): Promise<readonly MarkedProcess[]>;
  /** Those of them that are wanted and were started with this leader or later: all it can have started. */
  markedSince(leader: Led, isWanted: (marks: readonly string[]) => boolean): Promise<readonly MarkedProcess[]>;
  /** Until it is reaped, this one belongs to nobody else: it is not asked for its marks when strays of others are looked for. */
  leads(leader: Led & Pick<Leader, 'onReaped'>): void;
  /** The living members of a process group, marked or not. */
  members(group: number): readonly ProcessInfo[];
}

const maxRounds = 200;
const processesPerTurn = 256;
const maxTried = 64;
const kernelThread = 0x00200000;
const shared = Buffer.allocUnsafe(256 * 1024);

/** Opens the process table of the machine. */
export function createProcessTable(): ProcessTable {
  if (!existsSync('/proc/self/environ')) {
    return {
      isReadable: false,
      marked: () => Promise.resolve([]),
      markedSince: () => Promise.resolve([]),
      members: () => [],
      leads: () => undefined,
    };
  }
  let waiting: Promise<readonly MarkedProcess[]> | null = null;
  let latest: Promise<unknown> = Promise.resolve();
  let isReadable = true;
  const list = (): readonly number[] => {
    const pids = listPids();
    isReadable = pids !== null;
    return pids ?? [];
  };
  const memory: Memory = { marked: new Map(), kernelThreads: new Set() };
  const leaders = new Set<number>();
  const anyMarked = (marks: readonly string[]): boolean => marks.length > 0;
  const marked = (): Promise<readonly MarkedProcess[]> => {
    if (waiting) return waiting;
    // A pass under way may already be past the process in question, so only one that has not begun is joined.
    const pass = latest.then(async () => {
      waiting = null;
      forgetEnded(memory.kernelThreads, list());
      const found = await findMarked({ memory, isWanted: anyMarked }, list);
      if (isReadable) memory.marked = new Map(found.map((process) => [process.pid, process]));
      return found;
    });
    waiting = pass;
    latest = pass.catch(() => undefined);
    return pass;
  };
  return {
    get isReadable() {
      return isReadable;
    },
    marked,
    markedSince: async ({ pid, isReaped }, isWanted) => {
      const first = isReaped() ? pid + 1 : pid;
      if (pidsSince(first) === null) return (await marked()).filter(({ marks }) => isWanted(marks));
      isReadable = true;
      const listed = (): readonly number[] =>
        pidsSince(first)?.filter((one) => one === pid || !leaders.has(one)) ?? list();
      const found = await findMarked({ memory, isWanted }, listed);
      for (const process of found) memory.marked.set(process.pid, process);
      return found;
    },
    leads: (leader) => {
      leaders.add(leader.pid);
      leader.onReaped(() => leaders.delete(leader.pid));
    },
    members: (group) =>
      list()
        .map(readProcess)
        .filter((found) => found !== null)
        .filter((found) => found.group === group && !found.isZombie),
  };
}

/** What earlier passes found. */
interface Memory {
  marked: Map<number, MarkedProcess>;
  /** Most of the processes of a machine, and none of anybody's. */
  readonly kernelThreads: Set<number>;
}

interface Search {
  readonly memory: Memory;
  /** Of others nothing more is asked than their marks. */
  readonly isWanted: (marks: readonly string[]) => boolean;
}

/** Rounds go on until a listing shows nothing new, so that a process cannot slip through by forking and exiting between two reads. */
async function findMarked(search: Search, list: () => readonly number[]): Promise<readonly MarkedProcess[]> {
  const seen = new Set<number>([process.pid, ...search.memory.kernelThreads]);
  const found: MarkedProcess[] = [];
  let sinceTurn = 0;
  for (let round = 0; round < maxRounds; round++) {
    const fresh = list().filter((pid) => !seen.has(pid));
    if (fresh.length === 0) break;
    let unclear = 0;
    for (const pid of fresh) {
      const inspected = inspect(pid, search);
      if (inspected === 'unclear') unclear++;
      else seen.add(pid);
      if (typeof inspected === 'object' && inspected !== null) found.push(inspected);
      if (++sinceTurn % processesPerTurn === 0) await nextTurn();
    }
    if (unclear === fresh.length) await pause(1);
  }
  return found;
}

/** Nothing can be known of processes just now, where it could be: too many files are open. */
export function areProcessesHidden(): boolean {
  return existsSync('/proc/self/environ') && listPids() === null;
}

/** `null` when it cannot be known. */
function listPids(): readonly number[] | null {
  const pids = listNumbers('/proc');
  return pids.length > 0 ? pids : null;
}

/**
 * Every pid that was given since this one, whether it still is anybody's: the kernel gives them in order, and says the last it gave.
 * `null` when it has begun anew since, or when there are so many that a listing is cheaper. To try five takes 20 µs, to list
 * those of a machine 0.2 ms and more.
 */
function pidsSince(pid: number): readonly number[] | null {
  const load = readSmallFile('/proc/loadavg');
  const last = typeof load === 'string' ? Number.NaN : Number(load.toString('latin1').trim().split(' ').at(-1));
  // Of what comes after the last there is none yet.
  if (!(last >= pid - 1 && last - pid < maxTried)) return null;
  return Array.from({ length: last - pid + 1 }, (_, index) => pid + index);
}

function listNumbers(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** A number can come back as anybody's process. */
function forgetEnded(pids: Set<number>, listed: readonly number[]): void {
  const present = new Set(listed);
  for (const pid of pids) if (!present.has(pid)) pids.delete(pid);
}

/** `null` when it is gone, another user's, or without a mark. */
function inspect(pid: number, search: Search): MarkedProcess | 'unclear' | null {
  const environment = readSmallFile(`/proc/${pid}/environ`);
  if (environment === 'ESRCH') return inspectWithoutMemory(pid, search);
  if (typeof environment === 'string') return null;
  if (environment.length === 0) return isBetweenPrograms(pid) ? 'unclear' : null;
  return withMarksIn(environment, pid, search);
}

/**
 * A process gives up its environment first when it ends, and may hold files, ports and much memory for a second more. One
 * that no pass has seen before was never ours to end; to wait for each of those would double the cost of a short task.
 */
function inspectWithoutMemory(pid: number, search: Search): MarkedProcess | null {
  const fields = readStat(pid);
  if (!fields || isDead(fields)) return null;
  if (isKernelThread(fields)) {
    search.memory.kernelThreads.add(pid);
    return null;
  }
  const known = search.memory.marked.get(pid);
  if (known && known.startTime === fields[19]) return known;
  // After `pthread_exit` in `main` the other threads have what the first gave up.
  for (const thread of fields[0] === 'Z' ? listNumbers(`/proc/${pid}/task`) : []) {
    const environment = readSmallFile(`/proc/${pid}/task/${thread}/environ`);
    if (typeof environment !== 'string') return withMarksIn(environment, pid, search);
  }
  return null;
}

function withMarksIn(environment: Buffer, pid: number, { isWanted }: Search): MarkedProcess | null {
  const marks = marksIn(environment);
  if (!isWanted(marks) || isThread(pid)) return null;
  const info = readProcess(pid);
  return info && !info.isZombie ? { ...info, marks } : null;
}

/** The number of a thread other than the first: it can be opened like a process, though no list of processes has it. */
function isThread(pid: number): boolean {
  const status = readSmallFile(`/proc/${pid}/status`);
  return typeof status !== 'string' && !status.toString('latin1').includes(`\nTgid:\t${pid}\n`);
}

/**
 * In the middle of execve the environment reads as empty. Only equal bounds (fields 50 and 51 of proc(5)) that are set
 * mean that it is; other bounds mean that execve ended between the two reads.
 */
function isBetweenPrograms(pid: number): boolean {
  const fields = readStat(pid);
  if (!fields || isDead(fields) || isKernelThread(fields)) return false;
  return fields[48] === '0' || fields[47] !== fields[48];
}

/** A process whose first thread is a zombie is alive while it has others. */
function isDead(stat: readonly string[]): boolean {
  return (stat[0] === 'Z' || stat[0] === 'X') && Number(stat[17]) <= 1;
}

function isKernelThread(stat: readonly string[]): boolean {
  return (Number(stat[6]) & kernelThread) !== 0;
}

/** The process with this pid; `null` when there is none or it cannot be read. */
export function readProcess(pid: number): ProcessInfo | null {
  const fields = readStat(pid);
  const startTime = fields?.[19];
  if (!fields || startTime === undefined) return null;
  return { pid, group: Number(fields[2]), startTime, isZombie: isDead(fields) };
}

/** Fields of /proc/pid/stat from the third on; the second is a name that may hold blanks and parentheses. */
function readStat(pid: number): readonly string[] | null {
  const bytes = readSmallFile(`/proc/${pid}/stat`);
  if (typeof bytes === 'string' || bytes.length === 0) return null;
  const text = bytes.toString('latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/**
 * The bytes, or the code of the error. Valid until the next call: one buffer serves all, since a pass reads hundreds of files
 * that say a size of zero.
 */
function readSmallFile(path: string): Buffer | string {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const length = readSync(descriptor, shared);
      return length < shared.length ? shared.subarray(0, length) : readFileSync(path);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}

/** What a process was started as, for people: `sleep 100 (pid 123)`, at most about 200 characters. */
export function describeProcess(pid: number): string {
  const command = readText(`/proc/${pid}/cmdline`) || `[${readText(`/proc/${pid}/comm`) || 'unknown command'}]`;
  const short = command.length > 160 ? `${command.slice(0, 160).toWellFormed()}...` : command;
  return `${short} (pid ${pid})`;
}

/** Arguments are separated by NULs and may hold anything else. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
      .replace(/\p{Cc}+/gu, ' ')
      .trim();
  } catch {
    return '';
  }
}
