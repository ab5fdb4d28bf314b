import type { Path } from './path.ts';

/** A part of a YAML text, whoever has read it. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly kind: 'scalar';
  /** Offset of its first character. */
  readonly at: number;
  readonly value: unknown;
  /** There is nothing to point at. */
  readonly isEmpty?: true;
}

export interface YamlList {
  readonly kind: 'list';
  readonly at: number;
  readonly items: readonly YamlNode[];
}

export interface YamlMap {
  readonly kind: 'map';
  readonly at: number;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  /** Offset of the key. */
  readonly keyAt: number;
  readonly value: YamlNode;
}

/** YAML that has been read: its value, and where each part of it stands. */
export interface Yaml {
  readonly value: unknown;
  /** Offset of the value at a path, or of its key; of the nearest part above where there is none. */
  offset(path: Path, at: 'key' | 'value'): number;
  /** How many steps of a path are written in the text. */
  depth(path: Path): number;
}

export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

/** The places of what has been read, beside its value. */
export function locate(root: YamlNode, value: unknown): Yaml {
  return {
    value,
    offset(path, at) {
      const found = find(root, path);
      // What is missing is shown at the key of the part that lacks it; one glob may stand where a list of them could.
      const isMissing = found.depth < path.length && found.node.kind !== 'scalar';
      const isEmpty = found.node.kind === 'scalar' && found.node.isEmpty === true;
      return at === 'key' || isMissing || isEmpty ? (found.keyAt ?? found.node.at) : found.node.at;
    },
    depth: (path) => find(root, path).depth,
  };
}

interface Found {
  /** `null` = it is all of the text. */
  readonly keyAt: number | null;
  readonly node: YamlNode;
  readonly depth: number;
}

function find(root: YamlNode, path: Path): Found {
  let found: Found = { keyAt: null, node: root, depth: 0 };
  for (const [index, step] of path.entries()) {
    const next = stepInto(found.node, step);
    if (next === null) return found;
    found = { ...next, depth: index + 1 };
  }
  return found;
}

function stepInto(node: YamlNode, step: string | number): Pick<Found, 'keyAt' | 'node'> | null {
  if (node.kind === 'map') {
    const entry = node.entries.get(String(step));
    return entry === undefined ? null : { keyAt: entry.keyAt, node: entry.value };
  }
  const item = node.kind === 'list' ? node.items[Number(step)] : undefined;
  return item === undefined ? null : { keyAt: item.at, node: item };
}

/** The value of what holds no references. */
export function valueOfNode(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(valueOfNode);
  const value: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) value[key] = valueOfNode(entry.value);
  return value;
}
