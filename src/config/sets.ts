import { ConfigError } from '../errors.ts';
import type { Path } from './path.ts';
import { describeValue, isMapping, pathText } from './path.ts';
import type { Yaml, YamlProblem } from './yaml-node.ts';

/** One `--set key=value` of the command line. */
export interface Override {
  readonly path: Path;
  readonly value: unknown;
  /** The value as it was written. */
  readonly written: string;
}

/** Reads the value of one; never throws. */
type ReadYaml = (text: string) => Yaml | readonly YamlProblem[];

/**
 * Parses `a.b.c=value` words; the value is YAML, and a key with a dot in it is quoted: `suites."web.unit".batch=file`.
 *
 * @throws ConfigError with all that is wrong
 */
export function parseSets(words: readonly string[], read: ReadYaml): readonly Override[] {
  const problems: string[] = [];
  const overrides: Override[] = [];
  for (const word of words) {
    const parsed = parseSet(word, read);
    if (typeof parsed === 'string') problems.push(`--set ${word}  ${parsed}`);
    else overrides.push(parsed);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return overrides;
}

/**
 * The value with the overrides put in, later ones over earlier ones; mappings on the way are made where there are none.
 *
 * @throws ConfigError when a path leads through something that is no mapping
 */
export function applySets(
  value: Readonly<Record<string, unknown>>,
  overrides: readonly Override[],
): Readonly<Record<string, unknown>> {
  let result = value;
  for (const override of overrides) {
    const changed = put(result, override.path, override);
    if (isMapping(changed)) result = changed;
  }
  return result;
}

function parseSet(word: string, read: ReadYaml): Override | string {
  const match = /^((?:"[^"]*"|[^"=])*)=(.*)$/s.exec(word);
  const key = match?.[1];
  const written = match?.[2];
  if (key === undefined || written === undefined) return 'expected key=value, for example --set suites.api.batch=file';
  if (!/^(?:"[^"]+"|[^".]+)(?:\.(?:"[^"]+"|[^".]+))*$/.test(key))
    return 'the key is not made of names with dots between them';
  const path = [...key.matchAll(/"([^"]*)"|([^."]+)/g)].map((step) => step[1] ?? step[2] ?? '');
  if (path.includes('__proto__')) return 'the name "__proto__" cannot be used';
  const yaml = read(written);
  if (!('value' in yaml)) return `the value cannot be read: ${yaml[0]?.message ?? 'not valid YAML'}`;
  return { path, value: yaml.value, written };
}

function put(value: unknown, path: Path, override: Override): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return override.value;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const index = Number(step);
    if (!(index in items)) throw nowhere(override, `there is no item ${step}: the list has ${items.length}`);
    return items.with(index, put(items[index], rest, override));
  }
  if (value !== undefined && value !== null && !isMapping(value))
    throw nowhere(override, `${describeValue(value)} has no "${step}"`);
  return { ...value, [step]: put(valueOf(value, step), rest, override) };
}

function valueOf(mapping: Readonly<Record<string, unknown>> | null | undefined, key: string | number): unknown {
  return mapping !== null && mapping !== undefined && Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

function nowhere(override: Override, message: string): ConfigError {
  return new ConfigError([`--set ${pathText(override.path)}=${override.written}  ${message}`]);
}
