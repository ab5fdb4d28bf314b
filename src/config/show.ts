import { Document, isMap, isScalar, isSeq } from 'yaml';
import type { LoadedConfig } from './load.ts';
import { isMapping, pathText } from './path.ts';
import type { Path } from './path.ts';
import { toInput } from './to-input.ts';

/** The effective config as YAML that can be read again, each value followed by where it comes from if wanted; values of secrets are masked. */
export function showConfig(loaded: LoadedConfig, options: { readonly origin: boolean }): string {
  const document = new Document(effectiveConfig(loaded));
  const visit = (node: unknown, path: Path): void => {
    if (isMap(node)) {
      if (node.items.length === 0) annotate(node, path);
      for (const { key, value } of node.items) visit(value, [...path, isScalar(key) ? String(key.value) : '']);
    } else if (isSeq(node)) {
      const isList = node.items.every((item) => isScalar(item));
      if (isList) node.flow = true;
      if (isList) annotate(node, path);
      else node.items.forEach((item, index) => visit(item, [...path, index]));
    } else annotate(node, path);
  };
  const origins = loaded.origins();
  const annotate = (node: unknown, path: Path): void => {
    if (options.origin && (isMap(node) || isSeq(node) || isScalar(node))) node.comment = ` ${originOf(origins, path)}`;
  };
  visit(document.contents, []);
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false, blockQuote: false });
  // The library puts an empty mapping that has a comment on lines of its own; no text has real line ends here.
  return text.replace(/:\n +\{\}\n +(# .*)$/gm, ': {} $1');
}

/** Where each value of the effective config comes from, by its path; in the order of the config. */
export function effectiveOrigins(loaded: LoadedConfig): Readonly<Record<string, string>> {
  const origins = loaded.origins();
  const found: [string, string][] = [];
  const visit = (value: unknown, path: Path): void => {
    if (isMapping(value) && Object.keys(value).length > 0)
      for (const [key, part] of Object.entries(value)) visit(part, [...path, key]);
    else if (Array.isArray(value) && value.some(isMapping))
      for (const [index, item] of value.entries()) visit(item, [...path, index]);
    else found.push([pathText(path), originOf(origins, path)]);
  };
  visit(effectiveConfig(loaded), []);
  return Object.fromEntries(found);
}

/** The effective config in the form that the file has, with the values of secrets masked. */
export function effectiveConfig(loaded: LoadedConfig): unknown {
  const names = new Set(Object.values(loaded.config.environments).flatMap(({ secrets }) => secrets));
  const values = Object.values(loaded.secrets).toSorted((a, b) => b.length - a.length);
  const masked = (value: unknown, key: string): unknown => {
    if (typeof value === 'string')
      return names.has(key) ? mask : values.reduce((text, secret) => text.replaceAll(secret, mask), value);
    if (Array.isArray(value)) return value.map((item) => masked(item, ''));
    if (isMapping(value))
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, masked(part, name)]));
    return value;
  };
  return masked(toInput(loaded.config), '');
}

const mask = '***';

/** A value inside a list or mapping that is noted as a whole has that one's origin. */
function originOf(origins: ReadonlyMap<string, string>, path: Path): string {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = origins.get(pathText(path.slice(0, length)));
    if (origin !== undefined) return origin;
  }
  return 'default';
}
