import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What is checked out. */
export interface GitHead {
  readonly commit: string | null;
  /** `null` = no branch is checked out. */
  readonly branch: string | null;
}

/** Reads what git has checked out at or above a folder, from its files alone; nulls where there is no git, or what it wrote is not known. */
export function readGitHead(folder: string): GitHead {
  try {
    const gitDir = findGitDir(folder);
    if (gitDir === null) return nothing;
    const head = readFileSync(join(gitDir, 'HEAD'), 'utf8').trim();
    const ref = /^ref: (.+)$/.exec(head)?.[1];
    if (ref === undefined) return { commit: commitOf(head), branch: null };
    return { commit: readRef(gitDir, ref), branch: ref.replace(/^refs\/heads\//, '') };
  } catch {
    return nothing;
  }
}

const nothing: GitHead = { commit: null, branch: null };

function findGitDir(folder: string): string | null {
  const git = join(folder, '.git');
  if (!existsSync(git)) return dirname(folder) === folder ? null : findGitDir(dirname(folder));
  if (statSync(git).isDirectory()) return git;
  // A worktree or submodule names the folder in a file.
  const named = /^gitdir: (.+)$/m.exec(readFileSync(git, 'utf8'))?.[1];
  return named === undefined ? null : resolve(folder, named);
}

/** A branch is in a file of its own or among the packed ones, of a worktree in those of the main checkout. */
function readRef(gitDir: string, ref: string): string | null {
  const common = join(gitDir, 'commondir');
  const dirs = [gitDir, ...(existsSync(common) ? [resolve(gitDir, readFileSync(common, 'utf8').trim())] : [])];
  for (const dir of dirs) {
    if (existsSync(join(dir, ref))) return commitOf(readFileSync(join(dir, ref), 'utf8').trim());
    if (!existsSync(join(dir, 'packed-refs'))) continue;
    const packed = readFileSync(join(dir, 'packed-refs'), 'utf8').split('\n');
    const line = packed.find((candidate) => candidate.endsWith(` ${ref}`));
    if (line !== undefined) return commitOf(line.split(' ')[0] ?? '');
  }
  return null;
}

function commitOf(text: string): string | null {
  return /^[0-9a-f]{40,64}$/.test(text) ? text : null;
}
