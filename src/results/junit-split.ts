import type { AtomicFile } from '../base/atomic-write.ts';
import { escapeText } from '../base/xml.ts';
import { createCaseBuilder, parseDuration } from './junit-case.ts';
import type { CaseBuilder } from './junit-case.ts';
import { plainDialect } from './junit-dialects.ts';
import type { Attributes } from './junit-dialects.ts';
import { JunitPart } from './junit-part.ts';
import type { SplitSuite } from './junit-part.ts';
import type { Bytes } from './xml-decode.ts';
import { readXml } from './xml-tokens.ts';
import type { XmlToken } from './xml-tokens.ts';
import { XmlWriter } from './xml-writer.ts';

/** How large a part may be, and where it goes. */
export interface SplitOptions {
  /** Of one part. */
  readonly maxBytes: number;
  /** Begins the part of this number, counted from 1. */
  readonly create: (part: number) => AtomicFile;
}

/** What a report was split into. */
export interface SplitReport {
  readonly parts: number;
  /** Cases that are larger than a part may be, each alone in one: the first few by name, and how many. */
  readonly oversize: { readonly names: readonly string[]; readonly count: number };
}

const maxAttributeChars = 1024 * 1024;
const maxRepeatedBytes = 16 * 1024;
const maxNames = 3;
// Only the status is asked for.
const maxTextBytes = 64;

/**
 * Splits a finished JUnit file into files that are reports of their own: between cases only, each with the suites that its cases are of and
 * with totals of what it holds. Memory is bounded by `maxBytes`. A part of one case may be larger.
 * @throws when the input is not whole, or a part cannot be written; no part is open then, those before may be there
 */
export async function splitJunit(bytes: Bytes, options: SplitOptions): Promise<SplitReport> {
  const splitter = new JunitSplitter(options);
  try {
    for await (const tokens of readXml(bytes, { maxAttributeChars })) {
      for (const token of tokens) splitter.take(token);
    }
    return splitter.end();
  } finally {
    splitter.abort();
  }
}

/** A case, or what else stands in a suite: it goes into one part, and waits until it is known into which. */
interface Item {
  readonly name: string;
  readonly label: string;
  readonly xml: XmlWriter;
  readonly build: CaseBuilder | null;
  depth: number;
}

class JunitSplitter {
  readonly #options: SplitOptions;
  readonly #suites: SplitSuite[] = [];
  #root: Attributes | null = null;
  #part: JunitPart | null = null;
  #parts = 0;
  #item: Item | null = null;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #isStreaming = false;
  readonly #names: string[] = [];
  #oversize = 0;

  constructor(options: SplitOptions) {
    this.#options = options;
  }

  take(token: XmlToken): void {
    switch (token.kind) {
      case 'open':
        if (this.#item !== null) this.#openInItem(this.#item, token);
        else if (token.name === 'testsuites') this.#root ??= withoutTotals(token.attributes);
        else if (token.name === 'testsuite') this.#suites.push(suiteOf(token.attributes));
        else this.#openItem(token);
        return;
      case 'close':
        this.#close(token.name);
        return;
      case 'text':
        this.#item?.build?.text(token.text);
        this.#item?.xml.raw(escapeText(token.text));
        return;
      case 'damage':
        throw new Error(`it is not whole: ${token.problem}`);
    }
  }

  end(): SplitReport {
    this.#current().finish();
    return { parts: this.#parts, oversize: { names: this.#names, count: this.#oversize } };
  }

  abort(): void {
    this.#part?.abort();
  }

  #openItem({ name, attributes, head }: Extract<XmlToken, { kind: 'open' }>): void {
    const { classname = '', name: test = name } = attributes;
    this.#item = {
      name,
      label: classname === '' ? test : `${classname} ${test}`,
      xml: new XmlWriter({ write: (source) => this.#collect(source) }),
      build: name === 'testcase' ? createCaseBuilder(attributes, { maxTextBytes, dialect: plainDialect }) : null,
      depth: 0,
    };
    this.#item.xml.start(name, attributes, head);
  }

  #openInItem(item: Item, { name, attributes, head }: Extract<XmlToken, { kind: 'open' }>): void {
    item.depth += 1;
    item.build?.open(name, attributes);
    item.xml.start(name, attributes, head);
  }

  #close(name: string): void {
    const item = this.#item;
    if (item === null) {
      if (name === 'testsuite') this.#closeSuite();
      return;
    }
    item.xml.end(name);
    if (item.depth === 0) {
      this.#endItem(item);
      return;
    }
    item.depth -= 1;
    item.build?.close();
  }

  /** Takes what is written of an item: it waits while it may still fit into the part that is open. */
  #collect(source: string): void {
    if (this.#isStreaming) {
      this.#current().write(source);
      return;
    }
    this.#waiting.push(source);
    this.#waitingBytes += Buffer.byteLength(source);
    if (this.#waitingBytes <= this.#options.maxBytes) return;
    this.#place();
    this.#isStreaming = true;
  }

  #endItem(item: Item): void {
    item.xml.raw('\n');
    item.xml.flush();
    this.#item = null;
    const suite = this.#suites.at(-1);
    const isRepeated = item.name === 'properties' && suite?.parts === 0 && this.#waitingBytes <= maxRepeatedBytes;
    if (isRepeated && !this.#isStreaming) {
      suite.repeated += this.#waiting.join('');
      this.#forget();
      return;
    }
    if (!this.#isStreaming) this.#place();
    this.#isStreaming = false;
    const part = this.#current();
    part.items += 1;
    if (item.build !== null) part.count(item.build.finish([], null));
    if (part.bytesWith(this.#suites, 0) <= this.#options.maxBytes) return;
    this.#oversize += 1;
    if (this.#names.length < maxNames) this.#names.push(item.label);
  }

  /** Writes what waits, into a new part if it has no room in this one. */
  #place(): void {
    const { maxBytes } = this.#options;
    if (this.#current().items > 0 && this.#current().bytesWith(this.#suites, this.#waitingBytes) > maxBytes) {
      this.#current().finish();
      this.#part = null;
    }
    const part = this.#current();
    part.open(this.#suites);
    for (const source of this.#waiting) part.write(source);
    this.#forget();
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #closeSuite(): void {
    const suite = this.#suites.at(-1);
    // One without cases is kept too.
    if (suite?.parts === 0) this.#place();
    this.#part?.close(this.#suites.length);
    this.#suites.pop();
  }

  #current(): JunitPart {
    if (this.#part !== null) return this.#part;
    this.#parts += 1;
    this.#part = new JunitPart(this.#options.create(this.#parts), this.#root ?? {});
    return this.#part;
  }
}

const counted: ReadonlySet<string> = new Set(['tests', 'failures', 'errors', 'skipped', 'time']);

function withoutTotals(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !counted.has(name)));
}

function suiteOf(attributes: Attributes): SplitSuite {
  const { time } = attributes;
  const durationMs = time === undefined ? null : parseDuration(time);
  return { attributes: withoutTotals(attributes), durationMs, repeated: '', parts: 0 };
}
