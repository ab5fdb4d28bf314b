import { shellQuote } from '../base/shell-quote.ts';
import { didYouMean } from '../base/suggest.ts';
import { UsageError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import type { SelectionRequest } from '../model/selection.ts';
import { suiteNames, variantNames } from './variants.ts';

/**
 * Holds every name of a request against the config.
 * @throws UsageError with one line per unknown name
 */
export function checkNames(config: Config, request: SelectionRequest, pathExists: (word: string) => boolean): void {
  const categories = Object.keys(config.categories);
  const asked = [...request.categories, ...request.excludeCategories].filter((name) => name !== 'all');
  const problems = [
    ...unknown('category', asked, categories),
    ...unknown('layer', request.layers, Object.keys(config.layers)),
    ...unknown('mode', request.mode === null ? [] : [request.mode], Object.keys(config.modes)),
    ...unknown('suite', request.suites, suiteNames(config)),
    ...unknown('variant', request.variants ?? [], variantNames(config)),
    ...unknown('component', request.components, componentsOf(config)),
    ...unknown(
      'environment',
      [request.environment, ...(request.excludeEnvironments ?? [])],
      Object.keys(config.environments),
    ),
  ];
  if (request.excludeCategories.includes('all')) problems.push('--exclude-category all leaves nothing to run');
  if (problems.length === 0) return;
  // An option that takes several words took one that was meant as a file.
  const taken = [
    ...request.categories,
    ...request.layers,
    ...request.suites,
    ...(request.variants ?? []),
    ...request.components,
  ];
  const path = taken.find((name) => problems.some((problem) => problem.includes(quoted(name))) && pathExists(name));
  throw new UsageError(
    problems.join('\n'),
    path === undefined
      ? (joinedHint(asked, categories) ?? hint(config, problems))
      : `to run a path, write it first, or use --file ${shellQuote(path)}`,
  );
}

/** The components that suites name, for `--service`. */
function componentsOf(config: Config): readonly string[] {
  const components = Object.values(config.suites).flatMap((suite) => suite.component ?? []);
  return [...new Set(components)].sort();
}

function unknown(kind: string, names: readonly string[], known: readonly string[]): string[] {
  return [...new Set(names)]
    .filter((name) => !known.includes(name))
    .map((name) => `${kind} ${quoted(name)} is not defined${didYouMean(name, known)}`);
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

/** `unit+integration` is how some runners write two categories. */
function joinedHint(asked: readonly string[], categories: readonly string[]): string | null {
  const joined = asked.find((name) => name.includes('+') && name.split('+').every((part) => categories.includes(part)));
  return joined === undefined ? null : `write several with commas: --category ${joined.replaceAll('+', ',')}`;
}

function hint(config: Config, problems: readonly string[]): string {
  const kind = problems[0]?.split(' ')[0] ?? '';
  switch (kind) {
    case 'category':
      return `categories: ${list(Object.keys(config.categories))}`;
    case 'layer':
      return `layers: ${list(Object.keys(config.layers))}`;
    case 'mode':
      return `modes: ${list(Object.keys(config.modes))}`;
    case 'suite':
      return `suites: ${list(suiteNames(config))}`;
    case 'variant':
      return `variants: ${list(variantNames(config))}`;
    case '--exclude-category':
      return 'name the categories to leave out';
    case 'component':
      return `--service takes the component that a suite names with "service": ${list(componentsOf(config))}`;
    default:
      return `environments: ${list(Object.keys(config.environments))}`;
  }
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none is defined' : names.join(', ');
}
