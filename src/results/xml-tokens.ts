import { SaxesParser } from 'saxes';
import type { SaxesOptions } from 'saxes';
import { decodeReferences, replaceForbidden } from '../base/xml.ts';
import { XmlCutter } from './xml-cutter.ts';
import type { XmlPiece } from './xml-cutter.ts';
import { decodeXml } from './xml-decode.ts';

/** What an XML file says, element by element. Every `open` gets its `close`, also in a damaged file. */
export type XmlToken =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: Readonly<Record<string, string>> }
  /** `whole` is false when the file gave no end tag for it. */
  | { readonly kind: 'close'; readonly name: string; readonly whole: boolean }
  /** A part of an element's text, references resolved; a text may come in many parts. */
  | { readonly kind: 'text'; readonly text: string }
  /** The structure is broken here; reading goes on. */
  | { readonly kind: 'damage'; readonly problem: string };

/** How much of an attribute is kept, in characters. */
export interface XmlLimits {
  readonly maxAttributeChars: number;
}

type OpenToken = Extract<XmlToken, { kind: 'open' }>;
type TagOptions = SaxesOptions & { readonly xmlns: false };
type TagParser = SaxesParser<TagOptions>;

const maxDepth = 50_000;

/**
 * Reads XML as far as it can be read, in constant memory, one batch of tokens per chunk. Damage is what may have cost content:
 * a missing or unmatched tag, an end in the middle, text outside the root. Illegal characters, bare `&` and `<`, unknown
 * entities and repeated attributes are read as what was meant. Never throws.
 */
export async function* readXml(
  bytes: AsyncIterable<Uint8Array>,
  limits: XmlLimits,
): AsyncGenerator<readonly XmlToken[]> {
  const cutter = new XmlCutter(limits.maxAttributeChars);
  const elements = createElements();
  try {
    for await (const chunk of decodeXml(bytes)) yield cutter.cut(chunk).flatMap((piece) => elements.read(piece));
  } catch (error) {
    yield [{ kind: 'damage', problem: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` }];
  }
  yield [...cutter.end().flatMap((piece) => elements.read(piece)), ...elements.end()];
}

interface Elements {
  read(piece: XmlPiece): readonly XmlToken[];
  end(): readonly XmlToken[];
}

// Matches start and end tags.
function createElements(): Elements {
  const parseTag = createTagParser();
  const open: string[] = [];
  const counts = new Map<string, number>();
  let rootClosed = false;

  const close = (whole: boolean): XmlToken => {
    const name = open.pop() ?? '';
    counts.set(name, (counts.get(name) ?? 1) - 1);
    if (open.length === 0) rootClosed = true;
    return { kind: 'close', name, whole };
  };
  const readOpen = (source: string): readonly XmlToken[] => {
    const tag = parseTag(source);
    if (tag === null) return [damage(`the tag ${JSON.stringify(source.slice(0, 80))} is malformed`)];
    if (open.length >= maxDepth) return [damage(`elements are nested more than ${maxDepth} deep`)];
    const tokens: XmlToken[] = [];
    if (rootClosed && open.length === 0) tokens.push(damage(`<${tag.name}> follows the end of the document`));
    tokens.push(tag);
    open.push(tag.name);
    counts.set(tag.name, (counts.get(tag.name) ?? 0) + 1);
    if (source.endsWith('/>')) tokens.push(close(true));
    return tokens;
  };
  const readClose = (name: string): readonly XmlToken[] => {
    if ((counts.get(name) ?? 0) === 0) return [damage(`</${name}> closes nothing`)];
    const tokens: XmlToken[] = [];
    while (open.at(-1) !== name)
      tokens.push(damage(`<${open.at(-1) ?? ''}> is not closed before </${name}>`), close(false));
    tokens.push(close(true));
    return tokens;
  };
  const readText = (text: string): readonly XmlToken[] => {
    if (open.length > 0) return [{ kind: 'text', text }];
    return text.trim() === '' ? [] : [damage(`text outside the document: ${JSON.stringify(text.trim().slice(0, 40))}`)];
  };
  return {
    read(piece) {
      switch (piece.kind) {
        case 'damage':
          return [piece];
        case 'text':
          return readText(decodeReferences(normalise(piece.source)));
        case 'cdata':
          return readText(normalise(piece.source));
        case 'tag':
          return piece.source.startsWith('</') ? readClose(localName(piece.source)) : readOpen(piece.source);
      }
    },
    end() {
      const tokens: XmlToken[] = [];
      if (open.length > 0) tokens.push(damage(`the file ends inside <${open.at(-1) ?? ''}>`));
      while (open.length > 0) tokens.push(close(false));
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
      opened.push({ kind: 'open', name: name.slice(name.indexOf(':') + 1), attributes });
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
  const name = /^<\/([^\s>]*)/.exec(endTag)?.[1] ?? '';
  return name.slice(name.indexOf(':') + 1);
}

function damage(problem: string): XmlToken {
  return { kind: 'damage', problem };
}
