import { relative, sep } from 'node:path';
import type { ChangedPath } from '../model/changes.ts';

/** A file that changed while somebody watched. */
export interface SeenChange extends ChangedPath {
  /** It was not there before. */
  readonly isNew: boolean;
  /** When it was written, or moved here with its folder, in milliseconds since the epoch; of what is gone when that was noticed. */
  readonly atMs: number;
}

export interface FileWatch {
  close(): Promise<void>;
}

/** Never source: `reports` of the root is what a run writes. */
const ignoredNames: ReadonlySet<string> = new Set([
  ...['.git', '.hg', '.svn', '.jj', '.runner', 'node_modules', '__pycache__'],
  ...['.venv', '.tox', '.nox', '.pytest_cache', '.mypy_cache', '.ruff_cache', '.DS_Store'],
]);

/** Editors write beside a file and put that in its place. */
const ofEditors = /(?:~|\.sw[a-z]|\.tmp|^4913)$/;

/** Many files that change together are told together: when nothing has changed for so long, or at the latest. */
const quietMs = 150;
const latestMs = 5000;

/**
 * Tells of the files below a folder that change, from when it resolves on, many at once as one; what `ignored` names (root-relative, as
 * are all paths), below which nothing is looked at, and what a run writes are left out. `onFailure` is told once when watching has ended by itself.
 */
export async function watchFiles(
  root: string,
  options: {
    readonly ignored: (path: string) => boolean;
    readonly onChanges: (changes: readonly SeenChange[]) => void;
    readonly onFailure: (problem: string) => void;
  },
): Promise<FileWatch> {
  // Not loaded where nobody watches.
  const { watch } = await import('chokidar');
  const toRoot = (path: string): string => relative(root, path).split(sep).join('/');
  const batch = createBatch(options.onChanges);
  const isIgnored = (path: string): boolean => {
    const own = toRoot(path);
    const name = own.slice(own.lastIndexOf('/') + 1);
    return own !== '' && (ignoredNames.has(name) || own === 'reports' || ofEditors.test(name) || options.ignored(own));
  };
  const watcher = watch(root, {
    ignored: isIgnored,
    ignoreInitial: true,
    followSymlinks: false,
    alwaysStat: true,
    ignorePermissionErrors: true,
  });
  // Of folders that came since; what is in one that was moved here is older.
  const cameAtMs = new Map<string, number>();
  watcher
    .on('addDir', (path, stats) => void cameAtMs.set(toRoot(path), timeOf(stats)))
    .on('unlinkDir', (path) => void cameAtMs.delete(toRoot(path)))
    .on('add', (path, stats) => {
      const own = toRoot(path);
      const times = foldersOf(own).map((folder) => cameAtMs.get(folder) ?? 0);
      batch.add({ path: own, kind: 'present', isNew: true, atMs: Math.max(timeOf(stats), ...times) });
    })
    .on('change', (path, stats) =>
      batch.add({ path: toRoot(path), kind: 'present', isNew: false, atMs: timeOf(stats) }),
    )
    .on('unlink', (path) => batch.add({ path: toRoot(path), kind: 'deleted', isNew: false, atMs: Date.now() }));
  const failed = Promise.withResolvers<null>();
  watcher.on('error', (error) => {
    const problem = fatalProblem(error);
    if (problem === null) return;
    options.onFailure(problem);
    failed.resolve(null);
  });
  await Promise.race([new Promise((resolve) => void watcher.once('ready', () => resolve(null))), failed.promise]);
  return {
    close: async () => {
      batch.drop();
      await watcher.close();
    },
  };
}

/** When it was written, since on a busy machine that is told later. */
function timeOf(stats: { readonly ctimeMs: number } | undefined): number {
  return stats?.ctimeMs ?? Date.now();
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

interface Batch {
  add(change: SeenChange): void;
  drop(): void;
}

function createBatch(onChanges: (changes: readonly SeenChange[]) => void): Batch {
  const pending = new Map<string, SeenChange>();
  let quiet: NodeJS.Timeout | undefined;
  let latest: NodeJS.Timeout | undefined;
  const drop = (): void => {
    clearTimeout(quiet);
    clearTimeout(latest);
    [quiet, latest] = [undefined, undefined];
    pending.clear();
  };
  const tell = (): void => {
    // What came and went was nobody's change.
    const changes = [...pending.values()].filter(({ kind, isNew }) => !(isNew && kind === 'deleted'));
    drop();
    if (changes.length > 0) onChanges(changes);
  };
  return {
    add(change) {
      const isNew = change.isNew || pending.get(change.path)?.isNew === true;
      pending.set(change.path, { ...change, isNew });
      clearTimeout(quiet);
      quiet = setTimeout(tell, quietMs);
      latest ??= setTimeout(tell, latestMs);
    },
    drop,
  };
}

/** A folder that went away or may not be read is nothing to end for. */
function fatalProblem(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC')
    return 'the limit of watched files is reached: raise it with sysctl fs.inotify.max_user_watches=524288';
  if (code === 'EMFILE' || code === 'ENFILE')
    return 'too many files are open: raise the limit with ulimit -n, or sysctl fs.inotify.max_user_instances=512';
  return null;
}
