import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder } from '../base/make-folder.ts';
import { applicationId, readHeader } from './file-header.ts';
import type { FileHeader } from './file-header.ts';
import { describeProblem } from './problem.ts';
import { migrate, schemaVersion, versionOf } from './schema.ts';
import { setAside } from './set-aside.ts';
import { loadSqlite } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Where a history is. */
export interface HistoryPlace {
  /** Absolute. */
  readonly path: string;
  /** It is runner's own: whatever is there and no history may be put aside. Otherwise only what was a history once. */
  readonly owned: boolean;
}

/** There is none yet. */
export interface Missing {
  readonly kind: 'missing';
}

/** It cannot be used, with the reason for people. */
export interface Unusable {
  readonly kind: 'unusable';
  readonly problem: string;
}

/** What `use` makes of the history. One that is damaged is put aside, one that is too new is left alone. */
export function readHistory<T>(
  place: HistoryPlace,
  use: (db: Database) => T,
): { readonly kind: 'read'; readonly value: T } | Missing | Unusable {
  try {
    const opened = open(place, 'read');
    if (opened.kind !== 'open') return opened;
    try {
      return { kind: 'read', value: use(opened.db) };
    } finally {
      opened.db.close();
    }
  } catch (error) {
    return unusable(place, error);
  }
}

/** Makes sure that there is a history of the newest schema; `null` when there is. */
export function provideHistory(place: HistoryPlace): Unusable | null {
  const opened = open(place, 'write');
  if (opened.kind === 'unusable') return opened;
  if (opened.kind === 'open') opened.db.close();
  return null;
}

/** What `use` makes of the history, which is made where there is none, in one transaction. What is wrong with it is told as `readHistory` does. */
export function writeHistory<T>(
  place: HistoryPlace,
  use: (db: Database) => T,
): { readonly kind: 'written'; readonly value: T } | Unusable {
  try {
    const opened = open(place, 'write');
    if (opened.kind !== 'open') return opened.kind === 'unusable' ? opened : { kind: 'unusable', problem: place.path };
    const { db } = opened;
    try {
      db.exec('BEGIN IMMEDIATE');
      const value = use(db);
      db.exec('COMMIT');
      return { kind: 'written', value };
    } finally {
      db.close();
    }
  } catch (error) {
    return unusable(place, error);
  }
}

/** Why a file cannot be a history, seen without opening it: what the user named is something else. `null` = it can. */
export function foreignFile({ path, owned }: HistoryPlace): string | null {
  try {
    const header = readHeader(path);
    const other = header.kind === 'other' || (header.kind === 'database' && !isHistory(header));
    return other && !owned ? `${path} is no history of runner` : null;
  } catch (error) {
    const problem = describeProblem(error);
    if (problem === null) throw error;
    return `${path} cannot be read: ${problem.text}`;
  }
}

/** What an error met while a history was in use means. @throws the error when it is a defect of ours */
export function unusable(place: HistoryPlace, error: unknown): Unusable & { readonly setAside: boolean } {
  const problem = describeProblem(error);
  if (problem === null) throw error;
  const where = place.path;
  if (problem.kind !== 'damaged') return { kind: 'unusable', problem: `${where}: ${problem.text}`, setAside: false };
  const aside = setAside(where);
  return {
    kind: 'unusable',
    problem: `${where}: ${problem.text}${aside === null ? '' : `; it was put aside as ${aside}, and a new history begins`}`,
    setAside: aside !== null,
  };
}

/** Long enough for what another process does in one go; whoever may wait longer asks again. */
export const busyTimeoutMs = 250;

function open(
  place: HistoryPlace,
  to: 'read' | 'write',
): { readonly kind: 'open'; readonly db: Database } | Missing | Unusable {
  const { path } = place;
  const header = readHeader(path);
  if (to === 'read' && (header.kind === 'missing' || header.kind === 'empty')) return { kind: 'missing' };
  const foreign = foreignFile(place);
  if (foreign !== null) return { kind: 'unusable', problem: foreign };
  const sqlite = loadSqlite();
  if (sqlite === null) return { kind: 'unusable', problem: 'this Node.js was built without SQLite' };
  if (to === 'write') makeFolder(dirname(path));
  const writes = to === 'write' || (header.kind === 'database' && header.schema < schemaVersion);
  const readOnly = !writes;
  const db =
    readOnly && !canLock(path)
      ? new sqlite.DatabaseSync(unchanging(path), { readOnly })
      : new sqlite.DatabaseSync(path, { readOnly });
  let keep = false;
  try {
    db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    const version = versionOf(db);
    if (version > schemaVersion) return { kind: 'unusable', problem: tooNew(path, version) };
    if (writes) {
      migrate(db);
      setJournal(db, path);
    }
    keep = true;
    return { kind: 'open', db };
  } finally {
    if (!keep) db.close();
  }
}

/** The file holds what runner has written once, whatever has become of the rest. */
function isHistory(header: FileHeader): boolean {
  return header.kind === 'database' && header.applicationId === applicationId;
}

function tooNew(path: string, version: number): string {
  return `${path} was written by a later version of runner (schema ${version}, this version knows ${schemaVersion})`;
}

/**
 * In a folder that cannot be written to SQLite has no place for its locks; nobody else can write there either. A text, because Node
 * before 22.15 takes no URL; there the file cannot be opened, and the run goes on without.
 */
function unchanging(path: string): string {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url.href;
}

function canLock(path: string): boolean {
  if (existsSync(`${path}-shm`)) return true;
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A write-ahead log needs memory that all processes share, which file systems of other machines do not have. */
function setJournal(db: Database, path: string): void {
  db.exec(`PRAGMA journal_mode = ${isRemote(path) ? 'DELETE' : 'WAL'}`);
}

/** NFS, SMB, CIFS, 9p, FUSE (which may be one), Ceph, AFS, by the numbers of statfs(2). */
const remoteTypes: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x00c36400, 0x5346414f,
]);

function isRemote(path: string): boolean {
  // A type beyond 31 bits may come as a negative number.
  return process.platform === 'linux' && remoteTypes.has(statfsSync(dirname(path)).type >>> 0);
}
