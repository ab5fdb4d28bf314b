import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { compileGlobs, globBase } from '../base/glob.ts';
import { UsageError } from '../errors.ts';

/** The files to merge; one of the two lists is empty. Absolute, sorted, each once. */
export interface MergeInputs {
  readonly logs: readonly string[];
  readonly reports: readonly string[];
}

const ignored: ReadonlySet<string> = new Set(['node_modules', '.git']);

/**
 * Finds what the words of `runner merge` mean: files, directories (their `events.jsonl`, or else their `*.xml`), globs. `own` is what
 * merge writes itself; it is taken only when it is named.
 * @throws {UsageError} when a word means nothing, when nothing is found, or when event logs and XML are mixed.
 */
export function findMergeInputs(paths: readonly string[], cwd: string, own: readonly string[]): MergeInputs {
  if (paths.length === 0) throw new UsageError('merge needs the files, directories or globs to merge');
  const found = [...new Set(paths.flatMap((path) => findOne(path, cwd, new Set(own))))].sort();
  const logs = found.filter((path) => path.endsWith('.jsonl'));
  const reports = found.filter((path) => !path.endsWith('.jsonl'));
  if (logs.length > 0 && reports.length > 0) {
    throw new UsageError(
      `event logs and XML reports cannot be merged together: ${shown(logs[0], cwd)}, ${shown(reports[0], cwd)}`,
      'merge the event logs first, then the junit.xml of that with the other reports',
    );
  }
  return { logs, reports };
}

function findOne(path: string, cwd: string, own: ReadonlySet<string>): readonly string[] {
  const absolute = resolve(cwd, path);
  const kind = kindOf(absolute);
  if (kind === 'file') return [absolute];
  if (kind === 'directory') return findInDirectory(absolute, path, own);
  if (!/[*?[\]{}]/.test(path)) {
    throw new UsageError(
      `${path} does not exist`,
      `looked for ${absolute}; a report that is missing may be a job that died`,
    );
  }
  return findByGlob(absolute, path);
}

function findInDirectory(directory: string, written: string, own: ReadonlySet<string>): readonly string[] {
  const files = walk(directory);
  const logs = files.filter((file) => file.endsWith(`${sep}events.jsonl`));
  const found = logs.length > 0 ? logs : files.filter((file) => file.endsWith('.xml') && !own.has(file));
  if (found.length > 0) return found;
  throw new UsageError(
    `${written} holds neither events.jsonl nor *.xml`,
    `looked through ${files.length} files in ${directory} and the folders in it`,
  );
}

function findByGlob(glob: string, written: string): readonly string[] {
  const pattern = glob.split(sep).join('/').slice(1);
  const base = `/${globBase(pattern)}`;
  const matches = compileGlobs([pattern]);
  const files = kindOf(base) === 'directory' ? walk(base) : [];
  const found = files.filter((file) => matches(file.split(sep).join('/').slice(1)));
  if (found.length > 0) return found;
  throw new UsageError(`${written} matches no file`, `looked at ${files.length} files below ${base}`);
}

function walk(directory: string): readonly string[] {
  const files: string[] = [];
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: false })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!ignored.has(entry.name)) files.push(...walk(path));
    } else if (entry.isFile() || (entry.isSymbolicLink() && kindOf(path) === 'file')) {
      files.push(path);
    }
  }
  return files;
}

function kindOf(path: string): 'file' | 'directory' | null {
  try {
    const stat = lstatSync(path).isSymbolicLink() ? statSync(path) : lstatSync(path);
    return stat.isDirectory() ? 'directory' : 'file';
  } catch {
    return null;
  }
}

function shown(path: string | undefined, cwd: string): string {
  const inCwd = relative(cwd, path ?? '');
  return inCwd.startsWith('..') ? (path ?? '') : inCwd;
}
