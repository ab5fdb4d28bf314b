import { locate, valueOfNode } from './yaml-node.ts';
import type { Yaml, YamlEntry, YamlNode, YamlScalar } from './yaml-node.ts';

/**
 * Reads YAML that is made of nothing but block mappings and lists, flow collections on one line, quoted texts without escapes, plain words,
 * numbers and comments; `null` = it holds anything else, or a mistake, and is for the library to read. What is read here, the library reads in the
 * same way: a property test holds one against the other.
 */
export function readPlainYaml(text: string): Yaml | null {
  if (text.length > mostCharacters || !onlyPlain.test(text) || marker.test(text)) return null;
  const reader: Reader = { text, at: 0, indent: 0, nodes: 0 };
  if (!toNextLine(reader) || reader.indent !== 0) return null;
  const root = readMap(reader, 0, 0);
  return root === null || reader.at < text.length ? null : locate(root, valueOfNode(root));
}

/** Where reading stands: at the first character of a line with something in it, after its `indent` spaces, or within it. */
interface Reader {
  readonly text: string;
  at: number;
  /** Of the line that it stands in; -1 = the text is over. */
  indent: number;
  nodes: number;
}

/** Below what the library refuses. */
const mostCharacters = 500_000;
const mostNodes = 20_000;
const deepest = 20;

/** No tabs, no carriage returns, no byte order marks, nothing that some call a space or a line break. */
const onlyPlain = /^[\n\x20-\x7e\u00a1-\u167f\u2010-\u2027\u4e00-\u9fff]*$/;
/** Several documents, and directives. */
const marker = /^(?:---|\.\.\.|%)/m;

