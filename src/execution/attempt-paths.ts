import { existsSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Masker } from '../base/mask.ts';
import { createNamedFolders, createTemporaryFolders } from './folder-pool.ts';
import { copyMasked } from './masked-copy.ts';

/** Where one attempt of a task writes; absolute. */
export interface AttemptPaths {
  /** What the framework reports. */
  readonly rawDir: string;
  readonly logPath: string;
  readonly artifactsDir: string;
  /** The LCOV file in which its coverage is kept; made only where that is measured. */
  readonly coveragePath: string;
  /** Where `rawDir` and `artifactsDir` are found after the attempt; other folders than those when what is in them has to be masked. */
  readonly kept: { readonly rawDir: string; readonly artifactsDir: string };
  /** Private to the attempt and gone after it. */
  readonly tmpDir: string;
  /** What has to be masked stays in here, for nobody else to read; `null` = nothing has. */
  readonly privateDir: string | null;
}

/** Where the attempts of a run write. */
export interface AttemptFolders {
  /**
   * Makes fresh folders for an attempt: what an earlier run left in their place is removed, so that it cannot be taken for this one's.
   *
   * @throws the file system's error
   */
  prepare(task: string, attempt: number): Promise<AttemptPaths>;
  /** Keeps what an attempt wrote, masked where it has to be, and removes the rest; resolves to what went wrong, for a warning, or `null`. */
  tidy(paths: AttemptPaths): Promise<string | null>;
  /** Removes what was kept for further attempts. */
  close(): void;
}

/** The folders of one run; `reportsDir` and `tmpDir` are absolute and made when they are needed. */
export function createAttemptFolders(dirs: {
  readonly reportsDir: string;
  readonly tmpDir: string;
  readonly masker: Masker | null;
}): AttemptFolders {
  const { masker } = dirs;
  const raw = createNamedFolders(join(dirs.reportsDir, 'raw'));
  const artifacts = createNamedFolders(join(dirs.reportsDir, 'artifacts'));
  const temporary = createTemporaryFolders(dirs.tmpDir);
  // Within a run no two attempts have the same place.
  const hasOld = ['raw', 'artifacts', 'logs'].some((name) => existsSync(join(dirs.reportsDir, name)));
  return {
    async prepare(task, attempt) {
      const { kept, logPath, coveragePath } = keptPaths(task, attempt, dirs.reportsDir);
      if (hasOld) for (const path of [kept.rawDir, kept.artifactsDir, logPath]) await removeOld(path);
      const privateDir = masker === null ? null : makePrivate(dirs.tmpDir);
      if (privateDir === null) {
        raw.take(kept.rawDir);
        artifacts.take(kept.artifactsDir);
      }
      const written = privateDir ?? kept;
      const { rawDir, artifactsDir } = written;
      const shared = { kept, logPath, coveragePath };
      return { rawDir, artifactsDir, ...shared, tmpDir: temporary.take(), privateDir: privateDir?.path ?? null };
    },
    async tidy({ rawDir, artifactsDir, kept, tmpDir, privateDir }) {
      const problems: (string | null)[] = [];
      if (masker === null || privateDir === null) {
        raw.give(rawDir);
        artifacts.give(artifactsDir);
      } else {
        const keep = async (): Promise<void> => {
          await copyMasked(rawDir, kept.rawDir, masker);
          await copyMasked(artifactsDir, kept.artifactsDir, masker);
        };
        problems.push(await problemOf('its reports could not be kept', keep), await remove(privateDir));
      }
      if (!temporary.give(tmpDir)) problems.push(await remove(tmpDir));
      return problems.find((problem) => problem !== null) ?? null;
    },
    close() {
      for (const pool of [raw, artifacts, temporary]) pool.close();
    },
  };
}

function keptPaths(
  task: string,
  attempt: number,
  reportsDir: string,
): Pick<AttemptPaths, 'kept' | 'logPath' | 'coveragePath'> {
  const name = join(pathOf(task), String(attempt));
  const kept = { rawDir: join(reportsDir, 'raw', name), artifactsDir: join(reportsDir, 'artifacts', name) };
  const coveragePath = join(reportsDir, 'coverage', `${name}.info`);
  return { kept, logPath: join(reportsDir, 'logs', `${name}.log`), coveragePath };
}

/** To look is a hundredth of what it takes to remove what is not there. */
async function removeOld(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) await rm(path, { recursive: true, force: true });
}

function makePrivate(tmpDir: string): {
  readonly path: string;
  readonly rawDir: string;
  readonly artifactsDir: string;
} {
  mkdirSync(tmpDir, { recursive: true });
  const path = mkdtempSync(join(tmpDir, 'p'));
  const [rawDir, artifactsDir] = [join(path, 'raw'), join(path, 'artifacts')];
  for (const folder of [rawDir, artifactsDir]) mkdirSync(folder);
  return { path, rawDir, artifactsDir };
}

function remove(folder: string): Promise<string | null> {
  return problemOf(`${folder} could not be removed`, () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
}

async function problemOf(what: string, work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return `${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A path as it is after the attempt: what is written in private first is read elsewhere. */
export function keptPath(path: string, paths: AttemptPaths): string {
  const { rawDir, artifactsDir, kept } = paths;
  if (path === rawDir || path.startsWith(`${rawDir}/`)) return kept.rawDir + path.slice(rawDir.length);
  return path.startsWith(`${artifactsDir}/`) ? kept.artifactsDir + path.slice(artifactsDir.length) : path;
}

/**
 * A task's id as a relative path that stays below its folder, whatever a plan file from elsewhere holds. Brackets, which shells, globs and
 * URLs take for something else, are `@`: `backend[py312]` writes to `backend@py312`.
 */
function pathOf(task: string): string {
  return task
    .split('/')
    .map((segment) => {
      if (/^\.*$/.test(segment)) return `_${segment}`;
      const [, suite = segment, variant = null] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(segment) ?? [];
      return [suite, ...(variant === null ? [] : [variant])].map(escapeName).join('@');
    })
    .join('/');
}

function escapeName(text: string): string {
  return text.replace(/[^A-Za-z0-9_.+=-]/gu, encodeURIComponent);
}
