import { createHash } from 'node:crypto';

/** 16 hexadecimal digits of any JSON value, whatever the order of its keys. */
export function digest(value: unknown): string {
  return digestInOrder(inOrder(value));
}

/** The same of a value whose keys have an order of their own: of what the program itself has put together. */
export function digestInOrder(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** Copied rather than sorted by a replacer, which `JSON.stringify` calls for each number too. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, inOrder(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
