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

/** One of the keys: of a record, so that the compiler misses the word that was added to its type. */
export function wordOf<Word extends string>(words: Readonly<Record<Word, true>>): Shape {
  return oneOf(...Object.keys(words));
}

export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape);
}

/** An object of any keys, all of whose values are the same. */
export function tableOf(shape: Shape): Shape {
  return (value) => isObject(value) && Object.values(value).every(shape);
}

/** An object with these fields, none of which every object has, and others that may be absent. Asked a million times for a large log. */
export function fields(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const all = Object.entries(required);
  const more = Object.entries(optional);
  return (value) => {
    if (!isObject(value)) return false;
    for (const [name, shape] of all) if (!shape(value[name])) return false;
    for (const [name, shape] of more) {
      const found = value[name];
      if (found !== undefined && !shape(found)) return false;
    }
    return true;
  };
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
