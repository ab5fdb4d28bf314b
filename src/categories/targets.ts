import { didYouMean } from '../base/suggest.ts';
import { seen } from '../base/text.ts';
import { NothingSelectedError, UsageError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import { suiteNames, variantNames } from './variants.ts';

/** What the files and `file::test` ids of a command line amount to. */
export interface Targets {
  /** Root-relative files that were meant. */
  readonly files: ReadonlySet<string>;
  /** Test names per file that was only named by ids. */
  readonly tests: ReadonlyMap<string, readonly string[]>;
  /** Each word with the files it stands for. */
  readonly words: readonly { readonly word: string; readonly files: readonly string[] }[];
}

/**
 * Resolves root-relative files, directories and `file::test` ids against the files of all suites.
 * @throws UsageError for a path that does not exist or an id without a file
 * @throws NothingSelectedError for a path without test files
 */
export function resolveTargets(
  words: readonly string[],
  config: Config,
  { files, pathExists }: { files: Readonly<Record<string, readonly string[]>>; pathExists?: (path: string) => boolean },
): Targets {
  const known = new Set(Object.values(files).flat());
  const whole = new Set<string>();
  const tests = new Map<string, string[]>();
  const resolved = words.map((word) => {
    const { path, test } = parseTarget(word);
    const found = known.has(path) ? [path] : test === null ? inFolder(known, path) : [];
    if (found.length === 0) refuse(word, path, { config, known, exists: pathExists?.(path) ?? null });
    for (const file of found) {
      if (test === null) whole.add(file);
      else tests.set(file, [...new Set([...(tests.get(file) ?? []), test])]);
    }
    return { word, files: found };
  });
  // Without this, a file named both as a whole and by an id would lose tests.
  for (const file of whole) tests.delete(file);
  return { files: new Set([...whole, ...tests.keys()]), tests, words: resolved };
}

function parseTarget(word: string): { readonly path: string; readonly test: string | null } {
  const split = word.indexOf('::');
  const path = (split === -1 ? word : word.slice(0, split)).replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '');
  if (split === -1) return { path: path === '' ? '.' : path, test: null };
  const test = word.slice(split + 2);
  if (path === '' || test === '') {
    throw new UsageError(
      `${JSON.stringify(word)} is not a test id`,
      'write file::test, for example tests/test_a.py::test_b',
    );
  }
  return { path, test };
}

/** A category is written like a path by those who know tools without categories. */
function nameHint(word: string, config: Config): string {
  const kinds = [
    ['category', Object.keys(config.categories)],
    ['layer', Object.keys(config.layers)],
    ['suite', suiteNames(config)],
    ['variant', variantNames(config)],
  ] as const;
  const found = kinds.find(([, names]) => names.includes(word));
  return found === undefined
    ? 'runner plan --explain shows the files that there are; --pattern finds them by a part of their path'
    : `there is a ${found[0]} of that name: use --${found[0]} ${word}`;
}

function inFolder(known: ReadonlySet<string>, folder: string): readonly string[] {
  return folder === '.' ? [...known] : [...known].filter((file) => file.startsWith(`${folder}/`));
}

function refuse(
  word: string,
  path: string,
  { config, known, exists }: { config: Config; known: ReadonlySet<string>; exists: boolean | null },
): never {
  if (exists === false)
    throw new UsageError(`${seen(path)} does not exist${didYouMean(path, known)}`, nameHint(path, config));
  const suites = Object.values(config.suites)
    .filter((suite) => suite.files.length > 0)
    .map((suite) => `${suite.name} (${suite.cwd === '.' ? '' : `in ${suite.cwd}: `}${suite.files.join(', ')})`);
  throw new NothingSelectedError(
    `${word}: no suite has a test file there${exists === true ? '' : didYouMean(path, known)}`,
    suites.length === 0 ? 'define a suite for it in the config' : `suites and their files: ${suites.join('; ')}`,
  );
}
