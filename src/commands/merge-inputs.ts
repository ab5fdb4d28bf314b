import { lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { compileGlobs, globBase } from '../base/glob.ts';
import { seen } from '../base/text.ts';
import { UsageError } from '../errors.ts';

/** The files to merge; one of the two lists is empty. Absolute, sorted, each once. */
export interface MergeInputs {
  readonly logs: readonly string[];
  readonly reports: readonly string[];
  /** XML of others in folders whose event logs are merged. */
  readonly leftOut: readonly string[];
}

/** What a run leaves in its reports folder, beside the event log that says the same. */
const ownReport = /^(?:junit\.xml|junit-parts\/junit-\d+\.xml|(?:raw|artifacts|logs|coverage)\/.*)$/s;

/** A part of the `junit.xml` in the folder that the group is. */
const junitPart = /^(.*)\/junit-parts\/junit-\d+\.xml$/s;

const ignored: ReadonlySet<string> = new Set(['node_modules', '.git']);

/**
 * Finds what the words of `runner merge` mean: files, directories (their `events.jsonl`, or else their `*.xml`), globs. `own` is what
 * merge writes itself; it is taken only when it is named.
 * @throws {UsageError} when a word means nothing, when nothing is found, or when event logs and XML are mixed.
 */
export function findMergeInputs(paths: readonly string[], cwd: string, own: readonly string[]): MergeInputs {
  if (paths.length === 0) {
    throw new UsageError('merge needs the files, directories or globs to merge', 'write runner merge reports-*/');
  }
  const all = paths.map((path) => findOne(path, cwd, new Set(own)));
  const found = withoutParts([...new Set(all.flatMap(({ files }) => files))]).toSorted();
  const logs = found.filter((path) => path.endsWith('.jsonl'));
  const reports = found.filter((path) => !path.endsWith('.jsonl'));
  if (logs.length > 0 && reports.length > 0) {
    throw new UsageError(
      `event logs and XML reports cannot be merged together: ${shown(logs[0], cwd)}, ${shown(reports[0], cwd)}`,
      'merge the event logs first, then the junit.xml of that with the other reports',
    );
  }
  const leftOut = new Set(all.flatMap((one) => one.leftOut).filter((path) => !isOwnReport(path, logs)));
  return { logs, reports, leftOut: [...leftOut].sort() };
}

function isOwnReport(path: string, logs: readonly string[]): boolean {
  return logs.some((log) => ownReport.test(relative(dirname(log), path).split(sep).join('/')));
}

interface Found {
  readonly files: readonly string[];
  readonly leftOut: readonly string[];
}

function findOne(path: string, cwd: string, own: ReadonlySet<string>): Found {
  const absolute = resolve(cwd, path);
  const kind = kindOf(absolute);
  if (kind === 'file') return { files: [absolute], leftOut: [] };
  if (kind === 'directory') return findInDirectory(absolute, path, own);
  if (!/[*?[\]{}]/.test(path)) {
    throw new UsageError(
      `${seen(path)} does not exist`,
      `name what is there: looked for ${absolute}; a report that is missing may be a job that died`,
    );
  }
  return { files: findByGlob(absolute, path), leftOut: [] };
}

function findInDirectory(directory: string, written: string, own: ReadonlySet<string>): Found {
  const files = walk(directory);
  const logs = files.filter((file) => file.endsWith(`${sep}events.jsonl`));
  const reports = withoutParts(files).filter((file) => file.endsWith('.xml') && !own.has(file));
  if (logs.length > 0) return { files: logs, leftOut: reports };
  if (reports.length > 0) return { files: reports, leftOut: [] };
  throw new UsageError(
    `${seen(written)} holds neither events.jsonl nor *.xml`,
    `name a folder that does; looked through ${files.length} files in ${directory} and the folders in it`,
  );
}

/** Without the parts of a `junit.xml` that is there as a whole: nothing is counted twice. */
function withoutParts(files: readonly string[]): readonly string[] {
  const all = new Set(files);
  return files.filter((file) => {
    const [, folder] = junitPart.exec(file.split(sep).join('/')) ?? [];
    return folder === undefined || !all.has(join(folder, 'junit.xml'));
  });
}

function findByGlob(glob: string, written: string): readonly string[] {
  const pattern = glob.split(sep).join('/').slice(1);
  const base = `/${globBase(pattern)}`;
  const matches = compileGlobs([pattern]);
  const files = kindOf(base) === 'directory' ? walk(base) : [];
  const found = files.filter((file) => matches(file.split(sep).join('/').slice(1)));
  if (found.length > 0) return found;
  throw new UsageError(
    `${seen(written)} matches no file`,
    `name a file or folder; looked at ${files.length} files below ${base}`,
  );
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

/** A path as messages name it. */
export function shown(path: string | undefined, cwd: string): string {
  const inCwd = relative(cwd, path ?? '');
  return inCwd.startsWith('..') ? (path ?? '') : inCwd;
}
