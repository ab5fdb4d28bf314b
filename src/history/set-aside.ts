import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readHeader } from './file-header.ts';
import { describeProblem } from './problem.ts';
import { first, loadSqlite, textOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/**
 * Moves a damaged history out of the way, in place of an earlier one; its new path, or `null` when it cannot be moved or is not
 * damaged, because another process has put it aside before.
 */
export function setAside(path: string): string | null {
  if (!isDamaged(path)) return null;
  const folder = dirname(path);
  const prefix = `${basename(path)}.corrupt-`;
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const target = join(folder, `${prefix}${stamp.slice(0, 8)}-${stamp.slice(8)}`);
  try {
    const earlier = readdirSync(folder).filter((name) => name.startsWith(prefix));
    renameSync(path, target);
    // What is in these belongs to the file that is gone, and would damage the next.
    for (const part of ['-wal', '-shm', '-journal']) {
      if (existsSync(path + part)) renameSync(path + part, target + part);
    }
    for (const name of earlier) rmSync(join(folder, name), { force: true });
    return target;
  } catch {
    return null;
  }
}

function isDamaged(path: string): boolean {
  const sqlite = loadSqlite();
  if (sqlite === null) return false;
  try {
    const header = readHeader(path);
    if (header.kind !== 'database') return header.kind === 'other';
    const db = new sqlite.DatabaseSync(path, { readOnly: true });
    try {
      const row = first(db, 'PRAGMA quick_check(1)');
      return (row !== null && textOf(row, 'quick_check') !== 'ok') || hasDamagedWords(db);
    } finally {
      db.close();
    }
  } catch (error) {
    return describeProblem(error)?.kind === 'damaged';
  }
}

/** To SQLite a list of words is any text. */
function hasDamagedWords(db: Database): boolean {
  const isList = (column: string): string => `json_valid(${column}) AND json_type(${column}) = 'array'`;
  return first(db, `SELECT 1 FROM runs WHERE NOT (${isList('parts')} AND ${isList('selection')}) LIMIT 1`) !== null;
}
