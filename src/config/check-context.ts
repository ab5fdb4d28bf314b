import type { CatalogueEntry, FrameworkDefaults } from '../model/config.ts';
import { didYouMean } from '../base/suggest.ts';
import { isMapping, valueAt } from './path.ts';
import type { Path } from './path.ts';
import type { ConfigInput } from './schema.ts';
import type { Problem, Source } from './source.ts';

/** What the checks across keys look at. */
export interface CheckContext {
  readonly input: ConfigInput;
  readonly source: Source;
  /** What is defined, valid or not: a typing error inside a suite must not make its name unknown. */
  readonly defined: DefinedNames;
  /** The day in UTC: `2026-08-20`. */
  readonly today: string;
  readonly catalogue: readonly CatalogueEntry[];
  readonly frameworks: readonly FrameworkDefaults[];
}

export interface DefinedNames {
  /** With each of their variants: `backend`, `backend[py312]`. */
  readonly suites: ReadonlySet<string>;
  readonly categories: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly environments: ReadonlySet<string>;
  readonly layers: ReadonlySet<string>;
}

/** The names that the text defines. */
export function definedNames(source: Source): DefinedNames {
  const keys = (section: string): readonly string[] => {
    const value = Object.hasOwn(source.value, section) ? source.value[section] : null;
    return isMapping(value) ? Object.keys(value) : [];
  };
  return {
    suites: new Set(
      keys('suites').flatMap((suite) => [suite, ...variantsOf(source, suite).map((variant) => `${suite}[${variant}]`)]),
    ),
    categories: new Set(keys('categories')),
    services: new Set(keys('services')),
    environments: new Set(['local', ...keys('environments')]),
    layers: new Set(keys('layers')),
  };
}

function variantsOf(source: Source, suite: string): readonly string[] {
  const variants = valueAt(source.value, ['suites', suite, 'variants']);
  return isMapping(variants) ? Object.keys(variants) : [];
}

type Services = NonNullable<ConfigInput['services']>;
type Overlay = NonNullable<NonNullable<ConfigInput['environments']>[string]['services']>[string];

/** What the config says of services, here and in environments, each with where it says so. */
export function serviceDefinitions(
  input: ConfigInput,
): readonly { readonly name: string; readonly path: Path; readonly service: Services[string] | Overlay }[] {
  return [
    ...Object.entries(input.services ?? {}).map(([name, service]) => ({ name, path: ['services', name], service })),
    ...Object.entries(input.environments ?? {}).flatMap(([environment, { services }]) =>
      Object.entries(services ?? {}).map(([name, service]) => ({
        name,
        path: ['environments', environment, 'services', name],
        service,
      })),
    ),
  ];
}

/** Whether the text has something there, valid or not: what was written wrongly must not be called missing as well. */
export function isWritten(context: CheckContext, path: Path): boolean {
  return valueAt(context.source.value, path) !== undefined;
}

/** The names in a list of the text, even where another item of it is not valid. */
export function writtenNames(context: CheckContext, path: Path): readonly string[] {
  const value = valueAt(context.source.value, path);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A problem at the value of a path, or at its key. */
export function problemAt(
  context: CheckContext,
  path: Path,
  what: { readonly message: string; readonly at?: 'key' | 'value' },
): Problem {
  return { place: context.source.place(path, what.at ?? 'value'), message: what.message };
}

/** `, which is not defined` with the best hint there is: the name that was meant, or all there are when they are few. */
export function notDefined(word: string, known: readonly string[], rest = 'which is not defined'): string {
  const meant = didYouMean(word, known);
  if (meant !== '') return `, ${rest}${meant}`;
  if (known.length === 0) return `, ${rest}: there are none`;
  return known.length <= 12 ? `, ${rest}: there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}` : `, ${rest}`;
}
