import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import { locate } from './yaml-node.ts';
import type { Yaml, YamlEntry, YamlNode, YamlProblem } from './yaml-node.ts';

/** Reads one YAML 1.2 document without custom tags, duplicate keys or endless aliases; never throws, whatever the text. */
export function readDocument(text: string): Yaml | readonly YamlProblem[] {
  // The library compares each key of a mapping with all others; ours is linear and says where the first one is.
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter,
  });
  if (document.errors.length > 0) {
    return document.errors
      .slice(0, mostProblems)
      .map(({ code, pos, message }) => ({ offset: pos[0], message: syntaxMessage(code, message) }));
  }
  const problems = [...inspect(document, lineCounter)].slice(0, mostProblems);
  if (problems.length > 0) return problems;
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return locate(toNode(document.contents, new Map()), value);
  } catch {
    return [{ offset: 0, message: 'the aliases (*name) expand to far too much: write the values out' }];
  }
}

/** Enough to see what is wrong; garbage would give thousands. */
const mostProblems = 20;
const mostNodes = 50_000;

function syntaxMessage(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: the config is one YAML document';
  if (code === 'RESOURCE_EXHAUSTION') return 'nested too deeply';
  if (code === 'TAB_AS_INDENT') return 'a tab is used as indentation: YAML wants spaces';
  if (code === 'BAD_SCALAR_START') return `${message}: put the text in quotes`;
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return 'a second "key: value" on one line, or a line indented too far: quote text that holds ": "';
  return `not valid YAML: ${message}`;
}

interface Visit {
  readonly node: unknown;
  readonly open: readonly string[];
}

function* inspect(document: Document, lineCounter: LineCounter): Generator<YamlProblem> {
  const { yaml } = document.directives ?? {};
  if (yaml?.explicit === true && yaml.version !== '1.2')
    yield { offset: 0, message: `the config is YAML 1.2, not ${yaml.version}` };
  for (const { pos, message } of document.warnings) {
    yield {
      offset: pos[0],
      message: `${message.replace(/^Unresolved tag: (.*)$/, 'the tag $1 is not known')}: only plain YAML is read`,
    };
  }

  const anchors = new Set<string>();
  const stack: Visit[] = [{ node: document.contents, open: [] }];
  let nodes = 0;
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { node } = visit;
    nodes += 1;
    if (nodes > mostNodes) {
      yield { offset: offsetOf(node), message: `more than ${mostNodes} values: this is not a config` };
      return;
    }
    if (isAlias(node)) {
      if (visit.open.includes(node.source))
        yield { offset: offsetOf(node), message: `the alias *${node.source} stands inside what it refers to` };
      else if (!anchors.has(node.source))
        yield {
          offset: offsetOf(node),
          message: `the alias *${node.source} refers to no anchor &${node.source} above it`,
        };
      continue;
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) continue;
    if (node.anchor !== undefined) anchors.add(node.anchor);
    if (isScalar(node)) continue;
    const open = node.anchor === undefined ? visit.open : [...visit.open, node.anchor];
    if (isMap(node)) yield* inspectKeys(node, lineCounter);
    // Pushed backwards, so that they are visited in the order of the text.
    const children = isMap(node) ? node.items.map((pair) => pair.value) : node.items;
    for (const child of children.toReversed()) stack.push({ node: child, open });
  }
}

function* inspectKeys(map: YAMLMap, lineCounter: LineCounter): Generator<YamlProblem> {
  const first = new Map<string, number>();
  for (const { key } of map.items) {
    const offset = offsetOf(key);
    if (!isScalar(key)) {
      yield { offset, message: 'a key must be plain text' };
      continue;
    }
    const word = String(key.value);
    const before = first.get(word);
    if (word === '__proto__') yield { offset, message: 'the name "__proto__" cannot be used' };
    else if (word === '<<')
      yield {
        offset,
        message: 'merge keys (<<) are not part of YAML 1.2: use an alias for a whole value, or write it out',
      };
    else if (before !== undefined)
      yield { offset, message: `the key "${word}" is there twice (first in line ${lineCounter.linePos(before).line})` };
    else first.set(word, offset);
  }
}

/** Its places; what an alias refers to is shared, and not copied. */
function toNode(node: unknown, anchors: Map<string, YamlNode>): YamlNode {
  const at = offsetOf(node);
  if (isAlias(node)) return { ...(anchors.get(node.source) ?? { kind: 'scalar', value: null }), at };
  const made = plainNode(node, anchors, at);
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) anchors.set(node.anchor, made);
  return made;
}

function plainNode(node: unknown, anchors: Map<string, YamlNode>, at: number): YamlNode {
  if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => toNode(item, anchors)) };
  if (!isMap(node)) return { kind: 'scalar', at, value: isScalar(node) ? node.value : null, ...emptiness(node) };
  const entries = node.items.map(({ key, value }): [string, YamlEntry] => [
    isScalar(key) ? String(key.value) : '',
    { keyAt: offsetOf(key), value: toNode(value, anchors) },
  ]);
  return { kind: 'map', at, entries: new Map(entries) };
}

function emptiness(node: unknown): { readonly isEmpty?: true } {
  return isScalar(node) && node.value === null && (node.source ?? '') === '' ? { isEmpty: true } : {};
}

function offsetOf(node: unknown): number {
  if (isAlias(node) || isScalar(node) || isMap(node) || isSeq(node)) return node.range?.[0] ?? 0;
  return 0;
}
