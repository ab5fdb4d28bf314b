import { catalogue } from '../../src/categories/catalogue.ts';
import { examine } from '../../src/config/check.ts';
import { normalise } from '../../src/config/normalise.ts';
import { createOrigins } from '../../src/config/origins.ts';
import { parseSets } from '../../src/config/sets.ts';
import { readPlainYaml } from '../../src/config/plain-yaml.ts';
import { createSource, problemsError } from '../../src/config/source.ts';
import { readDocument } from '../../src/config/yaml-document.ts';
import { ConfigError } from '../../src/errors.ts';
import { frameworks } from '../../src/frameworks/index.ts';
import type { Config } from '../../src/model/config.ts';

/** What `loadConfig` makes of a text, without touching the disk. */
export function parseConfigText(
  text: string,
  sets: readonly string[] = [],
): { readonly config: Config; readonly origins: ReadonlyMap<string, string> } {
  const yaml = readPlainYaml(text) ?? readDocument(text);
  const overrides = parseSets(sets, readDocument);
  const source = createSource(text, { yaml, name: 'runner.config.yaml', overrides });
  const known = { catalogue, frameworks: [...frameworks.values()], today: '2026-08-20' };
  const { context, problems } = examine(source, known);
  if (context === null || problems.length > 0) throw problemsError(problems);
  const origins = createOrigins(source);
  return { config: normalise(context.input, origins, { ...known, project: 'shop' }), origins: origins.all() };
}

/** The problems of a text, as they are printed; empty when it is valid. */
export function problemsOf(text: string, sets: readonly string[] = []): readonly string[] {
  try {
    parseConfigText(text, sets);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** The first line of each problem, without the file's name. */
export function firstLinesOf(text: string): readonly string[] {
  return problemsOf(text).map((problem) => (problem.split('\n')[0] ?? '').replace(/^runner\.config\.yaml:/, ''));
}

/** The smallest valid config, with one suite and one category, and more after it. */
export function also(more: string): string {
  return suite('', more);
}

/** A valid config whose suite `api` has more keys. */
export function suite(keys: string, more = ''): string {
  return config({ suite: keys === '' ? '' : `, ${keys}`, category: '', more });
}

/** A valid config whose category `unit` has more keys. */
export function category(keys: string, more = ''): string {
  return config({ suite: '', category: `${keys}, `, more });
}

function config(parts: { readonly suite: string; readonly category: string; readonly more: string }): string {
  return `version: 1
suites:
  api: { framework: pytest${parts.suite} }
categories:
  unit: { ${parts.category}tests: [{ suite: api }] }
${parts.more}`;
}
