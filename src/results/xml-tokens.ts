import { SaxesParser } from 'saxes';
import type { SaxesOptions } from 'saxes';
import { decodeReferences, isXmlName, replaceForbidden } from '../base/xml.ts';
import { longestCanonicalTag, readCanonicalTag } from './canonical-tag.ts';
import { XmlCutter } from './xml-cutter.ts';
import type { XmlPiece } from './xml-cutter.ts';
import { decodeXml } from './xml-decode.ts';
import type { Bytes } from './xml-decode.ts';

/** What an XML file says, element by element. Every `open` gets its `close`, also in a damaged file. */
export type XmlToken =
  | {
      readonly kind: 'open';
      readonly name: string;
      readonly attributes: Readonly<Record<string, string>>;
      /** The start tag without its `>`, where it is written as this program would write it. */
      readonly head?: string;
    }
  /** `whole` is false when the file gave no end tag for it. */
  | { readonly kind: 'close'; readonly name: string; readonly whole: boolean }
  /** A part of an element's text, references resolved; a text may come in many parts. */
  | { readonly kind: 'text'; readonly text: string }
  /** The structure is broken here; reading goes on. */
  | { readonly kind: 'damage'; readonly problem: string };

/** How much of an attribute is kept, in characters. */
export interface XmlLimits {
  readonly maxAttributeChars: number;
  /** Tags up to this length are read in one step if they are canonical, which changes nothing but the time; 0 = none. */
  readonly maxCanonicalChars?: number;
}

type OpenToken = Extract<XmlToken, { kind: 'open' }>;
type TagOptions = SaxesOptions & { readonly xmlns: false };
type TagParser = SaxesParser<TagOptions>;

const maxDepth = 50_000;
/** Of text that does not belong where it is. */
const shownChars = 40;

/**
 * Reads XML as far as it can be read, in constant memory, one batch of tokens per chunk. Damage is what may have cost content:
 * a missing or unmatched tag, an end in the middle, text outside the root. Illegal characters, bare `&` and `<`, unknown
 * entities and repeated attributes are read as what was meant. Never throws.
 */
