import type { AtomicFile } from '../base/atomic-write.ts';
import { escapeAttribute, escapeText } from '../base/xml.ts';
import type { ReportCase } from '../model/report.ts';
import type { Totals } from '../model/test.ts';
import { createCaseBuilder, namelessProblem } from './junit-case.ts';
import type { CaseBuilder } from './junit-case.ts';
import { dialectOf, plainDialect } from './junit-dialects.ts';
import type { Attributes } from './junit-dialects.ts';
import { roomyTotals, totalsRoom } from './roomy-totals.ts';
import { unexplained } from './suite-counts.ts';
import { SuiteStack } from './suite-stack.ts';
import { addTest, emptyTotals } from './totals.ts';
import type { Bytes } from './xml-decode.ts';
import { readXml } from './xml-tokens.ts';
import type { XmlToken } from './xml-tokens.ts';
import { XmlWriter } from './xml-writer.ts';

/** What a copied report amounts to. */
export interface CopiedReport {
  /** Of everything written, what was added to show damage included. */
  readonly totals: Totals;
  /** Cases that the report itself says failed. */
  readonly failed: number;
  /** What is wrong with the file, or `null`. */
  readonly damage: string | null;
}

/** The name that a file is told by, and what hears of its failing cases. */
export interface CopyOptions {
  readonly name: string;
  onFailed(failed: ReportCase): void;
}

interface Frame {
  readonly kind: 'suite' | 'case' | 'element' | 'dropped';
  readonly name: string;
}

const maxAttributeChars = 1024 * 1024;
const maxTextBytes = 8 * 1024;
const counted: ReadonlySet<string> = new Set(['tests', 'failures', 'errors', 'skipped']);

/**
 * Copies the suites of a JUnit file in constant memory: names, attributes and texts stay as they are, totals are recomputed from
 * the cases. What is damaged is copied as far as it is whole, and an error case names the file. Never throws for what the input
 * holds; @throws when the output cannot be written.
 */
export async function copyJunit(bytes: Bytes, output: AtomicFile, options: CopyOptions): Promise<CopiedReport> {
  const copier = new JunitCopier(output, options);
  for await (const tokens of readXml(bytes, { maxAttributeChars })) {
    for (const token of tokens) copier.take(token);
  }
  return copier.end();
}

class JunitCopier {
  readonly #output: AtomicFile;
  readonly #xml: XmlWriter;
  readonly #options: CopyOptions;
  readonly #frames: Frame[] = [];
  readonly #suites = new SuiteStack();
  #root: Attributes | null = null;
  #current: CaseBuilder | null = null;
  #failed = 0;
  #damage: string | null = null;
  /** Cases outside any suite are given one. */
  #ownSuite = false;

  constructor(output: AtomicFile, options: CopyOptions) {
    this.#output = output;
    this.#xml = new XmlWriter(output);
    this.#options = options;
  }

