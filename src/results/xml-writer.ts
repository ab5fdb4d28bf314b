import type { AtomicFile } from '../base/atomic-write.ts';
import { escapeAttribute } from '../base/xml.ts';

const flushChars = 64 * 1024;

/** Writes elements to a file in pieces; an element without content is closed in its start tag. */
export class XmlWriter {
  readonly #output: AtomicFile;
  #buffer = '';
  /** A start tag whose `>` is not written yet. */
  #startOpen = false;

  constructor(output: AtomicFile) {
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

  /** Leaves room for attributes in the start tag just written, and says where. */
  room(characters: number): number {
    this.flush();
    const position = this.#output.size();
    this.#buffer += ' '.repeat(characters);
    return position;
  }

  /** Fills what `room` left; `text` must be of exactly that length. */
  fill(position: number, text: string): void {
    this.flush();
    this.#output.patch(text, position);
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
