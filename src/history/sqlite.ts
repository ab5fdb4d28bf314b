import { isBuiltin } from 'node:module';
import type * as Sqlite from 'node:sqlite';
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';

/** An open database. */
export type Database = DatabaseSync;
export type Row = Readonly<Record<string, SQLOutputValue>>;

let loaded: typeof Sqlite | null = null;

/** Node's own SQLite, loaded when it is first needed; `null` where this Node was built without it. */
export function loadSqlite(): typeof Sqlite | null {
  if (loaded === null && isBuiltin('node:sqlite')) loaded = load();
  return loaded;
}

function load(): typeof Sqlite {
  const emitWarning = process.emitWarning.bind(process);
  // Node 22 says on stderr that its SQLite is experimental: nothing that whoever runs tests could act on. Other warnings stay.
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) {
      Reflect.apply(emitWarning, undefined, [warning, ...rest]);
    }
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** All rows of a query; for results of a bounded size. Its parameters are `?`: Node 22 cannot bind those with numbers. */
export function all(db: Database, sql: string, ...values: SQLInputValue[]): readonly Row[] {
  return db.prepare(sql).all(...values);
}

/** The first row of a query, or `null`. */
export function first(db: Database, sql: string, ...values: SQLInputValue[]): Row | null {
  return db.prepare(sql).get(...values) ?? null;
}

export function execute(db: Database, sql: string, ...values: SQLInputValue[]): void {
  db.prepare(sql).run(...values);
}

/** Adds one row, given by its columns. */
export function insert(db: Database, table: string, row: Readonly<Record<string, SQLInputValue>>): void {
  const columns = Object.keys(row);
  const values = columns.map(() => '?').join(', ');
  execute(db, `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values})`, ...Object.values(row));
}

/** A number that the schema promises. */
export function numberOf(row: Row, column: string): number {
  return Number(row[column] ?? 0);
}

export function numberOrNull(row: Row, column: string): number | null {
  const value = row[column] ?? null;
  return value === null ? null : Number(value);
}

/** A text that the schema promises. */
export function textOf(row: Row, column: string): string {
  return textOrNull(row, column) ?? '';
}

export function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  return typeof value === 'string' ? value : null;
}
