import { didYouMean } from '../base/suggest.ts';
import { UsageError } from '../errors.ts';
import type { Database } from '../history/sqlite.ts';
import { knownFiles, knownNames, testsNamed, testsOfFile } from '../history/test-refs.ts';
import type { TestRef } from '../history/test-refs.ts';
import { testName } from './test-name.ts';

/** What a word names. */
export interface FoundTests {
  /** Root-relative; none for tests of which only the name is known. */
  readonly files: readonly string[];
  /** Empty when the word names whole files, or a test that no run has reported. */
  readonly tests: readonly TestRef[];
  /** What there is to say of a test that no run has reported; `null` = nothing. */
  readonly note: string | null;
}

/**
 * Finds a file, a `file::test` or a test by its name alone: the files of the workspace, and all that earlier runs reported.
 * @throws UsageError when there is nothing of that name
 */
export function findTests(
  word: string,
  known: {
    /** The word as a root-relative path, with its test. */
    readonly inRoot: string | null;
    /** Root-relative files of the workspace. */
    readonly files: ReadonlySet<string>;
    readonly db: Database | null;
  },
): FoundTests {
  const { inRoot, files, db } = known;
  const [path, test] = splitId(inRoot ?? '');
  const ofFile = db === null || path === '' ? [] : testsOfFile(db, path);
  if (path !== '' && (files.has(path) || ofFile.length > 0)) {
    if (test === undefined) return { files: [path], tests: [], note: null };
    const tests = matching(ofFile, path, test);
    const names = ofFile.map(({ name }) => name);
    const note = `no run has reported ${path}::${test}${didYouMean(test, names)}`;
    return { files: [path], tests, note: tests.length > 0 ? null : note };
  }
  const named = db === null ? [] : testsNamed(db, word);
  if (named.length > 0) {
    return {
      files: [...new Set(named.map(({ file }) => file))].filter((file) => file !== ''),
      tests: named,
      note: null,
    };
  }
  const candidates = [...files, ...(db === null ? [] : [...knownFiles(db), ...knownNames(db)])];
  throw new UsageError(
    `there is no test or test file ${JSON.stringify(word)}${didYouMean(test === undefined ? word : path, candidates)}`,
    'name a file, file::test, or a test as a report names it',
  );
}

function splitId(id: string): readonly [string, string?] {
  const at = id.indexOf('::');
  return at === -1 ? [id] : [id.slice(0, at), id.slice(at + 2)];
}

/** The test that is asked for exactly, or else those of that name, or all with other parameters. */
function matching(tests: readonly TestRef[], path: string, wanted: string): readonly TestRef[] {
  const bare = wanted.split('::').at(-1) ?? wanted;
  const exact = tests.filter((ref) => testName(ref) === `${path}::${wanted}`);
  if (exact.length > 0) return exact;
  const named = tests.filter(({ name }) => name === wanted || name === bare);
  return named.length > 0 ? named : tests.filter(({ name }) => name.startsWith(`${bare}[`));
}
