import { folderOf, isBelow } from './paths.ts';

/** Globs that match all of `chosen`, and of `all` nothing else: folders where everything in them is chosen, else files. */
export function globsFor(
  chosen: readonly string[],
  all: readonly string[],
  allowed: ReadonlySet<string>,
): readonly string[] {
  const blocked = new Set<string>();
  for (const path of all) {
    if (allowed.has(path)) continue;
    for (let folder = folderOf(path); folder !== '.' && !blocked.has(folder); folder = folderOf(folder))
      blocked.add(folder);
  }
  const folders: string[] = [];
  const files: string[] = [];
  for (const path of chosen) {
    if (folders.some((folder) => isBelow(path, folder))) continue;
    const folder = widest(path, blocked);
    if (folder === null) files.push(escapeGlob(path));
    else folders.push(folder);
  }
  return [...folders.map((folder) => `${escapeGlob(folder)}/**`), ...files];
}

/** The folder highest up in which there is nothing else. */
function widest(path: string, blocked: ReadonlySet<string>): string | null {
  let found: string | null = null;
  for (let folder = folderOf(path); folder !== '.' && !blocked.has(folder); folder = folderOf(folder)) found = folder;
  return found;
}

/** A path as a glob that matches it alone. */
export function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}!@+]/g, '\\$&');
}
