import { escapeAttribute } from '../base/xml.ts';

const flushChars = 64 * 1024;

/** Where XML goes, piece by piece. */
interface XmlOutput {
  write(source: string): void;
}

/** Writes elements in pieces; an element without content is closed in its start tag. */
export class XmlWriter {
  readonly #output: XmlOutput;
  #buffer = '';
  /** A start tag whose `>` is not written yet. */
  #startOpen = false;

  constructor(output: XmlOutput) {
    this.#output = output;
  }

  /** `head` is the start tag without its `>`, where it has been written already. */
  start(name: string, attributes: Readonly<Record<string, string>>, head?: string): void {
    if (head !== undefined) {
      this.raw(head);
      this.#startOpen = true;
      return;
    }
    const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
    this.raw(`<${name}${written.join('')}`);
    this.#startOpen = true;
  }

  /** Leaves room for attributes in the start tag just written. */
  room(characters: number): void {
    this.#buffer += ' '.repeat(characters);
  }

  end(name: string): void {
    if (!this.#startOpen) {
      this.raw(`</${name}>`);
      return;
    }
    this.#buffer += '/>';
    this.#startOpen = false;
  }

  /** Appends XML source. */
  raw(source: string): void {
    if (this.#startOpen) this.#buffer += '>';
    this.#startOpen = false;
    this.#buffer += source;
    if (this.#buffer.length > flushChars) this.flush();
  }

  flush(): void {
    if (this.#buffer !== '') this.#output.write(this.#buffer);
    this.#buffer = '';
  }
}