  take(token: XmlToken): void {
    switch (token.kind) {
      case 'open':
        this.#open(token);
        return;
      case 'close':
        this.#close(token.whole);
        return;
      case 'text':
        if (this.#frames.at(-1)?.kind === 'dropped') return;
        this.#current?.text(token.text);
        this.#xml.raw(escapeText(token.text));
        return;
      case 'damage':
        this.#damage ??= token.problem;
    }
  }

  end(): CopiedReport {
    this.#closeOwnSuite();
    if (this.#root === null) this.#damage ??= 'it is not JUnit XML: it has no elements';
    const { problem } = unexplained(this.#root ?? {}, this.#suites.rootCounts);
    if (problem !== null && this.#damage === null) {
      this.#failed += 1;
      this.#addErrorSuite(`${this.#options.name}: failed outside any test`, problem);
    }
    if (this.#damage !== null) {
      this.#addErrorSuite(`${this.#options.name}: the report is damaged`, `${this.#options.name}: ${this.#damage}`);
    }
    this.#xml.flush();
    return { totals: this.#suites.total, failed: this.#failed, damage: this.#damage };
  }

  #open({ name, attributes, head }: Extract<XmlToken, { kind: 'open' }>): void {
    if (this.#root === null) {
      this.#root = name === 'testsuites' ? attributes : {};
      if (!/^test(?:suites?|case)$/.test(name)) this.#damage ??= `it is not JUnit XML: its root element is <${name}>`;
    }
    if (name === 'testcase') {
      this.#openCase(attributes, head);
      return;
    }
    if (this.#current !== null) {
      this.#current.open(name, attributes);
    } else if (name === 'testsuite') {
      this.#openSuite(attributes);
      return;
    } else if (this.#suites.top === null || this.#ownSuite || name === 'testsuites') {
      this.#frames.push({ kind: 'dropped', name });
      return;
    } else if (name === 'error' || name === 'failure') {
      this.#addError(attributes['message'] ?? 'the suite failed outside its tests');
    }
    this.#frames.push({ kind: 'element', name });
    this.#xml.start(name, attributes, head);
  }

  #openSuite(attributes: Attributes): void {
    this.#closeOwnSuite();
    this.#frames.push({ kind: 'suite', name: 'testsuite' });
    this.#startSuite(attributes);
  }

  #startSuite(attributes: Attributes): void {
    const kept = Object.entries(attributes).filter(([name]) => !counted.has(name));
    this.#xml.start('testsuite', Object.fromEntries(kept));
    this.#xml.flush();
    const position = this.#output.size();
    this.#xml.room(totalsRoom);
    this.#suites.push(attributes, position);
  }

  #openCase(attributes: Attributes, head: string | undefined): void {
    if (this.#current !== null) {
      this.#damage ??= `the case ${JSON.stringify(this.#current.name)} is not closed before the next`;
      const index = this.#frames.findLastIndex((frame) => frame.kind === 'case');
      for (const frame of this.#frames.slice(index + 1).reverse()) this.#xml.end(frame.name);
      this.#endCase(false);
      // Their end tags may still come.
      for (let at = index; at < this.#frames.length; at += 1) this.#frames[at] = { kind: 'dropped', name: '' };
    }
    if (this.#suites.top === null) {
      this.#ownSuite = true;
      this.#startSuite({ name: this.#options.name });
    }
    const suite = this.#suites.top?.attributes ?? {};
    const dialect = suite['name'] === undefined ? plainDialect : dialectOf(suite, this.#root ?? {});
    this.#current = createCaseBuilder(attributes, { maxTextBytes, dialect });
    this.#frames.push({ kind: 'case', name: 'testcase' });
    this.#xml.start('testcase', attributes, head);
  }

  #close(whole: boolean): void {
    const frame = this.#frames.pop();
    if (frame === undefined || frame.kind === 'dropped') return;
    if (frame.kind === 'case') {
      this.#endCase(whole);
      return;
    }
    if (frame.kind === 'suite') {
      this.#endSuite(whole);
      return;
    }
    this.#current?.close();
    this.#xml.end(frame.name);
  }

  #endCase(whole: boolean): void {
    const current = this.#current;
    this.#current = null;
    if (current === null) return;
    const reported = current.finish([], this.#suites.top?.attributes['file'] ?? null);
    const failed = reported.status === 'failed' || reported.status === 'error';
    if (failed) {
      this.#failed += 1;
      this.#options.onFailed(reported);
    }
    // Half a case may have lost its failure.
    const problem = whole ? namelessProblem(current, reported.status) : 'the report ends inside this case';
    if (problem !== null) this.#xml.raw(`<error message="${escapeAttribute(problem)}" type="runner"/>`);
    if (whole && problem !== null) this.#damage ??= problem;
    this.#xml.end('testcase');
    this.#suites.count(
      { status: problem === null || failed ? reported.status : 'error', durationMs: reported.durationMs },
      current.counts(),
    );
  }

  #endSuite(whole: boolean): void {
    const suite = this.#suites.top;
    if (suite === null) return;
    const { problem, errors, failed } = unexplained(suite.attributes, suite);
    if (problem !== null && whole) {
      this.#addError(problem);
      this.#suites.raise({ failed, errors: Math.max(0, errors - 1) });
    }
    this.#suites.pop();
    this.#xml.end('testsuite');
    this.#xml.flush();
    this.#output.patch(roomyTotals(suite.totals, suite.attributes['time'] === undefined), suite.position);
  }

  #closeOwnSuite(): void {
    if (!this.#ownSuite) return;
    this.#ownSuite = false;
    this.#endSuite(true);
  }

  /** A case of our own in the open suite, for what failed outside any case. */
  #addError(message: string): void {
    this.#failed += 1;
    this.#xml.raw(errorCase('failed outside any test', message));
    this.#suites.count({ status: 'error', durationMs: 0 }, { failed: 0, errors: 1 });
  }

  #addErrorSuite(name: string, message: string): void {
    const totals = addTest(emptyTotals, { status: 'error', durationMs: 0 });
    this.#xml.raw(
      `\n<testsuite name="${escapeAttribute(`[runner] ${name}`)}"${roomyTotals(totals, true).trimEnd()}>\n`,
    );
    this.#xml.raw(`${errorCase(name, message)}</testsuite>\n`);
    this.#suites.add(totals);
  }
}

function errorCase(name: string, message: string): string {
  const attributes = `classname="[runner]" name="${escapeAttribute(name)}" time="0.000"`;
  return `<testcase ${attributes}><error message="${escapeAttribute(message)}" type="runner"/></testcase>\n`;
}