const nothingMuch = /(?: *(?:#.*)?\n)*/y;
const spaces = / */y;
const restOfLine = /(?: +#.*| *)(?:\n|$)/y;
const key = /(?:([A-Za-z_][\w.-]*)|"([^"\\\n]*)"|'([^'\n]*)'):(?= |\n|$)/y;
const doubleQuoted = /"([^"\\\n]*)"/y;
const singleQuoted = /'((?:[^'\n]|'')*)'/y;
/** A colon or a number sign is part of a word only where it can be nothing else. */
const blockWords = /(?:[\w./$^~(+]|-(?=[\w.-]))(?:[^\n:# ]|:(?=\S)|(?<! )#| +(?=[^ #\n]))*/y;
const flowWords = /(?:[\w./$^~(+]|-(?=[\w.-]))(?:[^\n:#,[\]{} ]|:(?=[\w/.:-])|(?<! )#| +(?=[^ #\n,[\]{}]))*/y;

/** Skips what says nothing, from the start of a line; `false` = the text is over. */
function toNextLine(reader: Reader): boolean {
  take(reader, nothingMuch);
  const indent = take(reader, spaces)?.length ?? 0;
  const isOver = reader.at >= reader.text.length || reader.text.charCodeAt(reader.at) === 0x23;
  // A comment without a line end is the last thing there is.
  if (isOver) reader.at = reader.text.length;
  reader.indent = isOver ? -1 : indent;
  return !isOver;
}

/** A block mapping whose keys stand `indent` characters from the start of their lines. */
function readMap(reader: Reader, indent: number, depth: number): YamlNode | null {
  const at = reader.at;
  const entries = new Map<string, YamlEntry>();
  do {
    const keyAt = reader.at;
    const name = readKey(reader);
    if (name === null || entries.has(name)) return null;
    const value = readBelowKey(reader, indent, depth + 1);
    if (value === null) return null;
    entries.set(name, { keyAt, value });
  } while (reader.indent === indent);
  return reader.indent > indent ? null : counted(reader, { kind: 'map', at, entries });
}

function readKey(reader: Reader): string | null {
  const found = match(reader, key);
  if (found === null) return null;
  const [, word, double, single] = found;
  const name = word ?? double ?? single ?? '';
  // Values of other kinds, in the eyes of YAML, and names that the library's reader refuses.
  const isOdd =
    name === '__proto__' ||
    name === '<<' ||
    name.length > 200 ||
    (word !== undefined && typeof resolve(word) !== 'string');
  return isOdd ? null : name;
}

/** What belongs to a key: on its line, or on those below it that are indented further, or begin with a dash. */
function readBelowKey(reader: Reader, indent: number, depth: number): YamlNode | null {
  if (depth > deepest) return null;
  if (take(reader, restOfLine) === null) return readInline(reader, depth);
  if (!toNextLine(reader)) return null;
  const isList = isDash(reader);
  if (reader.indent < indent || (reader.indent === indent && !isList)) return null;
  return isList ? readList(reader, reader.indent, depth) : readMap(reader, reader.indent, depth);
}

function isDash({ text, at }: Reader): boolean {
  return text.startsWith('- ', at);
}

/** A block list whose dashes stand `indent` characters from the start of their lines. */
function readList(reader: Reader, indent: number, depth: number): YamlNode | null {
  const at = reader.at;
  const items: YamlNode[] = [];
  do {
    if (!isDash(reader)) break;
    reader.at += 1;
    const gap = take(reader, spaces)?.length ?? 0;
    const item = readItem(reader, indent + 1 + gap, depth + 1);
    if (item === null) return null;
    items.push(item);
  } while (reader.indent === indent);
  return reader.indent > indent ? null : counted(reader, { kind: 'list', at, items });
}

/** A mapping may begin beside the dash, and goes on below its first key. */
function readItem(reader: Reader, column: number, depth: number): YamlNode | null {
  if (depth > deepest) return null;
  key.lastIndex = reader.at;
  if (!key.test(reader.text)) return readValueOfLine(reader, depth);
  reader.indent = column;
  return readMap(reader, column, depth);
}

function readInline(reader: Reader, depth: number): YamlNode | null {
  return take(reader, spaces) === null ? null : readValueOfLine(reader, depth);
}

/** A value that ends with its line. */
function readValueOfLine(reader: Reader, depth: number): YamlNode | null {
  const value = readFlow(reader, blockWords, depth);
  if (value === null || take(reader, restOfLine) === null) return null;
  toNextLine(reader);
  return value;
}

function readFlow(reader: Reader, words: RegExp, depth: number): YamlNode | null {
  if (depth > deepest) return null;
  const first = reader.text[reader.at];
  if (first === '[') return readFlowList(reader, depth);
  if (first === '{') return readFlowMap(reader, depth);
  const { at } = reader;
  if (first === '"') return scalar(reader, at, match(reader, doubleQuoted)?.[1]);
  if (first === "'") return scalar(reader, at, match(reader, singleQuoted)?.[1]?.replaceAll("''", "'"));
  const written = take(reader, words);
  return written === null ? null : scalar(reader, at, resolve(written));
}

function readFlowList(reader: Reader, depth: number): YamlNode | null {
  const { at } = reader;
  const items: YamlNode[] = [];
  const isWhole = readMembers(reader, ']', () => {
    const item = readFlow(reader, flowWords, depth + 1);
    if (item !== null) items.push(item);
    return item !== null;
  });
  return isWhole ? counted(reader, { kind: 'list', at, items }) : null;
}

function readFlowMap(reader: Reader, depth: number): YamlNode | null {
  const { at } = reader;
  const entries = new Map<string, YamlEntry>();
  const isWhole = readMembers(reader, '}', () => {
    const keyAt = reader.at;
    const name = readKey(reader);
    if (name === null || entries.has(name) || (take(reader, spaces) ?? '') === '') return false;
    const value = readFlow(reader, flowWords, depth + 1);
    if (value !== null) entries.set(name, { keyAt, value });
    return value !== null;
  });
  return isWhole ? counted(reader, { kind: 'map', at, entries }) : null;
}

/** What stands between brackets, separated by commas, on one line. */
function readMembers(reader: Reader, end: ']' | '}', readOne: () => boolean): boolean {
  reader.at += 1;
  take(reader, spaces);
  if (reader.text[reader.at] !== end) {
    for (;;) {
      if (!readOne()) return false;
      take(reader, spaces);
      if (reader.text[reader.at] !== ',') break;
      reader.at += 1;
      take(reader, spaces);
    }
    if (reader.text[reader.at] !== end) return false;
  }
  reader.at += 1;
  return true;
}

function scalar(reader: Reader, at: number, value: YamlScalar['value']): YamlNode | null {
  return value === undefined ? null : counted(reader, { kind: 'scalar', at, value });
}

function counted(reader: Reader, node: YamlNode): YamlNode | null {
  reader.nodes += 1;
  return reader.nodes > mostNodes ? null : node;
}

/** What a plain word means in YAML 1.2; `undefined` = a number that is written in a way that is rare. */
function resolve(word: string): unknown {
  if (/^[-+]?\d{1,15}(?:\.\d{1,15})?$/.test(word)) return Number(word);
  if (/^(?:[-+.\d_]|0[xo])[-+.\d_a-fox]*$/i.test(word) && !/^[-.]+[a-z]/i.test(word)) return undefined;
  if (/^(?:true|True|TRUE)$/.test(word)) return true;
  if (/^(?:false|False|FALSE)$/.test(word)) return false;
  if (/^(?:null|Null|NULL|~)$/.test(word)) return null;
  return /^[-+.]*(?:inf|nan)$/i.test(word) ? undefined : word;
}

function match(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found !== null) reader.at = pattern.lastIndex;
  return found;
}

function take(reader: Reader, pattern: RegExp): string | null {
  return match(reader, pattern)?.[0] ?? null;
}
