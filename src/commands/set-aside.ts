import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { makeStateDir } from '../base/state-dir.ts';

/** With less room than this on the disk, or than this part of it, nothing is kept until the end of a run that the run may need itself. */
const roomBytes = 2 ** 30;
const roomShare = 0.1;

/**
 * Takes these files of an earlier run out of a folder. They are removed only when the run has ended: ext4 is slow to make files for five
 * seconds after it has removed many, which made 500 short tasks take a third longer.
 *
 * @throws the file system's error when something stays where it was
 */
export function setAside(
  folder: string,
  names: readonly string[],
  { runId, stateDir }: { readonly runId: string; readonly stateDir: string },
): void {
  const there = names.filter((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined);
  if (there.length === 0) return;
  // Of runs that were killed, or what nobody could remove: it must not grow from run to run.
  discardReplaced(stateDir);
  const aside = join(replacedDir(stateDir), runId);
  let isPossible = !existsSync(replacedDir(stateDir)) && hasRoom(folder) && isMade(aside, stateDir);
  for (const name of there) {
    const path = join(folder, name);
    isPossible &&= isMoved(path, join(aside, name));
    if (!isPossible) remove(path);
  }
}

/** Removes what was set aside, by runs that were killed too. Never throws. */
export function discardReplaced(stateDir: string): void {
  const path = replacedDir(stateDir);
  try {
    remove(path);
  } catch {
    try {
      // Tests leave folders that nobody may write to, such as those of Go's modules.
      makeWritable(path);
      remove(path);
    } catch {
      // It is in nobody's way, and the next run tries again.
    }
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function makeWritable(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) makeWritable(join(folder, entry.name));
}

function replacedDir(stateDir: string): string {
  return join(stateDir, 'replaced');
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return blocks > 0 && bavail * bsize > roomBytes && bavail > blocks * roomShare;
  } catch {
    return false;
  }
}

function isMade(aside: string, stateDir: string): boolean {
  try {
    makeStateDir(stateDir);
    mkdirSync(aside, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

/** To another disk nothing can be moved. */
function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
