import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process that listens on a port. */
export interface PortHolder {
  readonly pid: number;
  /** Its command line, cut to 200 characters. */
  readonly command: string;
}

const maxCommandLength = 200;
/** What `Io.spawn` puts the mark of a child into. */
const markVariable = 'RUNNER_PROCESS_MARK=';

/** Who listens on the port, as far as this user may know; empty where `/proc` does not tell. */
export async function findPortHolders(port: number): Promise<readonly PortHolder[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return [];
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const holders: PortHolder[] = [];
  for (const pid of pids) {
    if (await holdsOne(pid, inodes)) holders.push({ pid: Number(pid), command: await commandOf(pid) });
  }
  return holders;
}

/** `node server.mjs (pid 123)`, or that it is not known. */
export function describeHolders(holders: readonly PortHolder[]): string {
  if (holders.length === 0) return 'another process (which one is not visible to this user)';
  return holders.map((holder) => `${holder.command} (pid ${holder.pid})`).join(', ');
}

/** Inodes of the sockets in state LISTEN on the port, from the text of `/proc/net/tcp` or `tcp6`. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${hexPort}`) === true)
    .map((columns) => columns[9] ?? '')
    .filter((inode) => inode !== '' && inode !== '0');
}

/**
 * Those of `holders` that cannot belong to the service started as `leader`: neither of its group or session, nor marked as its own, and older
 * than it or marked as another's. A helper that began later (a container runtime's proxy) is given the benefit of the doubt.
 */
export async function strangersAmong(
  holders: readonly PortHolder[],
  leader: { readonly pid: number; readonly mark: string },
): Promise<readonly PortHolder[]> {
  const own = await readStat(leader.pid);
  const strangers: PortHolder[] = [];
  for (const holder of holders) {
    const stat = await readStat(holder.pid);
    if (own === null || stat === null || stat.group === leader.pid || stat.session === leader.pid) continue;
    const environment = await readFile(`/proc/${holder.pid}/environ`, 'utf8').catch(() => '');
    if (environment.includes(leader.mark)) continue;
    if (stat.startTime < own.startTime || environment.includes(markVariable)) strangers.push(holder);
  }
  return strangers;
}

async function holdsOne(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  // Processes of other users, and those that end meanwhile, cannot be read: they are not known to hold anything.
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (link.startsWith('socket:[') && inodes.has(link.slice(8, -1))) return true;
  }
  return false;
}

async function commandOf(pid: string): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const command = text.replaceAll('\0', ' ').trim();
  return command === '' ? 'a process' : command.slice(0, maxCommandLength);
}

async function readStat(
  pid: number,
): Promise<{ readonly group: number; readonly session: number; readonly startTime: number } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // The name in parentheses may hold blanks and parentheses itself; the fields after the last one are fixed (proc_pid_stat(5)).
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { group: fields[2] ?? -1, session: fields[3] ?? -1, startTime: fields[19] ?? Number.NaN };
}
