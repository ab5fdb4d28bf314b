import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeTempFolder } from '../base/temp-folder.ts';
import { UsageError } from '../errors.ts';
import { archiveKind, extractArchive } from '../records/archive.ts';
import { ledgerFile, recordedLog } from '../records/run-records.ts';
import type { RunRecords } from '../records/run-records.ts';
import { findMergeInputs } from './merge-inputs.ts';

/** Where an earlier run can be read: event logs (several for the shards of one run), or JUnit files. Absolute paths. */
export interface RunSource extends AsyncDisposable {
  /** What a person calls it. */
  readonly label: string;
  readonly logs: readonly string[];
  readonly reports: readonly string[];
  /** It is what this checkout recorded of its own run, not something that was named by a path. */
  readonly isRecord: boolean;
  /** The reports folder that the run wrote to; `null` = it is not there, or there are several. */
  readonly folder: string | null;
}

const eventLog = 'events.jsonl';

/**
 * Finds the run that a word stands for: the id of a recorded run or the beginning of one, an event log, a JUnit file, a folder with
 * any of them, or a zip or tar archive of such a folder. `null` = the last recorded run.
 * @throws UsageError when there is none, or the word may mean several
 */
export async function findRun(
  word: string | null,
  where: { readonly records: RunRecords; readonly cwd: string },
): Promise<RunSource> {
  if (word === null) return lastRun(where.records);
  const path = resolve(where.cwd, word);
  return existsSync(path) ? openPath(word, path, where.cwd) : recordedRun(word, where.records);
}

function lastRun(records: RunRecords): RunSource {
  const [last] = records.all();
  if (last === undefined) {
    throw new UsageError(
      'no run is recorded here',
      'run the tests first, or name a run by its events.jsonl, its reports folder, or an archive of that',
    );
  }
  return sourceOf(`run ${last.runId}`, { logs: [join(last.folder, recordedLog)], isRecord: true });
}

const namedRuns = 5;

function recordedRun(word: string, records: RunRecords): RunSource {
  const all = records.all();
  const found = all.filter(({ runId }) => runId.startsWith(word));
  const [only] = found;
  if (only !== undefined && (found.length === 1 || only.runId === word)) {
    return sourceOf(`run ${only.runId}`, { logs: [join(only.folder, recordedLog)], isRecord: true });
  }
  const listed = (runs: typeof all): string =>
    runs
      .slice(0, namedRuns)
      .map(({ runId }) => runId)
      .join(', ') + (runs.length > namedRuns ? ` and ${runs.length - namedRuns} more` : '');
  if (found.length > 1) {
    throw new UsageError(`${found.length} recorded runs begin with ${word}`, `write more of the id: ${listed(found)}`);
  }
  throw new UsageError(
    `${JSON.stringify(word)} is neither a path nor a recorded run`,
    all.length === 0 ? 'no run is recorded here' : `recorded runs, the last first: ${listed(all)}`,
  );
}

async function openPath(word: string, path: string, cwd: string): Promise<RunSource> {
  if (!statSync(path).isDirectory()) {
    const kind = await archiveKind(path).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(`${word} cannot be read: ${reason}`, 'look at its permissions, or name another run');
    });
    if (kind !== null) return openArchive(word, path, kind);
    return isLog(path) ? sourceOf(word, { logs: [path], folder: dirname(path) }) : sourceOf(word, { reports: [path] });
  }
  // Runs that went on at the same time have folders of their own in this one.
  const own = [join(path, eventLog), join(path, recordedLog)].filter((file) => existsSync(file)).slice(0, 1);
  return sourceOf(word, own.length > 0 ? { logs: own, folder: path } : findMergeInputs([path], cwd, []));
}

async function openArchive(word: string, path: string, kind: 'zip' | 'tar' | 'tar.gz'): Promise<RunSource> {
  const target = await makeTempFolder('runner-archive-');
  const dispose = (): Promise<void> => rm(target, { recursive: true, force: true });
  try {
    const wanted = [eventLog, recordedLog, ledgerFile, 'junit.xml'];
    const folders = await extractArchive(path, kind, target, { wanted });
    const logs = folders.flatMap((folder) =>
      [eventLog, recordedLog]
        .map((name) => join(folder, name))
        .filter((file) => existsSync(file))
        .slice(0, 1),
    );
    const reports = folders.map((folder) => join(folder, 'junit.xml')).filter((file) => existsSync(file));
    if (logs.length + reports.length === 0) {
      throw new UsageError(
        `${word} holds neither ${eventLog} nor junit.xml`,
        'it has to be an archive of the reports folder of a run',
      );
    }
    return sourceOf(word, { logs, reports: logs.length > 0 ? [] : reports }, dispose);
  } catch (error) {
    await dispose();
    throw error;
  }
}

function sourceOf(
  label: string,
  {
    logs = [],
    reports = [],
    folder = null,
    isRecord = false,
  }: Partial<Pick<RunSource, 'logs' | 'reports' | 'folder' | 'isRecord'>>,
  dispose: () => Promise<void> = () => Promise.resolve(),
): RunSource {
  return { label, logs, reports, folder, isRecord, [Symbol.asyncDispose]: dispose };
}

function isLog(path: string): boolean {
  return path.endsWith('.jsonl') || path.endsWith('.jsonl.gz');
}

/** The ledger that a run began with, where it is beside its log. */
export function ledgerBeside(log: string): string | null {
  const path = join(dirname(log), ledgerFile);
  return basename(log).startsWith('events.') && existsSync(path) ? path : null;
}
