/** Where a value stands in the config: keys and list positions from the top. */
export type Path = readonly (string | number)[];

/** `suites.backend.batch`; a key with a dot in it is quoted, as `--set` wants it. */
export function pathText(path: Path): string {
  return path.map((step) => (/^[^."]+$/.test(String(step)) ? String(step) : JSON.stringify(step))).join('.');
}

/** The value at a path; `undefined` where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (!isMapping(value) && !Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  }
  return value;
}

/** A YAML mapping, after parsing. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a person calls a value, for "got ..." in a message. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  return isMapping(value) ? 'a mapping' : 'nothing';
}
