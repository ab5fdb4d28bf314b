import { isCanonicalTag } from './canonical-tag.ts';

/** A stretch of XML source: a whole tag, a part of the text, or a part of a CDATA section. */
export type XmlPiece =
  | { readonly kind: 'tag'; readonly source: string; readonly canonical?: true }
  | { readonly kind: 'text'; readonly source: string }
  | { readonly kind: 'cdata'; readonly source: string }
  | { readonly kind: 'damage'; readonly problem: string };

/** What bounds the cutting, in characters. */
export interface CutterLimits {
  /** A longer value is cut. */
  readonly maxAttributeChars: number;
  /** Tags up to this length are looked at whether they are canonical. */
  readonly maxCanonicalChars: number;
}

type Mode = 'text' | 'tag' | 'cdata' | 'comment' | 'instruction' | 'doctype';

/** Put where a text or an attribute was longer than allowed. */
export const cutMarker = ' ...[cut]';

// A tag may be as long as this many of its longest values.
const maxValues = 8;
const keptDoctype = 64;
/** Of a tag that does not end, in characters. */
const shownTag = 40;
const longestMarkup = 12;
const nameStart = /[A-Za-z_:\u0080-\uFFFF]/;
const inTag = /["'<>]/g;
const resumesInside = /^<\/?test(?:case|suites?)[\s/>]/;
const endOf = { cdata: ']]>', comment: '-->', instruction: '?>' } as const;
const nameOf: Readonly<Record<Mode, string>> = {
  text: 'text',
  tag: 'a tag',
  cdata: 'a CDATA section',
  comment: 'a comment',
  instruction: 'a processing instruction',
  doctype: 'a document type',
};

/**
 * Cuts XML source that arrives in chunks into tags and text. Comments, processing instructions and document types are
 * dropped, so no entity is ever declared. Memory is bounded: a value is cut after `maxAttributeChars`. A parser alone cannot
 * do this: saxes gathers a text of any length before it reports it, and takes quadratic time after a stray `<!`.
 */
export class XmlCutter {
  readonly #maxAttributeChars: number;
  readonly #maxCanonicalChars: number;
  #mode: Mode = 'text';
  #rest = '';
  #final = false;
  #pieces: XmlPiece[] = [];
  /** Where the search in an unfinished tag goes on. */
  #scan = 0;
  /** The quoted value that the search is in. */
  #quote: { readonly mark: string; readonly start: number } | null = null;

  constructor({ maxAttributeChars, maxCanonicalChars }: CutterLimits) {
    this.#maxAttributeChars = maxAttributeChars;
    this.#maxCanonicalChars = Math.min(maxCanonicalChars, maxAttributeChars);
  }

  /** What the next chunk completes. */
  cut(chunk: string): readonly XmlPiece[] {
    this.#rest += chunk;
    return this.#run();
  }

  /** What is left when the source has ended. */
  end(): readonly XmlPiece[] {
    this.#final = true;
    const last = [...this.#run()];
    if (this.#mode !== 'text') last.push({ kind: 'damage', problem: `the file ends inside ${nameOf[this.#mode]}` });
    this.#rest = '';
    return last;
  }

  #run(): readonly XmlPiece[] {
    this.#pieces = [];
    do if (this.#mode === 'text') this.#skim();
    while (this.#rest !== '' && this.#step());
    return this.#pieces;
  }

  /** Takes canonical tags and the text between them in one go, up to where something else begins. */
  #skim(): void {
    const source = this.#rest;
    let at = 0;
    for (;;) {
      const open = source.indexOf('<', at);
      if (open === -1) break;
      const close = source.indexOf('>', open);
      if (close === -1 || close - open >= this.#maxCanonicalChars) break;
      const tag = source.slice(open, close + 1);
      if (!isCanonicalTag(tag)) break;
      if (open > at) this.#pieces.push({ kind: 'text', source: source.slice(at, open) });
      this.#pieces.push({ kind: 'tag', source: tag, canonical: true });
      at = close + 1;
    }
    if (at > 0) this.#rest = source.slice(at);
  }

  /** False when more source is needed. */
  #step(): boolean {
    switch (this.#mode) {
      case 'text':
        return this.#readText();
      case 'tag':
        return this.#readTag();
      case 'cdata':
      case 'comment':
      case 'instruction':
        return this.#readUntilEnd(this.#mode);
      case 'doctype':
        return this.#readDoctype();
    }
  }

  #readText(): boolean {
    const at = this.#rest.indexOf('<');
    if (at !== 0) {
      const length = at > 0 ? at : this.#final ? this.#rest.length : safeLength(this.#rest);
      if (length > 0) this.#pieces.push({ kind: 'text', source: this.#rest.slice(0, length) });
      this.#rest = this.#rest.slice(length);
      return length > 0;
    }
    if (this.#rest.length < longestMarkup && !this.#final) return false;
    if (this.#rest.startsWith('<!--')) return this.#enter('comment', 4);
    if (this.#rest.startsWith('<![CDATA[')) return this.#enter('cdata', 9);
    if (/^<![A-Z]/.test(this.#rest)) return this.#enter('doctype', 2);
    if (this.#rest.startsWith('<?')) return this.#enter('instruction', 2);
    if (nameStart.test(this.#rest.charAt(this.#rest.charAt(1) === '/' ? 2 : 1))) return this.#enter('tag', 0);
    this.#pieces.push({ kind: 'text', source: '&lt;' });
    this.#rest = this.#rest.slice(1);
    return true;
  }

  #readTag(): boolean {
    this.#scan = Math.max(this.#scan, 1);
    while (this.#scan < this.#rest.length) {
      if (this.#quote !== null) {
        if (!this.#readQuoted(this.#quote)) return false;
        if (this.#mode === 'text') return true;
        continue;
      }
      inTag.lastIndex = this.#scan;
      const found = inTag.exec(this.#rest);
      this.#scan = found === null ? this.#rest.length : found.index + 1;
      if (found === null) break;
      if (found[0] === '<') return this.#dropTag(found.index);
      if (found[0] === '>') {
        this.#pieces.push({ kind: 'tag', source: this.#rest.slice(0, this.#scan) });
        return this.#enter('text', this.#scan);
      }
      this.#quote = { mark: found[0], start: this.#scan };
    }
    // A tag of endless attributes is given up.
    return this.#rest.length > this.#maxAttributeChars * maxValues ? this.#dropTag(this.#rest.length) : false;
  }

  #readQuoted(value: { readonly mark: string; readonly start: number }): boolean {
    const close = this.#rest.indexOf(value.mark, this.#scan);
    const open = this.#rest.indexOf('<', this.#scan);
    if (open !== -1 && (close === -1 || open < close)) {
      const ahead = this.#rest.slice(open, open + longestMarkup);
      if (ahead.length < longestMarkup && !this.#final) {
        this.#scan = open;
        return false;
      }
      // Writers that forget to escape `<` exist; one that puts a test case into an attribute does not.
      if (resumesInside.test(ahead)) return this.#dropTag(open);
      this.#scan = open + 1;
      return true;
    }
    this.#scan = close === -1 ? this.#rest.length : close;
    if (this.#scan - value.start > this.#maxAttributeChars) {
      const kept = this.#rest.slice(0, value.start + this.#maxAttributeChars - cutMarker.length) + cutMarker;
      this.#rest = kept + this.#rest.slice(this.#scan);
      this.#scan = kept.length;
    }
    if (close === -1) return false;
    this.#scan += 1;
    this.#quote = null;
    return true;
  }

  #readUntilEnd(kind: 'cdata' | 'comment' | 'instruction'): boolean {
    const end = endOf[kind];
    const at = this.#rest.indexOf(end);
    const length = at === -1 ? unsplit(this.#rest, Math.max(0, this.#rest.length - end.length)) : at;
    if (kind === 'cdata' && length > 0) this.#pieces.push({ kind, source: this.#rest.slice(0, length) });
    this.#rest = this.#rest.slice(length);
    return at === -1 ? false : this.#enter('text', end.length);
  }

  #readDoctype(): boolean {
    // An internal subset ends with `]>`; without one the declaration ends with `>`.
    const [open, close] = [this.#rest.indexOf('['), this.#rest.indexOf('>')];
    if (open === -1 || (close !== -1 && close < open)) {
      if (close !== -1) return this.#enter('text', close + 1);
      this.#rest = this.#rest.slice(-keptDoctype);
      return false;
    }
    const end = /\]\s{0,64}>/.exec(this.#rest);
    if (end !== null) return this.#enter('text', end.index + end[0].length);
    this.#rest = `[${this.#rest.slice(open + 1).slice(-keptDoctype)}`;
    return false;
  }

  #enter(mode: Mode, length: number): true {
    this.#rest = this.#rest.slice(length);
    this.#mode = mode;
    this.#scan = 0;
    this.#quote = null;
    return true;
  }

  #dropTag(length: number): true {
    this.#pieces.push({
      kind: 'damage',
      problem: `the tag ${JSON.stringify(this.#rest.slice(0, Math.min(shownTag, length)))} does not end`,
    });
    return this.#enter('text', length);
  }
}

// Not between `&` and `;`.
function safeLength(text: string): number {
  const ampersand = text.lastIndexOf('&');
  if (ampersand !== -1 && text.length - ampersand < longestMarkup && !text.includes(';', ampersand)) return ampersand;
  return unsplit(text, text.length);
}

// Not inside `\r\n`, not between two surrogates.
function unsplit(text: string, length: number): number {
  const last = text.charCodeAt(length - 1);
  return last === 0x0d || (last >= 0xd800 && last <= 0xdbff) ? length - 1 : length;
}
