/** The folder of a root-relative path, `.` for the root. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === -1 ? '.' : path.slice(0, end);
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A file of a folder, root-relative. */
export function inFolder(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/** Whether a path is the folder or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** A root-relative path as seen from a folder that it lies below. */
export function fromFolder(path: string, folder: string): string {
  return folder === '.' ? path : path.slice(folder.length + 1);
}

/** A folder and those above it, the nearest first, up to the root. */
export function upwards(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let at = folder; at !== '.'; at = folderOf(at)) folders.push(at);
  return [...folders, '.'];
}

/** `./e2e/` or `e2e` said in a folder, as a root-relative folder; `null` = outside of the root. */
export function resolveFolder(folder: string, said: string): string | null {
  const parts = folder === '.' ? [] : folder.split('/');
  for (const part of said.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? '.' : parts.join('/');
}
