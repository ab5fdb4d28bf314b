import { compileGlobs } from '../base/glob.ts';
import type { FrameworkDefaults } from '../model/config.ts';
import type { DiscoveredSuite, Discovery, Listing } from '../model/discovery.ts';
import { categorise } from './categorise.ts';
import { findCargo, findGo, findGradle, findMaven } from './compiled.ts';
import type { FoundSuite } from './found-suite.ts';
import { globsFor } from './globs-for.ts';
import { findJavaScript } from './javascript.ts';
import { nameSuites } from './name-suites.ts';
import { ownFiles } from './own-files.ts';
import { fromFolder, isBelow } from './paths.ts';
import { findPython } from './python.ts';

export interface DiscoverOptions {
  readonly frameworks: readonly FrameworkDefaults[];
  /** Names that a folder can give to the tests in it. */
  readonly categories: readonly string[];
}

/** Finds the tests of a workspace that says nothing about them, by its files alone: each file is in one suite and one category. */
export function discover(listing: Listing, options: DiscoverOptions): Discovery {
  const own = ownFiles(listing);
  const defaultsOf = (framework: string): readonly string[] =>
    options.frameworks.find(({ name }) => name === framework)?.defaultFiles ?? [];
  const found = [
    findPython(listing, own),
    findJavaScript(listing, own),
    findGo(listing, own),
    findCargo(listing, own, { targets: defaultsOf('cargo') }),
    findMaven(listing, own, { tests: defaultsOf('maven') }),
    findGradle(own),
  ];
  const suites = nameSuites(found.flatMap((part) => part.suites).filter(({ files }) => files.length > 0));
  return {
    suites: suites.map((suite) => describe(suite, listing, defaultsOf(suite.found.framework))),
    categories: categorise(suites, options.categories),
    notes: found.flatMap((part) => part.notes),
  };
}

function describe(
  { name, found }: { readonly name: string; readonly found: FoundSuite },
  listing: Listing,
  defaults: readonly string[],
): DiscoveredSuite {
  const { framework, cwd, evidence } = found;
  const base = {
    ...{ name, framework, cwd, evidence, count: found.files.length },
    ...{ command: found.command ?? null, args: found.args ?? [], env: found.env ?? {}, junit: found.junit ?? null },
  };
  if (found.junit !== undefined) return { ...base, files: null, exclude: [] };
  const wanted = new Set(found.files.map((path) => fromFolder(path, cwd)));
  const around = listing.paths.filter((path) => isBelow(path, cwd)).map((path) => fromFolder(path, cwd));
  const isDefault = compileGlobs(defaults);
  const odd = [...wanted].filter((path) => !isDefault(path));
  const files =
    odd.length === 0 ? null : [...(odd.length < wanted.size ? defaults : []), ...globsFor(odd, around, wanted)];
  const matches = compileGlobs(files ?? defaults);
  const unwanted = around.filter((path) => matches(path) && !wanted.has(path));
  return { ...base, files, exclude: globsFor(unwanted, around.filter(matches), new Set(unwanted)) };
}

/** What a search of a workspace looks for, for whoever found nothing. */
export const lookedFor: readonly string[] = [
  'pytest: test_*.py and *_test.py',
  'vitest, jest, mocha, playwright, node:test: *.test.*, *.spec.* and test/, by package.json, config files and imports',
  'go: *_test.go below a go.mod',
  'cargo: #[test] below a Cargo.toml',
  'maven: src/test below a pom.xml; gradle: src/test below a build.gradle',
];
