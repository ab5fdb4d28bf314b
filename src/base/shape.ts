/** Whether a value that somebody else wrote is what a type says it is. What is there beside that does not matter. */
export type Shape = (value: unknown) => boolean;

export const text: Shape = (value) => typeof value === 'string';
export const flag: Shape = (value) => typeof value === 'boolean';
/** No NaN and no infinity, of which JSON has the latter: `1e999`. */
export const number: Shape = (value) => Number.isFinite(value);

export function nullable(shape: Shape): Shape {
  return (value) => value === null || shape(value);
}

export function oneOf(...words: readonly (string | number)[]): Shape {
  const known = new Set<unknown>(words);
  return (value) => known.has(value);
}

export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape);
}

/** An object of any keys, all of whose values are the same. */
export function tableOf(shape: Shape): Shape {
  return (value) => isObject(value) && Object.values(value).every(shape);
}

/** An object with these fields, and others that may be absent. */
export function fields(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const all = Object.entries(required);
  const more = Object.entries(optional);
  return (value) =>
    isObject(value) &&
    all.every(([name, shape]) => Object.hasOwn(value, name) && shape(value[name])) &&
    more.every(([name, shape]) => value[name] === undefined || shape(value[name]));
}

/** An object of one of several kinds, told by one of its fields. */
export function byWord(name: string, table: Readonly<Record<string, Shape>>): Shape {
  return (value) => {
    const word = isObject(value) ? value[name] : undefined;
    return typeof word === 'string' && Object.hasOwn(table, word) && table[word]?.(value) === true;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
