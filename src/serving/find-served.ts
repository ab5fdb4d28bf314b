import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What is served of a folder. */
export interface ServedFiles {
  /** Absolute. */
  readonly folder: string;
  /** The page in it. */
  readonly page: string;
  /** Files beside it, by their paths from the folder. */
  readonly files: readonly string[];
  /** Folders in it of which everything is served. */
  readonly folders: readonly string[];
}

/** A file that may be served, open; whoever asks for it closes it. */
export interface FoundFile {
  readonly file: FileHandle;
  readonly name: string;
  readonly size: number;
  /** Its first 4 KiB as text. */
  beginning(): Promise<string>;
}

/** The file that an encoded path asks for; `null` = there is none, or it is none of the report's. */
export async function findServed(files: ServedFiles, encoded: string): Promise<FoundFile | null> {
  const path = decodePath(encoded);
  if (path === null || !isServed(files, path)) return null;
  try {
    const [root, target] = [await realpath(files.folder), await realpath(join(files.folder, ...path))];
    // A link in the folder may lead anywhere.
    if (!isServed(files, relative(root, target).split(sep))) return null;
    return await openFile(target, path.at(-1) ?? '');
  } catch {
    return null;
  }
}

/** Names of folders and a file; `null` where one is not a name, but a way to somewhere else. */
function decodePath(encoded: string): readonly string[] | null {
  try {
    const names = encoded.split('/').map(decodeURIComponent);
    return names.every(isName) ? names : null;
  } catch {
    return null;
  }
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}

function isServed({ page, files, folders }: ServedFiles, names: readonly string[]): boolean {
  const path = names.join('/');
  return path === page || files.includes(path) || (names.length > 1 && folders.includes(names[0] ?? ''));
}

async function openFile(path: string, name: string): Promise<FoundFile | null> {
  // What is no file must not be waited for: a named pipe would be.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    return null;
  }
  const beginning = async (): Promise<string> => {
    const buffer = Buffer.alloc(4_096);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  };
  return { file, name, size: stat.size, beginning };
}
