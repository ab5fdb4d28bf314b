import { accessSync, constants, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { junitPartsFolder } from '../base/report-names.ts';
import { UsageError } from '../errors.ts';
import type { Processes } from '../ports.ts';
import { ledgerFile } from '../records/run-records.ts';
import { lockHolder, takeLock } from '../services/lock-file.ts';
import type { LockHolder, LockResult } from '../services/lock-file.ts';
import { discardReplaced, setAside } from './set-aside.ts';

/** What a run writes; all of it is out of the way before the next run writes again, so that nothing old is taken for new. */
const owned = [
  'events.jsonl',
  'junit.xml',
  junitPartsFolder,
  'summary.json',
  'report.html',
  'summary.md',
  'ctrf.json',
  'trace.json',
  'logs',
  'raw',
  'artifacts',
  'coverage',
  'spool',
  ledgerFile,
];

/** Where reports go, from the root, unless somebody says otherwise. */
export const usualReports = 'reports';

/** A folder with this file is ours to clear. */
const marker = '.runner-reports';

/** Held while a run writes there. */
const lock = '.runner-lock';

/** A reports folder that this run has to itself. */
export interface ReportsClaim {
  /** Absolute. */
  readonly path: string;
  /** Why it is not the usual one. */
  readonly notes: readonly string[];
  release(): void;
}

/** The run that asks for a folder. */
export interface Claimant {
  readonly runId: string;
  readonly processes: Processes;
  /** Absolute. */
  readonly stateDir: string;
}

/**
 * Takes the reports folder for one run and takes an earlier run's files out of it. While another run is writing to the usual one, which `null` asks
 * for, this is a folder of its own below it.
 *
 * @throws UsageError when the folder cannot be written, belongs to somebody else, or another run is writing there.
 */
export function claimReportsDir(root: string, dir: string | null, claimant: Claimant): ReportsClaim {
  const usual = openReportsDir(root, dir ?? usualReports, claimant);
  if (usual.kind === 'held') return { path: usual.path, notes: [], release: usual.release };
  const { runId, process } = usual.holder;
  const other = `another run is going on (${runId}, pid ${process.pid})`;
  if (dir !== null) {
    throw new UsageError(
      `--reports ${dir}: ${other} and writes its reports there`,
      'wait for it to end, or name another folder',
    );
  }
  const own = openReportsDir(root, join(usualReports, claimant.runId), claimant);
  if (own.kind === 'busy') {
    throw new UsageError(
      `${other} and has the reports folder of this one`,
      'wait for it to end, or name another with --reports',
    );
  }
  const shown = relative(root, own.path);
  return { path: own.path, notes: [`${other}: the reports of this one are in ${shown}`], release: own.release };
}

/** Whether a run is writing to the folder (absolute path). */
export function isBeingWritten(path: string, processes: Processes): boolean {
  return lockHolder(join(path, lock), processes) !== null;
}

/** @throws UsageError while a run is writing to the folder (absolute path). */
export function refuseReportsOfLivingRun(path: string, processes: Processes): void {
  const holder = lockHolder(join(path, lock), processes);
  if (holder === null) return;
  throw new UsageError(
    `${path}: a run is going on (${holder.runId}, pid ${holder.process.pid}) and writes its reports there`,
    'wait for it to end, or name another folder with --reports',
  );
}

/** What a run would find at the reports folder (absolute path); changes nothing. */
export type ReportsStanding =
  | { readonly kind: 'free' }
  | { readonly kind: 'busy'; readonly holder: LockHolder; readonly lock: string }
  | { readonly kind: 'foreign'; readonly names: readonly string[] }
  | { readonly kind: 'unwritable'; readonly problem: string };

export function reportsStanding(path: string, processes: Processes): ReportsStanding {
  try {
    const holder = lockHolder(join(path, lock), processes);
    if (holder !== null) return { kind: 'busy', holder, lock: join(path, lock) };
    const names = existsSync(path) ? foreignIn(path) : [];
    if (names.length > 0) return { kind: 'foreign', names };
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    return { kind: 'free' };
  } catch (error) {
    return { kind: 'unwritable', problem: error instanceof Error ? error.message : String(error) };
  }
}

type Opened = LockResult & { readonly path: string };

function openReportsDir(root: string, dir: string, claimant: Claimant): Opened {
  const path = resolve(root, dir);
  if (relative(path, root) === '' || !relative(path, root).startsWith('..')) {
    throw new UsageError(
      `--reports ${dir} is the workspace itself or a folder around it`,
      'name a folder inside the workspace, such as reports, or somewhere else',
    );
  }
  let taken: LockResult | null = null;
  try {
    makeFolder(path);
    taken = takeLock(join(path, lock), claimant.runId, claimant.processes);
    if (taken.kind === 'busy') return { ...taken, path };
    refuseForeign(path, dir);
    setAside(path, owned, claimant);
    mark(path);
    hide(path);
    const { release } = taken;
    return { kind: 'held', path, release: () => endClaim(path, claimant.stateDir, release) };
  } catch (error) {
    if (taken?.kind === 'held') taken.release();
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `the reports folder ${path} cannot be written: ${reason}`,
      'use --reports <dir> for another one',
    );
  }
}

/** Makes a folder (absolute path) one of ours, which the next run may empty, unless there are reports of others in it. */
export function adoptReportsDir(path: string): void {
  try {
    if (foreignIn(path).length === 0) mark(path);
  } catch {
    // What could not be written is told when the reports are.
  }
}

function mark(path: string): void {
  writeFileSync(join(path, marker), 'runner empties this folder at the start of each run\n');
}

/** From git, and from frameworks that look for tests wherever git looks: folders come and go in here while tests run. */
function hide(path: string): void {
  const ignore = join(path, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
}

function endClaim(path: string, stateDir: string, release: () => void): void {
  markAgain(path);
  release();
  discardReplaced(stateDir);
}

/** Tests may have removed it with the folder; the reports that were written since are ours all the same. */
function markAgain(path: string): void {
  try {
    if (!existsSync(join(path, marker)) && readdirSync(path).some((name) => owned.includes(name))) mark(path);
  } catch {
    // What could not be written was told when the reports were.
  }
}

function refuseForeign(path: string, dir: string): void {
  const foreign = foreignIn(path);
  if (foreign.length === 0) return;
  throw new UsageError(
    `--reports ${dir} already holds ${foreign.join(', ')}, not written by runner`,
    'use an empty folder, or remove these first: each run replaces them',
  );
}

function foreignIn(path: string): readonly string[] {
  return existsSync(join(path, marker)) ? [] : readdirSync(path).filter((name) => owned.includes(name));
}
