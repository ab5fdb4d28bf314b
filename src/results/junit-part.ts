import type { AtomicFile } from '../base/atomic-write.ts';
import { escapeAttribute } from '../base/xml.ts';
import type { Totals } from '../model/test.ts';
import type { Attributes } from './junit-dialects.ts';
import { roomyTotals, totalsRoom } from './roomy-totals.ts';
import { addTest, emptyTotals } from './totals.ts';

/** A suite of the file that is split, while it is open there. */
export interface SplitSuite {
  /** Without totals. */
  readonly attributes: Attributes;
  /** As the file says; `null` = it says nothing. */
  readonly durationMs: number | null;
  /** What stands first in every part of it. */
  repeated: string;
  /** In how many parts it is so far. */
  parts: number;
}

interface OpenSuite {
  readonly suite: SplitSuite;
  /** Where in the file its totals belong. */
  readonly position: number;
  totals: Totals;
}

const flushChars = 64 * 1024;
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const rootEnd = '</testsuites>\n';
const suiteEnd = '</testsuite>\n';

/** One file of a report that is split: the suites of which it has cases, with the totals of those. */
export class JunitPart {
  readonly #file: AtomicFile;
  #buffer = '';
  #bytes = 0;
  readonly #position: number;
  readonly #open: OpenSuite[] = [];
  #totals = emptyTotals;
  /** Cases, and what else is never cut. */
  items = 0;

  /** `root`: the attributes of the root element, without totals. */
  constructor(file: AtomicFile, root: Attributes) {
    this.#file = file;
    this.write(`${declaration}<testsuites${attributesOf(root)}`);
    this.#position = this.#bytes;
    this.write(`${' '.repeat(totalsRoom)}>\n`);
  }

  write(source: string): void {
    this.#bytes += Buffer.byteLength(source);
    this.#buffer += source;
    if (this.#buffer.length > flushChars) this.#flush();
  }

  /** Its size if it were closed after that many bytes more of the innermost of these suites. */
  bytesWith(suites: readonly SplitSuite[], moreBytes: number): number {
    const starts = suites.slice(this.#open.length).map((suite) => Buffer.byteLength(startOf(suite)) + totalsRoom + 2);
    const repeated = suites.slice(this.#open.length).map((suite) => Buffer.byteLength(suite.repeated));
    const ends = suites.length * suiteEnd.length + rootEnd.length;
    return [...starts, ...repeated].reduce((sum, bytes) => sum + bytes, this.#bytes + moreBytes + ends);
  }

  /** Begins those of the suites that have nothing here yet. */
  open(suites: readonly SplitSuite[]): void {
    for (const suite of suites.slice(this.#open.length)) {
      this.write(startOf(suite));
      const position = this.#bytes;
      this.write(`${' '.repeat(totalsRoom)}>\n${suite.repeated}`);
      suite.parts += 1;
      this.#open.push({ suite, position, totals: emptyTotals });
    }
  }

  /** Counts a case of the innermost suite. */
  count(test: Parameters<typeof addTest>[1]): void {
    this.#totals = addTest(this.#totals, test);
    for (const open of this.#open) open.totals = addTest(open.totals, test);
  }

  /** Ends a suite, if it has begun here; `isLast` = nothing of it comes in other parts. */
  close(depth: number, isLast = true): void {
    if (this.#open.length < depth) return;
    const open = this.#open.pop();
    if (open === undefined) return;
    this.write(suiteEnd);
    const { suite, position, totals } = open;
    // The time of a suite may be more than that of its cases; of a part of it, nothing else is known.
    const isWhole = isLast && suite.parts === 1;
    const durationMs = isWhole ? (suite.durationMs ?? totals.durationMs) : totals.durationMs;
    this.#patch({ ...totals, durationMs }, position);
  }

  /** Makes it a file. @throws when it cannot be written */
  finish(): void {
    while (this.#open.length > 0) this.close(this.#open.length, false);
    this.write(rootEnd);
    this.#patch(this.#totals, this.#position);
    this.#file.commit();
  }

  abort(): void {
    this.#file.abort();
  }

  #patch(totals: Totals, position: number): void {
    this.#flush();
    this.#file.patch(roomyTotals(totals, true), position);
  }

  #flush(): void {
    this.#file.write(this.#buffer);
    this.#buffer = '';
  }
}

function startOf({ attributes }: SplitSuite): string {
  return `<testsuite${attributesOf(attributes)}`;
}

function attributesOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join('');
}
