import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';

/** What the launcher says of a package before go runs it. */
export interface PackageNote {
  readonly importPath: string;
  readonly dir: string;
  /** Name and line of the test functions in each of its test files. */
  readonly declared: Readonly<Record<string, readonly (readonly [name: string, line: number])[]>>;
  /** Files that were asked for and do not belong to the build here. */
  readonly excluded: readonly string[];
  /** Files that were asked for and are not there. */
  readonly missing: readonly string[];
  /** Tests that are run; `null` = all. */
  readonly selected: readonly string[] | null;
}

/** A test that was started. */
export interface GoTest {
  readonly output: KeptText;
  /** go's own line about its end was seen. */
  saidEnd: boolean;
  children: number;
  failedChildren: number;
}

/** What is known of a package so far. */
export interface GoPackage {
  readonly name: string;
  readonly note: PackageNote | null;
  readonly said: KeptText;
  readonly running: Map<string, GoTest>;
  /** Top-level tests that were started. */
  readonly seen: Set<string>;
  failed: number;
  ended: boolean;
}

/** A package of which nothing was heard yet. */
export function newPackage(name: string, note: PackageNote | null): GoPackage {
  return { name, note, said: createKeptText(), running: new Map(), seen: new Set(), failed: 0, ended: false };
}

/** A test of which nothing was heard yet. */
export function newTest(): GoTest {
  return { output: createKeptText(), saidEnd: false, children: 0, failedChildren: 0 };
}

/** A test as a case tells it: with the place where its function is declared. */
export function placeOf(
  name: string,
  { name: className, note }: GoPackage,
): { readonly name: string; readonly className: string; readonly file: string | null; readonly line: number | null } {
  const top = topLevel(name);
  for (const [file, tests] of Object.entries(note?.declared ?? {})) {
    const line = tests.find(([declared]) => declared === top)?.[1];
    if (note !== null && line !== undefined) return { name, className, file: pathOf(note, file), line };
  }
  return { name, className, file: firstFile(note), line: null };
}

/** A file to name where no test can be: the first of those that were to be run. */
export function firstFile(note: PackageNote | null): string | null {
  if (note === null) return null;
  const selected = new Set(note.selected ?? []);
  const files = Object.entries(note.declared).filter(([, tests]) => tests.length > 0);
  const [first] = files.find(([, tests]) => tests.some(([name]) => selected.has(name))) ?? files[0] ?? [];
  return first === undefined ? null : pathOf(note, first);
}

/** A file of a package, relative to the suite's folder. */
export function pathOf({ dir }: PackageNote, file: string): string {
  return dir === '.' ? file : `${dir}/${file}`;
}

/** The test function behind the name of a test or subtest. */
export function topLevel(name: string): string {
  return name.split('/', 1)[0] ?? name;
}

/** The tests that must have been started when the package has ended. */
export function dueTests(note: PackageNote): readonly string[] {
  const declared = Object.values(note.declared).flatMap((tests) => tests.map(([name]) => name));
  // An example without an `// Output:` comment is only compiled.
  return (note.selected ?? declared).filter((name) => !name.startsWith('Example'));
}
