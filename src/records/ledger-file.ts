import { createGzipLines, readMaybeGzip } from '../base/gzip-lines.ts';
import { linesOf } from '../base/lines.ts';
import { UsageError } from '../errors.ts';
import { testKey } from '../results/test-records.ts';
import { elsewhereFile } from '../results/ledger.ts';
import type { FileLedger, Ledger, TrackedTest } from '../results/ledger.ts';

/** Version of the file's format; a reader refuses a higher one. */
const ledgerFormat = 1;

/** Writes a ledger: a line that names the run, then one for each file. @throws the file system's error */
export function writeLedger(path: string, ledger: Ledger): void {
  const lines = createGzipLines(path);
  try {
    lines.write(JSON.stringify({ format: ledgerFormat, runId: ledger.runId }));
    for (const [suite, files] of ledger.suites)
      for (const [file, known] of files) lines.write(JSON.stringify(toLine(suite, file, known)));
    lines.commit();
  } finally {
    lines.abort();
  }
}

/**
 * Reads a ledger back.
 * @throws UsageError when it is of a later format, or damaged
 */
export async function readLedger(path: string): Promise<Ledger> {
  let runId: string | null = null;
  const suites = new Map<string, Map<string, FileLedger>>();
  try {
    for await (const line of linesOf(readMaybeGzip(path), maxLineLength)) {
      const fields: unknown = JSON.parse(line);
      if (!isObject(fields)) throw new Error('a line is no object');
      if (runId === null) {
        runId = readHead(fields, path);
        continue;
      }
      const { suite, file, known } = readLine(fields);
      const files = suites.get(suite) ?? new Map<string, FileLedger>();
      suites.set(suite, files.set(file, known));
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw damaged(path, error instanceof Error ? error.message : String(error));
  }
  if (runId === null) throw damaged(path, 'it is empty');
  return { runId, suites };
}

const maxLineLength = 64 * 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/** A test as `[className, name]`, with a third element when it is missing. */
function toLine(suite: string, file: string, { digest, owed, scopes, tests, elsewhere }: FileLedger): object {
  if (elsewhere === true) return { suite, file, elsewhere };
  const of = (wanted: TrackedTest['standing']): readonly unknown[] =>
    [...tests.values()].flatMap(({ id, standing, missing }) => {
      if (standing !== wanted) return [];
      const named = id.file === file ? [id.className, id.name] : [id.className, id.name, id.file];
      return [missing === true ? { missing: named } : named];
    });
  return { suite, file, digest, owed, scopes, passing: of('passing'), outstanding: of('outstanding') };
}

function readHead(fields: Fields, path: string): string {
  const { format, runId } = fields;
  if (typeof format !== 'number' || typeof runId !== 'string')
    throw new Error('it does not begin as a record of a run');
  if (Math.floor(format) <= ledgerFormat) return runId;
  throw new UsageError(
    `${path} is of format ${format}; this version reads up to format ${ledgerFormat}`,
    'use the version of runner that wrote it, or a later one',
  );
}

function readLine(fields: Fields): { suite: string; file: string; known: FileLedger } {
  const { suite, file, digest, owed, scopes, passing, outstanding } = fields;
  if (typeof suite !== 'string' || typeof file !== 'string') throw new Error('a line names no suite or no file');
  if (fields['elsewhere'] === true) return { suite, file, known: elsewhereFile };
  const tests = new Map<string, TrackedTest>();
  const add = (listed: unknown, standing: TrackedTest['standing']): void => {
    for (const entry of elementsOf(listed)) {
      const test = readTest(entry, file, standing);
      tests.set(testKey(test.id), test);
    }
  };
  add(passing, 'passing');
  add(outstanding, 'outstanding');
  const known = { digest: typeof digest === 'string' ? digest : null, owed: texts(owed), scopes: texts(scopes), tests };
  return { suite, file, known };
}

function readTest(entry: unknown, ownFile: string, standing: TrackedTest['standing']): TrackedTest {
  const missing = isObject(entry) && !Array.isArray(entry);
  const [className, name, file = ownFile] = elementsOf(missing ? entry['missing'] : entry);
  if (typeof className !== 'string' || typeof name !== 'string') throw new Error('a test has no name');
  const id = { file: typeof file === 'string' ? file : null, className, name };
  return { id, standing, ...(missing ? { missing: true } : {}) };
}

/** What is not there must not be taken for nothing owed. */
function elementsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('a list is missing');
  return value;
}

function texts(value: unknown): readonly string[] {
  return elementsOf(value).map((text) => {
    if (typeof text !== 'string') throw new Error('a list holds something else than texts');
    return text;
  });
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function damaged(path: string, reason: string): UsageError {
  return new UsageError(`${path} is damaged: ${reason}`, 'name the run by its events.jsonl, or begin anew with runner');
}