export async function* readXml(bytes: Bytes, limits: XmlLimits): AsyncGenerator<readonly XmlToken[]> {
  const cutter = new XmlCutter({ maxCanonicalChars: longestCanonicalTag, ...limits });
  const elements = createElements();
  try {
    for await (const chunk of decodeXml(bytes)) yield elements.read(cutter.cut(chunk));
  } catch (error) {
    yield [damage(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`)];
  }
  yield elements.read(cutter.end());
  yield elements.end();
}

interface Elements {
  read(pieces: readonly XmlPiece[]): readonly XmlToken[];
  end(): readonly XmlToken[];
}

// Matches start and end tags.
function createElements(): Elements {
  const parseTag = createTagParser();
  const open: string[] = [];
  const counts = new Map<string, number>();
  let rootClosed = false;
  /** The beginning of what stands between two tags outside the root, which comes in as many parts as there are chunks. */
  let outside = '';
  let tokens: XmlToken[] = [];

  const close = (whole: boolean): void => {
    const name = open.pop() ?? '';
    counts.set(name, (counts.get(name) ?? 1) - 1);
    if (open.length === 0) rootClosed = true;
    tokens.push({ kind: 'close', name, whole });
  };
  const readOpen = (tag: OpenToken | null, { source, isEmpty }: { source: string; isEmpty: boolean }): void => {
    if (tag === null) {
      tokens.push(damage(`the tag ${JSON.stringify(source.slice(0, 80))} is malformed`));
    } else if (open.length >= maxDepth) {
      tokens.push(damage(`elements are nested more than ${maxDepth} deep`));
    } else {
      if (rootClosed && open.length === 0) tokens.push(damage(`<${tag.name}> follows the end of the document`));
      tokens.push(tag);
      open.push(tag.name);
      counts.set(tag.name, (counts.get(tag.name) ?? 0) + 1);
      if (isEmpty) close(true);
    }
  };
  const readClose = (name: string): void => {
    if ((counts.get(name) ?? 0) === 0) {
      tokens.push(damage(`</${name}> closes nothing`));
      return;
    }
    while (open.at(-1) !== name) {
      tokens.push(damage(`<${open.at(-1) ?? ''}> is not closed before </${name}>`));
      close(false);
    }
    close(true);
  };
  const readTag = ({ source, canonical }: Extract<XmlPiece, { kind: 'tag' }>): void => {
    if (source.startsWith('</')) {
      readClose(localName(source));
      return;
    }
    const known = canonical === true ? readCanonicalTag(source) : null;
    const isEmpty = source.endsWith('/>');
    if (known === null) readOpen(parseTag(source), { source, isEmpty });
    else readOpen({ kind: 'open', ...known }, { source, isEmpty });
  };
  const readText = (text: string): void => {
    if (open.length > 0) tokens.push({ kind: 'text', text });
    else if (outside.length < shownChars) outside = (outside + text).trimStart().slice(0, shownChars);
  };
  const endOutside = (): void => {
    if (outside !== '') tokens.push(damage(`text outside the document: ${JSON.stringify(outside.trimEnd())}`));
    outside = '';
  };
  const readPiece = (piece: XmlPiece): void => {
    if (piece.kind === 'tag' || piece.kind === 'damage') endOutside();
    if (piece.kind === 'tag') readTag(piece);
    else if (piece.kind === 'damage') tokens.push(piece);
    else readText(piece.kind === 'text' ? decodeReferences(normalise(piece.source)) : normalise(piece.source));
  };
  return {
    read(pieces) {
      tokens = [];
      for (const piece of pieces) readPiece(piece);
      return tokens;
    },
    end() {
      tokens = [];
      endOutside();
      if (open.length > 0) tokens.push(damage(`the file ends inside <${open.at(-1) ?? ''}>`));
      while (open.length > 0) close(false);
      return tokens;
    },
  };
}

// Names, attributes and their references are the parser's. It is given one empty element at a time, so that it keeps nothing.
function createTagParser(): (source: string) => OpenToken | null {
  const opened: OpenToken[] = [];
  const createParser = (): TagParser => {
    const parser = new SaxesParser<TagOptions>({ xmlns: false, fragment: true, position: false });
    parser.on('error', () => undefined);
    parser.on('opentag', ({ name, attributes }) => {
      const local = withoutPrefix(name);
      // The parser goes on after what it reports, with names that could not be written again.
      if ([local, ...Object.keys(attributes)].every(isXmlName)) opened.push({ kind: 'open', name: local, attributes });
    });
    return parser;
  };
  let parser = createParser();
  return (source) => {
    opened.length = 0;
    const element = source.endsWith('/>') ? source : `${source.slice(0, -1)}/>`;
    parser.write(repairAttributes(element));
    const tag = opened[0] ?? null;
    // The parser waits for the end of a tag that it cannot make out.
    if (tag === null) parser = createParser();
    return tag;
  };
}

// What saxes would report one character at a time, or read to the end of the file.
function repairAttributes(source: string): string {
  const legal = replaceForbidden(source);
  const repaired = !legal.includes('<', 1) ? legal : `<${legal.slice(1).replaceAll('<', '&lt;')}`;
  if (!repaired.includes('&')) return repaired;
  return repaired.replace(/&(?:(?:amp|lt|gt|quot|apos);|#[0-9]{1,10};|#[xX][0-9a-fA-F]{1,8};)?/g, (found) => {
    if (found === '&') return '&amp;';
    if (!found.startsWith('&#')) return found;
    const character = decodeReferences(found);
    return character === '\uFFFD' ? character : found;
  });
}

function normalise(source: string): string {
  const text = replaceForbidden(source);
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function localName(endTag: string): string {
  return withoutPrefix(/^<\/([^\s>]*)/.exec(endTag)?.[1] ?? '');
}

function withoutPrefix(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

function damage(problem: string): XmlToken {
  return { kind: 'damage', problem };
}
