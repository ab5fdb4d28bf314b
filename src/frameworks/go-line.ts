import type { PackageNote } from './go-state.ts';
import { durationOf, isFields, isTexts, readJsonLine, textOf } from './json-line.ts';
import type { Fields } from './json-line.ts';

/** A line of `go test -json` or `go test -list -json`; what is missing or of the wrong kind is `null`. */
export interface GoEvent {
  readonly kind: 'event';
  readonly action: string | null;
  readonly package: string | null;
  /** What is built. */
  readonly importPath: string | null;
  readonly test: string | null;
  readonly output: string;
  readonly elapsedMs: number;
  readonly failedBuild: string | null;
}

export type GoLine =
  | GoEvent
  /** The rest comes from our launcher. */
  | { readonly kind: 'package'; readonly note: PackageNote }
  | { readonly kind: 'stderr'; readonly text: string }
  | { readonly kind: 'exit'; readonly killed: boolean }
  | { readonly kind: 'end' }
  /** Nobody knows what it said. */
  | { readonly kind: 'torn' };

/** Tells what a line is that `plugins/go-test.mjs` has left. */
export function readGoLine(text: string): GoLine {
  if (!text.startsWith('{')) return { kind: 'stderr', text };
  const fields = readJsonLine(text);
  // What go prints on stderr is for people, and may be longer than a line is kept.
  if (fields === null) return text.startsWith('{"runner":"stderr"') ? { kind: 'stderr', text: '' } : { kind: 'torn' };
  if (fields['runner'] !== undefined || fields['declared'] !== undefined) return readNote(fields);
  return {
    kind: 'event',
    action: textOf(fields['Action']),
    package: textOf(fields['Package']),
    importPath: textOf(fields['ImportPath']),
    test: textOf(fields['Test']),
    output: textOf(fields['Output']) ?? '',
    elapsedMs: Math.round(durationOf(Number(fields['Elapsed']) * 1000)),
    failedBuild: textOf(fields['FailedBuild']),
  };
}

function readNote(fields: Fields): GoLine {
  switch (fields['runner']) {
    case 'stderr':
      return { kind: 'stderr', text: textOf(fields['text']) ?? '' };
    case 'exit':
      return { kind: 'exit', killed: typeof fields['signal'] === 'string' };
    case 'end':
      return { kind: 'end' };
    default: {
      const note = readPackage(fields);
      return note === null ? { kind: 'torn' } : { kind: 'package', note };
    }
  }
}

function readPackage({ importPath, dir, declared, excluded, missing, selected }: Fields): PackageNote | null {
  const isWhole = typeof importPath === 'string' && typeof dir === 'string' && isTexts(excluded) && isTexts(missing);
  if (!isWhole || !isDeclared(declared)) return null;
  if (selected !== null && !isTexts(selected)) return null;
  return { importPath, dir, declared, excluded, missing, selected };
}

function isDeclared(value: unknown): value is PackageNote['declared'] {
  return isFields(value) && Object.values(value).every((tests) => Array.isArray(tests) && tests.every(isDeclaration));
}

function isDeclaration(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'string' && Number.isSafeInteger(value[1]);
}
