import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/**
 * Folders that attempts leave empty, which most are, become those of later attempts: to make and to remove one takes ext4 up to a
 * millisecond, each attempt has three, and a process is started in one. All of it is synchronous, since a trip to the thread pool
 * takes longer than the work.
 */
export interface FolderPool {
  /** Gives an empty folder; its path is `path` where the pool is one of named folders. @throws the file system's error */
  take(path?: string): string;
  /** The folder is used no more. `false` when something is in it, so that it stays where it is. */
  give(path: string): boolean;
  /** Removes what was given back and not taken again. */
  close(): void;
}

/** Folders at paths of the caller's own below `top`, each in a folder of its task. Those around them go when they are empty. */
export function createNamedFolders(top: string): FolderPool {
  const spare: string[] = [];
  let mode: number | null = null;

  const reuse = (path: string): boolean => {
    const found = spare.findIndex((folder) => basename(folder) === basename(path));
    const [folder] = found === -1 ? [] : spare.splice(found, 1);
    if (folder === undefined) return false;
    // Something that nobody knows of may have written there since.
    if (isUntouched(folder, mode) && isAlone(folder) && moved(dirname(folder), dirname(path))) return true;
    removeUpTo(top, folder);
    return false;
  };
  return {
    take(path = top) {
      if (!reuse(path)) {
        mkdirSync(path, { recursive: true });
        mode ??= modeOf(path);
      }
      return path;
    },
    give(path) {
      const untouched = isUntouched(path, mode);
      // Whether it is alone is seen when it is taken again.
      if (untouched) spare.push(path);
      else removeUpTo(top, path);
      return untouched;
    },
    close() {
      for (const folder of spare.splice(0)) removeUpTo(top, folder);
    },
  };
}

/** Private folders with names of their own in `parent`, which is made when it is needed. */
export function createTemporaryFolders(parent: string): FolderPool {
  const spare: string[] = [];
  let mode: number | null = null;
  return {
    take() {
      const folder = spare.pop();
      if (folder !== undefined && isUntouched(folder, mode)) return folder;
      mkdirSync(parent, { recursive: true });
      // Short: the path of a Unix socket may have 107 bytes.
      const made = mkdtempSync(join(parent, 't'));
      mode ??= modeOf(made);
      return made;
    },
    give(path) {
      const untouched = isUntouched(path, mode);
      if (untouched) spare.push(path);
      return untouched;
    },
    close() {
      for (const folder of spare.splice(0)) remove(folder);
    },
  };
}

/** Empty, and neither replaced nor closed to the next who uses it. */
function isUntouched(path: string, mode: number | null): boolean {
  try {
    return modeOf(path) === mode && readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

function modeOf(path: string): number {
  return lstatSync(path).mode;
}

/** Nothing else is in the folder around it, so that the two can move together. */
function isAlone(path: string): boolean {
  try {
    return readdirSync(dirname(path)).length === 1;
  } catch {
    return false;
  }
}

function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function removeUpTo(top: string, path: string): void {
  for (let folder = path; isBelow(top, folder) && remove(folder);) folder = dirname(folder);
}

function isBelow(top: string, path: string): boolean {
  const inside = relative(top, path);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`);
}

function remove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
