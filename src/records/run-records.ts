import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { makeStateDir } from '../base/state-dir.ts';

/** What is kept of earlier runs of a checkout, a folder each. */
export interface RunRecords {
  /** Those that are whole, the newest first. */
  all(): readonly RecordedRun[];
  has(runId: string): boolean;
  /** Absolute folder of a run's record, made if need be. @throws the file system's error, or an Error for an id that is no name of a folder */
  open(runId: string): string;
  /** Removes what is too much or too old; never the newest record, nor those of `keep`. Never throws. */
  prune(keep: readonly string[], now: number): void;
}

export interface RecordedRun {
  readonly runId: string;
  /** Absolute. */
  readonly folder: string;
}

/** The events of a run without their texts, in the folder of its record. */
export const recordedLog = 'events.jsonl.gz';

/** What a rerun began with: what the runs before it had proved and owed. In its record and beside its event log. */
export const ledgerFile = 'ledger.jsonl.gz';

/** How much is kept: whichever limit is met first. */
export const recordLimits = { runs: 100, ageMs: 30 * 24 * 60 * 60 * 1000, bytes: 256 * 1024 * 1024 };

/** The records below a state folder; nothing is made before `open`. */
export function createRunRecords(stateDir: string, limits: typeof recordLimits = recordLimits): RunRecords {
  const dir = join(stateDir, 'records');
  const all = (): readonly Found[] =>
    readFolder(dir)
      .flatMap((runId) => findRecord(join(dir, runId), runId))
      .toSorted((a, b) => (a.order === b.order ? b.writtenAt - a.writtenAt : a.order < b.order ? 1 : -1));
  return {
    all: () => all().flatMap(({ runId, folder, isWhole }) => (isWhole ? [{ runId, folder }] : [])),
    has: (runId) => isRunId(runId) && statSync(join(dir, runId, recordedLog), { throwIfNoEntry: false }) !== undefined,
    open(runId) {
      if (!isRunId(runId)) throw new Error(`${JSON.stringify(runId)} is no id of a run`);
      makeStateDir(stateDir);
      const folder = join(dir, runId);
      makeFolder(folder);
      return folder;
    },
    prune(keep, now) {
      let [runs, bytes] = [0, 0];
      for (const record of all()) {
        const isNewest = runs === 0 && record.isWhole;
        runs += 1;
        bytes += record.bytes;
        const isTooMuch = runs > limits.runs || bytes > limits.bytes || now - record.writtenAt > limits.ageMs;
        // A run that is going on has no log here yet.
        const isAbandoned = !record.isWhole && now - record.writtenAt > abandonedMs;
        if (isNewest || keep.includes(record.runId) || (!isTooMuch && !isAbandoned)) continue;
        if (record.isWhole || isAbandoned) remove(record.folder);
      }
    },
  };
}

const abandonedMs = 24 * 60 * 60 * 1000;

interface Found extends RecordedRun {
  readonly isWhole: boolean;
  /** Of the run's start, to the second. */
  readonly order: string;
  readonly writtenAt: number;
  readonly bytes: number;
}

/** Ids become names of folders, also those that a log from elsewhere brings. */
function isRunId(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,127}$/.test(text);
}

function findRecord(folder: string, runId: string): readonly Found[] {
  if (!isRunId(runId)) return [];
  const files = readFolder(folder).map((name) => ({ name, stat: statOrNull(join(folder, name)) }));
  const writtenAt = Math.max(...files.map(({ stat }) => stat?.mtimeMs ?? 0), statOrNull(folder)?.mtimeMs ?? 0);
  const bytes = files.reduce((sum, { stat }) => sum + (stat?.size ?? 0), 0);
  const isWhole = files.some(({ name }) => name === recordedLog);
  return [{ runId, folder, isWhole, order: runId.slice(0, 15), writtenAt, bytes }];
}

function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function statOrNull(path: string): { readonly mtimeMs: number; readonly size: number } | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // It is tried again after the next run.
  }
}
