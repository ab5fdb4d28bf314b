import type { Left, Narrowing, Remainder } from '../model/plan.ts';
import type { TestId } from '../model/test.ts';
import { fileOf, scopeOf, unknownFile, wholeScope } from './ledger.ts';
import type { FileLedger, Ledger, TrackedTest } from './ledger.ts';
import { testKey } from './test-records.ts';

/** What the ledger is held against. */
export interface RemainderOptions {
  /** `rest`: everything that has not passed, what is unknown too; `owed`: what is outstanding and nothing else. */
  readonly mode: 'rest' | 'owed';
  /** Arguments after `--`. */
  readonly extraArgs: readonly string[];
  /** Of a root-relative file as it is now; `null` = it cannot be read. */
  readonly digestOf: (file: string) => string | null;
  /** What `file::` has to be followed by to ask a suite for a test; `null` = it cannot be asked for it. `has` knows the tests of the file. */
  readonly nameOf: (suite: string, id: TestId, has: (id: TestId) => boolean) => string | null;
}

/** Names of one file are asked for one by one only while they fit on a command line beside those of others. */
const maxNamesLength = 30_000;

/**
 * What a rerun has left to do: single tests where all of a file's tests are known and the framework can be asked for them, or else
 * the file. A file whose text has changed runs as a whole, because it may hold new tests.
 */
export function remainderOf(ledger: Ledger, options: RemainderOptions): Remainder {
  return (suite, file, narrowing) => {
    const known = fileOf(ledger, suite, file);
    if (known.elsewhere === true) return 'nothing';
    const outstanding = [...known.tests.values()].filter(({ standing }) => standing === 'outstanding');
    const isAsBefore = isUnchanged(file, known, options);
    // Running the file again would not bring a test that it has already ended without.
    const askable = outstanding.filter(({ missing }) => missing !== true || !isAsBefore);
    const owesNothing = known.owed.length === 0 && askable.length === 0;
    if (options.mode === 'owed' && owesNothing) return 'nothing';
    if (known.owed.length > 0 || !isAsBefore || !isKnownUnder(known, narrowing, options)) return 'all';
    return owesNothing ? 'nothing' : namesOf(suite, file, { tests: askable, known, options });
  };
}

/** Whether anything of a file has yet to pass. */
export function owesAnything(ledger: Ledger, suite: string, file: string): boolean {
  const { owed, tests } = fileOf(ledger, suite, file);
  return owed.length > 0 || [...tests.values()].some(({ standing }) => standing === 'outstanding');
}

function isUnchanged(file: string, known: FileLedger, { digestOf }: RemainderOptions): boolean {
  if (known === unknownFile) return false;
  return file === '' || (known.digest !== null && known.digest === digestOf(file));
}

function isKnownUnder({ scopes }: FileLedger, narrowing: Narrowing, { extraArgs }: RemainderOptions): boolean {
  return scopes.includes(wholeScope) || scopes.includes(scopeOf({ ...narrowing, extraArgs }));
}

function namesOf(
  suite: string,
  file: string,
  what: { readonly tests: readonly TrackedTest[]; readonly known: FileLedger; readonly options: RemainderOptions },
): Left {
  if (file === '') return 'all';
  const names = new Set<string>();
  for (const { id } of what.tests) {
    const name = what.options.nameOf(suite, id, (other) => what.known.tests.has(testKey(other)));
    if (name === null) return 'all';
    names.add(name);
  }
  return [...names].join(file).length > maxNamesLength ? 'all' : [...names];
}
