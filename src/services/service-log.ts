import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { lastLogLines } from './log-tail.ts';

/** Where a service's output goes; what is before `offset` is from an earlier start. */
export interface ServiceLog {
  readonly path: string;
  readonly offset: number;
}

/** Makes the folder of a log and takes away what an earlier run left in its place. @throws the file system's error when that cannot be done */
export async function prepareServiceLog(path: string, generation: number): Promise<ServiceLog> {
  await mkdir(dirname(path), { recursive: true });
  // What an earlier run left would be taken for this one's last words.
  if (generation === 1) await rm(path, { force: true });
  const facts = await stat(path).catch(() => null);
  return { path, offset: facts?.size ?? 0 };
}

/** The end of a service's output for a message, under the log's path relative to the root. */
export function logTailLines(log: ServiceLog, root: string): readonly string[] {
  const path = relative(root, log.path);
  const shown = path.startsWith('..') ? log.path : path;
  const lines = lastLogLines(log.path, log.offset);
  if (lines.length === 0) return [`it printed nothing (${shown})`];
  return [`last lines of ${shown}:`, ...lines.map((line) => `  ${line}`)];
}
