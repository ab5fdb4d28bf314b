import { compileGlobs } from '../base/glob.ts';
import { own } from '../base/own.ts';
import type { DiscoveredCategory } from '../model/discovery.ts';
import { escapeGlob } from './globs-for.ts';
import type { NamedSuite } from './name-suites.ts';
import { folderOf, fromFolder, nameOf } from './paths.ts';

/** Puts each file of each suite into one category, by the folders above it or its name, and says so in globs. */
export function categorise(suites: readonly NamedSuite[], known: readonly string[]): readonly DiscoveredCategory[] {
  const selectors = suites.flatMap(({ name, found }) => {
    const fallback = found.category ?? 'unit';
    if (found.junit !== undefined) return [{ category: fallback, suite: name, files: null }];
    const places = found.files.map((path) => placeOf(fromFolder(path, found.cwd), { path, known, fallback }));
    return divide(places, fallback).map(({ category, files }) => ({ category, suite: name, files }));
  });
  const order = [...known, ...selectors.map(({ category }) => category)];
  return [...Map.groupBy(selectors, ({ category }) => category)]
    .map(([name, tests]) => ({ name, tests: tests.map(({ suite, files }) => ({ suite, files })) }))
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Where a file belongs, by a folder or by a pattern of its name, relative to its suite; neither = because of nothing in it. */
interface Place {
  readonly path: string;
  readonly category: string;
  readonly folder?: string;
  readonly name?: NamePattern;
}

/** `*IT` and `.*`: two parts, because only the first can be negated. */
interface NamePattern {
  readonly stem: string;
  readonly tail: string;
}

function placeOf(
  path: string,
  {
    path: whole,
    known,
    fallback,
  }: { readonly path: string; readonly known: readonly string[]; readonly fallback: string },
): Place {
  const folders = folderOf(path) === '.' ? [] : folderOf(path).split('/');
  // The folders above the suite count as well, for all of it.
  const above = whole.split('/').slice(0, -1 - folders.length);
  const named = [...above, ...folders].map((folder) => categoryNamed(folder, known));
  const level = named.findIndex((name) => name !== null && !parts.has(name));
  const at = level === -1 ? named.findIndex((name) => name !== null) : level;
  const byName = level === -1 ? nameCategory(nameOf(path), known) : null;
  if (byName !== null) return { path, ...byName };
  const category = named[at] ?? null;
  if (category === null) return { path, category: fallback };
  const depth = at - above.length;
  return depth < 0 ? { path, category } : { path, category, folder: folders.slice(0, depth + 1).join('/') };
}

/** Parts of a system: a test of one is of that category only where nothing says of what kind it is. */
const parts = new Set(['api', 'websocket', 'agent', 'frontend', 'database']);

const otherNames: Readonly<Record<string, string>> = {
  ...{ units: 'unit', unit_tests: 'unit', unit_test: 'unit', unittests: 'unit' },
  ...{
    integration_tests: 'integration',
    integration_test: 'integration',
    it: 'integration',
    integrations: 'integration',
  },
  ...{ e2e_tests: 'e2e', e2e_test: 'e2e', end_to_end: 'e2e', end2end: 'e2e', endtoend: 'e2e' },
  ...{ smoke_tests: 'smoke', perf: 'performance', performance_tests: 'performance', agents: 'agent' },
};

function categoryNamed(folder: string, known: readonly string[]): string | null {
  const name = folder.toLowerCase().replaceAll('-', '_');
  const found = own(otherNames, name) ?? name;
  return known.includes(found) ? found : null;
}

/** `login.e2e.test.ts`, `store_integration_test.go`, `StoreIT.java`. */
function nameCategory(name: string, known: readonly string[]): Pick<Place, 'category' | 'name'> | null {
  const [, dotted, kind = ''] = /^[^.]+.*?\.([a-z0-9_-]+)\.(test|spec)\.\w+$/i.exec(name) ?? [];
  const inDots = dotted === undefined ? null : categoryNamed(dotted, known);
  if (inDots !== null) return { category: inDots, name: { stem: `*.${dotted}`, tail: `.${kind}.*` } };
  const joined = /_(integration|e2e|smoke|performance)_test\.(?:go|py)$/.exec(name)?.[1];
  if (joined !== undefined && known.includes(joined))
    return { category: joined, name: { stem: `*_${joined}_test`, tail: '.*' } };
  const maven = /(^IT)?.*?(IT|ITCase)?\.(?:java|kt|groovy|scala)$/.exec(name);
  const stem = maven?.[2] === undefined ? (maven?.[1] === undefined ? null : 'IT*') : `*${maven[2]}`;
  return stem === null ? null : { category: 'integration', name: { stem, tail: '.*' } };
}

/** A config has no negated globs, so that what is left over is said by the folders that are not meant. */
function divide(
  places: readonly Place[],
  fallback: string,
): readonly { category: string; files: readonly string[] | null }[] {
  const groups = Map.groupBy(places, ({ category }) => category);
  if (groups.size === 1) return [...groups.keys()].map((category) => ({ category, files: null }));
  return [...groups].map(([category, own]) => {
    const others = places.filter((place) => place.category !== category);
    const without = {
      folders: unique(others.flatMap(({ folder }) => folder ?? [])),
      names: patterns(others),
    };
    // A test that is added beside the known folders has to be in some category.
    const isRest = category === fallback || own.some(({ folder, name }) => folder === undefined && name === undefined);
    const starts = isRest ? [''] : unique(own.flatMap(({ folder }) => folder ?? []));
    const names = isRest ? [] : patterns(own);
    const files = [
      ...starts.flatMap((folder) => leftOf(folder, without)),
      ...names.map(({ stem, tail }) => `**/${stem}${tail}`),
    ];
    const matches = compileGlobs(files);
    const isExact = places.every((place) => matches(place.path) === (place.category === category));
    return { category, files: isExact ? files : own.map(({ path }) => escapeGlob(path)) };
  });
}

/** Globs for what is below a folder, without some of the folders below it and some names. */
function leftOf(
  folder: string,
  without: { readonly folders: readonly string[]; readonly names: readonly NamePattern[] },
): readonly string[] {
  const start = folder === '' ? '' : `${escapeGlob(folder)}/`;
  const inside = without.folders.filter((other) => folder === '' || other.startsWith(`${folder}/`));
  const [name] = without.names;
  // Several cannot be negated at once: that is noticed, and the files are listed.
  const leaf = name === undefined ? null : `!(${name.stem})${name.tail}`;
  if (inside.length === 0) return [leaf === null ? `${start}**` : `${start}**/${leaf}`];
  const next = unique(inside.map((other) => other.slice(folder === '' ? 0 : folder.length + 1).split('/')[0] ?? ''));
  const beside = `${start}!(${next.map(escapeGlob).join('|')})/**`;
  return [
    `${start}${leaf ?? '*'}`,
    leaf === null ? beside : `${beside}/${leaf}`,
    ...next.flatMap((name) => {
      const below = folder === '' ? name : `${folder}/${name}`;
      return inside.includes(below) ? [] : leftOf(below, without);
    }),
  ];
}

function patterns(places: readonly Place[]): readonly NamePattern[] {
  const all = places.flatMap(({ name }) => name ?? []);
  return [...new Map(all.map((name) => [`${name.stem}${name.tail}`, name])).values()];
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
