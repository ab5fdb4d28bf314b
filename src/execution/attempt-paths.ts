import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Masker } from '../base/mask.ts';
import { copyMasked } from './masked-copy.ts';

/** Where one attempt of a task writes; absolute. */
export interface AttemptPaths {
  /** What the framework reports. */
  readonly rawDir: string;
  readonly logPath: string;
  readonly artifactsDir: string;
  /** Where `rawDir` and `artifactsDir` are found after the attempt; other folders than those when what is in them has to be masked. */
  readonly kept: { readonly rawDir: string; readonly artifactsDir: string };
  /** Private to the attempt and gone after it. */
  readonly tmpDir: string;
  /** What has to be masked stays in here, for nobody else to read; `null` = nothing has. */
  readonly privateDir: string | null;
}

/**
 * Makes fresh folders for an attempt: what an earlier run left in their place is removed, so that it cannot be taken for this one's.
 *
 * @throws the file system's error
 */
export async function prepareAttempt(
  task: string,
  attempt: number,
  dirs: { readonly reportsDir: string; readonly tmpDir: string; readonly masker: Masker | null },
): Promise<AttemptPaths> {
  const name = join(pathOf(task), String(attempt));
  const kept = { rawDir: join(dirs.reportsDir, 'raw', name), artifactsDir: join(dirs.reportsDir, 'artifacts', name) };
  const logPath = join(dirs.reportsDir, 'logs', `${name}.log`);
  await Promise.all(
    [kept.rawDir, kept.artifactsDir, logPath].map((path) => rm(path, { recursive: true, force: true })),
  );
  await mkdir(dirs.tmpDir, { recursive: true });
  const privateDir = dirs.masker === null ? null : await mkdtemp(join(dirs.tmpDir, 'p'));
  const written =
    privateDir === null ? kept : { rawDir: join(privateDir, 'raw'), artifactsDir: join(privateDir, 'artifacts') };
  await Promise.all(
    [written.rawDir, written.artifactsDir, dirname(logPath)].map((path) => mkdir(path, { recursive: true })),
  );
  // Short: the path of a Unix socket may have 107 bytes.
  return { ...written, kept, logPath, tmpDir: await mkdtemp(join(dirs.tmpDir, 't')), privateDir };
}

/** A path as it is after the attempt: what is written in private first is read elsewhere. */
export function keptPath(path: string, paths: AttemptPaths): string {
  const { rawDir, artifactsDir, kept } = paths;
  if (path === rawDir || path.startsWith(`${rawDir}/`)) return kept.rawDir + path.slice(rawDir.length);
  return path.startsWith(`${artifactsDir}/`) ? kept.artifactsDir + path.slice(artifactsDir.length) : path;
}

/** Keeps what an attempt wrote, masked where it has to be, and removes the rest; resolves to what went wrong, for a warning, or `null`. */
export async function tidyAttempt(paths: AttemptPaths, masker: Masker | null): Promise<string | null> {
  const { rawDir, artifactsDir, kept, tmpDir, privateDir } = paths;
  let problem: string | null = null;
  if (masker !== null && privateDir !== null) {
    problem = await problemOf('its reports could not be kept', async () => {
      await copyMasked(rawDir, kept.rawDir, masker);
      await copyMasked(artifactsDir, kept.artifactsDir, masker);
    });
  }
  await Promise.all([removeIfEmpty(kept.rawDir, 'raw'), removeIfEmpty(kept.artifactsDir, 'artifacts')]);
  for (const folder of [tmpDir, ...(privateDir === null ? [] : [privateDir])]) {
    const left = await problemOf(`${folder} could not be removed`, () =>
      rm(folder, { recursive: true, force: true, maxRetries: 3 }),
    );
    problem ??= left;
  }
  return problem;
}

async function problemOf(what: string, work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return `${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** With the folders around it that are empty then, up to that of all tasks. */
async function removeIfEmpty(path: string, top: string): Promise<void> {
  for (let folder = path; basename(folder) !== top; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
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
