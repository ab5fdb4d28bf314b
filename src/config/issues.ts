import * as z from 'zod/mini';
import { didYouMean } from '../base/suggest.ts';
import { describeValue, isMapping, pathText, valueAt } from './path.ts';
import type { Path } from './path.ts';
import { configSchema } from './schema.ts';
import type { ConfigInput } from './schema.ts';
import type { Problem, Source } from './source.ts';

/** The validated config; where it has problems, those and as much as is valid for the checks that follow. */
export interface Validated {
  /** `null` when nothing of it can be used. */
  readonly input: ConfigInput | null;
  readonly problems: readonly Problem[];
}

/** Holds what the user wrote against the schema. */
export function validate(source: Source): Validated {
  const first = parse(source.value);
  if (first.success) return { input: first.data, problems: [] };
  const problems = first.error.issues.flatMap((issue) => describe(issue, source));
  return { input: parseRest(source.value, first.error.issues), problems };
}

function parse(value: unknown): z.core.util.SafeParseResult<ConfigInput> {
  // Messages that the schema does not give itself are left empty here and written by `describe`.
  return configSchema.safeParse(value, { error: () => '' });
}

function describe(issue: z.core.$ZodIssue, source: Source): readonly Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(schemaAt(configSchema, path));
    return issue.keys.map((key) =>
      problem(source, { path: [...path, key], at: 'key', message: unknownKey(path, key, known) }),
    );
  }
  const value = valueAt(source.value, path);
  if (value === undefined) {
    const message = `${prefix(path.slice(0, -1))}"${path.at(-1) ?? ''}" is missing${exampleOf(path)}`;
    return [problem(source, { path, at: 'key', message })];
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? `${describeValue(path.at(-1))} cannot be a name`;
    return [problem(source, { path, at: 'key', message: `${prefix(path.slice(0, -1))}${message}` })];
  }
  return [
    problem(source, {
      path,
      at: 'value',
      message: `${prefix(path)}${issue.message === '' ? generic(issue, value) : issue.message}`,
    }),
  ];
}

function unknownKey(path: Path, key: string, known: readonly string[]): string {
  const meant = didYouMean(key, known);
  const allowed = meant === '' && known.length > 0 ? `; allowed are ${known.join(', ')}` : meant;
  return `${prefix(path)}unknown key "${key}"${allowed}`;
}

function exampleOf(path: Path): string {
  const key = path.at(-1);
  if (key === 'version') return ': write version: 1';
  if (key === 'framework') return ': write framework: pytest, vitest, node or command';
  if (key === 'suites' && path.length === 1) return ': it says how to run the tests';
  if (key === 'categories' && path.length === 1) return ': it says what the tests are for';
  return '';
}

function generic(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const meant = typeof value === 'string' ? didYouMean(value, allowed) : '';
    return `expected ${orList(allowed)}, got ${describeValue(value)}${meant}`;
  }
  if (issue.code === 'invalid_type')
    return `expected ${nouns[issue.expected] ?? issue.expected}, got ${describeValue(value)}`;
  return 'is not valid';
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function prefix(path: Path): string {
  return path.length === 0 ? '' : `${pathText(path)}: `;
}

function problem(
  source: Source,
  what: { readonly path: Path; readonly at: 'key' | 'value'; readonly message: string },
): Problem {
  return { place: source.place(what.path, what.at), message: what.message };
}

function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | null {
  let current: z.core.$ZodType | null = schema;
  for (const step of path) {
    const bare = unwrap(current);
    if (bare instanceof z.ZodMiniObject) current = shapeOf(bare)[String(step)] ?? null;
    else if (bare instanceof z.ZodMiniRecord) current = bare.def.valueType;
    else if (bare instanceof z.ZodMiniArray) current = bare.def.element;
    else return null;
  }
  return unwrap(current);
}

function shapeOf(schema: z.ZodMiniObject): Readonly<Record<string, z.core.$ZodType>> {
  return schema.shape;
}

function unwrap(schema: z.core.$ZodType | null): z.core.$ZodType | null {
  if (schema instanceof z.ZodMiniOptional) return unwrap(schema.def.innerType);
  return schema instanceof z.ZodMiniLazy ? unwrap(schema.def.getter()) : schema;
}

function keysOf(schema: z.core.$ZodType | null): readonly string[] {
  return schema instanceof z.ZodMiniObject ? Object.keys(schema.shape) : [];
}

/** Takes out what is wrong, so that one typing error does not hide a misspelt name elsewhere. */
function parseRest(value: unknown, found: readonly z.core.$ZodIssue[]): ConfigInput | null {
  let rest: unknown = withRequired(structuredClone(value));
  let issues = found;
  for (let round = 0; round < 10; round += 1) {
    for (const issue of issues) {
      const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      for (const path of paths)
        remove(
          rest,
          path.map((step) => (typeof step === 'number' ? step : String(step))),
        );
    }
    rest = withRequired(rest);
    const parsed = parse(rest);
    if (parsed.success) return parsed.data;
    issues = parsed.error.issues;
  }
  return null;
}

function withRequired(value: unknown): unknown {
  if (!isMapping(value)) return value;
  return { suites: {}, categories: {}, ...value, version: 1 };
}

/** Deletes the nearest mapping entry at or above the path; list items stay, because their positions name the others' places. */
function remove(root: unknown, path: Path): void {
  for (let length = path.length; length > 0; length -= 1) {
    const holder = valueAt(root, path.slice(0, length - 1));
    const key = String(path[length - 1]);
    if (!isMapping(holder) || !Object.hasOwn(holder, key)) continue;
    Reflect.deleteProperty(holder, key);
    return;
  }
}
