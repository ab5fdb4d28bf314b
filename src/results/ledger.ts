import type { OutstandingFile } from '../model/event.ts';
import type { Narrowing } from '../model/plan.ts';
import type { TestId } from '../model/test.ts';

/** What a chain of runs has proved and what it owes, by suite and then by root-relative file (empty for a suite without files). */
export interface Ledger {
  /** The last run of the chain. */
  readonly runId: string;
  readonly suites: ReadonlyMap<string, ReadonlyMap<string, FileLedger>>;
}

/** What is known of one file of a suite. */
export interface FileLedger {
  /** Of its text when it last ran as a whole; `null` = not known. */
  readonly digest: string | null;
  /** The selections under which something in it has yet to run, and which tests that are is not known. */
  readonly owed: readonly string[];
  /** The selections under which all of its tests are known, each as `scopeOf` writes it. */
  readonly scopes: readonly string[];
  /** By `testKey`. */
  readonly tests: ReadonlyMap<string, TrackedTest>;
  /** Another shard was to run it, of which nothing is known here: it is none of this chain's business. */
  readonly elsewhere?: true;
}

export interface TrackedTest {
  readonly id: TestId;
  readonly standing: 'passing' | 'outstanding';
  /** It is owed, but its file ran to the end without it. */
  readonly missing?: true;
}

/** A file of which nothing is known. */
export const unknownFile: FileLedger = { digest: null, owed: [], scopes: [], tests: new Map() };

/** A file that belongs to another shard. */
export const elsewhereFile: FileLedger = { ...unknownFile, elsewhere: true };

/** The selection of everything that a file holds. */
export const wholeScope = 'all';

/** Names a selection within files, so that what passed under one is not taken for all that another asks for. */
export function scopeOf({
  keyword,
  markers,
  names,
  extraArgs,
}: Narrowing & { readonly extraArgs: readonly string[] }): string {
  const isWhole = keyword === null && markers === null && names.length === 0 && extraArgs.length === 0;
  return isWhole ? wholeScope : JSON.stringify([keyword, markers, names.toSorted(), extraArgs]);
}

/** What the file ledger holds, or that nothing is known. */
export function fileOf(ledger: Ledger | null, suite: string, file: string): FileLedger {
  return ledger?.suites.get(suite)?.get(file) ?? unknownFile;
}

/** Everything that is owed, in the order of the ledger. */
export function outstandingOf(ledger: Ledger): readonly OutstandingFile[] {
  return [...ledger.suites].flatMap(([suite, files]) =>
    [...files].flatMap(([file, { owed, tests }]): OutstandingFile[] => {
      const owedTests = [...tests.values()].flatMap(({ id, standing }) => (standing === 'outstanding' ? [id] : []));
      return [
        ...owed.map((scope) => ({ suite, file, tests: null, scope })),
        ...(owedTests.length === 0 ? [] : [{ suite, file, tests: owedTests }]),
      ];
    }),
  );
}

/** Number of tests that have passed in the chain. */
export function passingIn(ledger: Ledger): number {
  let passing = 0;
  for (const files of ledger.suites.values())
    for (const { tests } of files.values())
      for (const { standing } of tests.values()) if (standing === 'passing') passing += 1;
  return passing;
}
