import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where one attempt of a task writes; absolute. */
export interface AttemptPaths {
  /** What the framework reports. */
  readonly rawDir: string;
  readonly logPath: string;
  readonly artifactsDir: string;
  /** Private to the attempt and gone after it. */
  readonly tmpDir: string;
}

/**
 * Makes fresh folders for an attempt: what an earlier run left in their place is removed, so that it cannot be taken for this one's.
 *
 * @throws the file system's error
 */
export async function prepareAttempt(
  task: string,
  attempt: number,
  dirs: { readonly reportsDir: string; readonly tmpDir: string },
): Promise<AttemptPaths> {
  const name = join(pathOf(task), String(attempt));
  const rawDir = join(dirs.reportsDir, 'raw', name);
  const artifactsDir = join(dirs.reportsDir, 'artifacts', name);
  const logPath = join(dirs.reportsDir, 'logs', `${name}.log`);
  await Promise.all([rawDir, artifactsDir, logPath].map((path) => rm(path, { recursive: true, force: true })));
  await Promise.all(
    [rawDir, artifactsDir, dirname(logPath), dirs.tmpDir].map((path) => mkdir(path, { recursive: true })),
  );
  // Short: the path of a Unix socket may have 107 bytes.
  return { rawDir, logPath, artifactsDir, tmpDir: await mkdtemp(join(dirs.tmpDir, 't')) };
}

/** Removes what an attempt needs no longer; resolves to what could not be removed, for a warning, or `null`. */
export async function tidyAttempt(paths: AttemptPaths): Promise<string | null> {
  await Promise.all([paths.rawDir, paths.artifactsDir].map(removeIfEmpty));
  try {
    await rm(paths.tmpDir, { recursive: true, force: true, maxRetries: 3 });
    return null;
  } catch (error) {
    return `${paths.tmpDir} could not be removed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function removeIfEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => undefined);
}

/** A task's id as a relative path that stays below its folder, whatever a plan file from elsewhere holds. */
function pathOf(task: string): string {
  return task
    .split('/')
    .map((segment) =>
      /^\.*$/.test(segment) ? `_${segment}` : segment.replace(/[^A-Za-z0-9_.@+=-]/gu, encodeURIComponent),
    )
    .join('/');
}
