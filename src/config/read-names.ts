import { namePattern } from './name-pattern.ts';
import { readConfigFile } from './read-file.ts';
import { readYaml } from './yaml.ts';

/** What a config gives names to. */
export interface ConfigNames {
  readonly categories: readonly string[];
  readonly suites: readonly string[];
  readonly variants: readonly string[];
  /** What suites test, as their `service` says. */
  readonly components: readonly string[];
  readonly services: readonly string[];
  readonly environments: readonly string[];
  readonly layers: readonly string[];
  readonly modes: readonly string[];
  readonly switches: readonly string[];
}

/** The names in the nearest config, or in the file named, without checking it; `null` = there is none that can be read. */
export async function readNames(cwd: string, file: string | null): Promise<ConfigNames | null> {
  try {
    const yaml = await readYaml(readConfigFile(cwd, file).text);
    return 'value' in yaml ? namesIn(yaml.value) : null;
  } catch {
    return null;
  }
}

function namesIn(config: unknown): ConfigNames {
  const keysOf = (key: string): readonly string[] => plain(Object.keys(entriesOf(config, key)));
  const suites = Object.entries(entriesOf(config, 'suites'));
  const variants = suites.map(([name, suite]) => [name, plain(Object.keys(entriesOf(suite, 'variants')))] as const);
  return {
    categories: keysOf('categories'),
    suites: variants.flatMap(([name, own]) => [...plain([name]), ...own.map((variant) => `${name}[${variant}]`)]),
    variants: [...new Set(variants.flatMap(([, own]) => own))],
    components: [...new Set(plain(suites.map(([, suite]) => entriesOf({ suite }, 'suite')['service'])))],
    services: keysOf('services'),
    environments: keysOf('environments'),
    layers: keysOf('layers'),
    modes: keysOf('modes'),
    switches: keysOf('switches'),
  };
}

function entriesOf(value: unknown, key: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return {};
  const inner: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof inner === 'object' && inner !== null ? Object.fromEntries(Object.entries(inner)) : {};
}

/** Names as they may be; others are mistakes that `runner config check` tells of. */
function plain(words: readonly unknown[]): readonly string[] {
  return words.filter((word) => typeof word === 'string').filter((word) => namePattern.test(word));
}
