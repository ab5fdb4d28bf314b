import { all, numberOf, textOf } from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';

/** A test that is known from earlier runs. */
export interface TestRef {
  readonly id: number;
  readonly suite: string;
  readonly framework: string;
  /** Root-relative; empty where its framework does not tell it. */
  readonly file: string;
  readonly className: string;
  readonly name: string;
}

const select = `
  SELECT t.id, s.name AS suite, s.framework, f.path, t.class_name, t.name FROM tests t
    JOIN files f ON f.id = t.file JOIN suites s ON s.id = f.suite`;

/** The known tests of a root-relative file, in the order of their names. */
export function testsOfFile(db: Database, path: string): readonly TestRef[] {
  return all(db, `${select} WHERE f.path = ? ORDER BY s.name, t.class_name, t.name`, path).map(readTest);
}

/** The known tests of this name, whatever their file. */
export function testsNamed(db: Database, name: string): readonly TestRef[] {
  return all(db, `${select} WHERE t.name = ? ORDER BY s.name, f.path, t.class_name`, name).map(readTest);
}

/** A test by its number in the history. */
export function testById(db: Database, id: number): TestRef | null {
  return all(db, `${select} WHERE t.id = ?`, id).map(readTest)[0] ?? null;
}

/** Root-relative paths of all files of which a test has run. */
export function knownFiles(db: Database): readonly string[] {
  return all(db, "SELECT DISTINCT path FROM files WHERE path <> '' ORDER BY path").map((row) => textOf(row, 'path'));
}

/** Names of tests, for a hint at what was meant; not all, where there are very many. */
export function knownNames(db: Database): readonly string[] {
  return all(db, 'SELECT DISTINCT name FROM tests ORDER BY name LIMIT 50000').map((row) => textOf(row, 'name'));
}

function readTest(row: Row): TestRef {
  return {
    id: numberOf(row, 'id'),
    suite: textOf(row, 'suite'),
    framework: textOf(row, 'framework'),
    file: textOf(row, 'path'),
    className: textOf(row, 'class_name'),
    name: textOf(row, 'name'),
  };
}
