import { parse, stringify } from 'yaml';
import { parseConfigText } from '../config-text.ts';
import type { Block, MarkdownPage } from './markdown-page.ts';
import { ConfigError } from '../../../src/errors.ts';

/** What is wrong with a config that a page shows, each problem with its place; of a part of one, what it names and does not define is there. */
export function configProblems(page: MarkdownPage): readonly string[] {
  return configsOf(page).flatMap((block) => {
    try {
      parseConfigText(completed(block.body));
      return [];
    } catch (error) {
      if (error instanceof ConfigError)
        return error.problems.map((problem) => `${page.path}:${block.line}: ${problem}`);
      throw error;
    }
  });
}

/** What is written into a workspace is tried there. */
function configsOf({ parts }: MarkdownPage): readonly Block[] {
  return parts.flatMap((part) =>
    part.kind === 'block' && part.language === 'yaml' && part.mark === null ? [part] : [],
  );
}

/** A whole config as it is; a part of one with a version, and with suites, categories and services of the names that it uses. */
function completed(text: string): string {
  if (/^version:/m.test(text)) return text;
  const part: unknown = parse(text);
  const categories = namesUnder(part, ['categories']);
  const used = {
    suites: [...valuesOf(part, 'suite'), 'any'].map((name) => name.replace(/\[.*\]$/, '')),
    categories: [...['dependsOn', 'after', 'conflicts', 'stages'].flatMap((key) => valuesOf(part, key)), 'other'],
    services: valuesOf(part, 'needs'),
  };
  const environments = Object.values(recordOf(recordOf(part)['environments']));
  const missing = {
    suites: without(used.suites, namesUnder(part, ['suites'])),
    categories: without(
      [...used.categories, ...environments.flatMap((one) => namesUnder(one, ['categories']))],
      categories,
    ),
    services: without(
      [...used.services, ...environments.flatMap((one) => namesUnder(one, ['services']))],
      namesUnder(part, ['services']),
    ),
  };
  return stringify({
    ...recordOf(part),
    version: 1,
    suites: { ...recordOf(recordOf(part)['suites']), ...each(missing.suites, { framework: 'pytest' }) },
    categories: {
      ...recordOf(recordOf(part)['categories']),
      ...each(missing.categories, { tests: [{ suite: 'any' }] }),
    },
    services: {
      ...recordOf(recordOf(part)['services']),
      ...each(missing.services, { process: { command: ['serve'] } }),
    },
    guards: recordOf(part)['guards'] ?? { any: { text: 'x', files: ['any'] } },
  });
}

function each(names: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function without(names: readonly string[], known: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => !known.includes(name));
}

function namesUnder(value: unknown, keys: readonly string[]): readonly string[] {
  return Object.keys(keys.reduce<unknown>((inner, key) => recordOf(inner)[key], value) ?? {});
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Every text below a key of this name, at any depth. */
function valuesOf(value: unknown, key: string): readonly string[] {
  return Object.entries(recordOf(value)).flatMap(([name, inner]) =>
    name === key ? textsOf(inner) : valuesOf(inner, key),
  );
}

function textsOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : Object.values(recordOf(value)).flatMap(textsOf);
}
