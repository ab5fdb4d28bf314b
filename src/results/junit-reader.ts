import type { ReportItem } from '../model/report.ts';
import { createCaseBuilder, namelessProblem } from './junit-case.ts';
import type { CaseBuilder } from './junit-case.ts';
import { dialectOf, plainDialect } from './junit-dialects.ts';
import type { Attributes, JunitDialect } from './junit-dialects.ts';
import { unexplained } from './suite-counts.ts';
import type { Bytes } from './xml-decode.ts';
import { readXml } from './xml-tokens.ts';
import type { XmlToken } from './xml-tokens.ts';

/** How much of a report is kept. */
export interface ReadJunitOptions {
  /** Bytes of one text (a message, details, captured output); the rest is cut off and marked. Default 64 KiB. */
  readonly maxTextBytes?: number;
}

const defaultTextBytes = 64 * 1024;

/**
 * The cases of a JUnit XML file in any dialect, as they come, in the memory of one case. A case is yielded only when it is
 * whole; whatever is wrong with the file comes last, as one `damage`. Never throws.
 */
export async function* readJunit(bytes: Bytes, options: ReadJunitOptions = {}): AsyncGenerator<ReportItem> {
  const maxTextBytes = options.maxTextBytes ?? defaultTextBytes;
  const report = createReport(maxTextBytes);
  for await (const tokens of readXml(bytes, { maxAttributeChars: maxTextBytes })) {
    for (const token of tokens) yield* report.read(token);
  }
  yield* report.end();
}

interface OpenSuite {
  readonly name: string;
  readonly attributes: Attributes;
  readonly dialect: JunitDialect;
  failed: number;
  errors: number;
}

interface Report {
  read(token: XmlToken): readonly ReportItem[];
  end(): readonly ReportItem[];
}

const reportElements: ReadonlySet<string> = new Set(['testsuites', 'testsuite', 'testcase']);

function createReport(maxTextBytes: number): Report {
  const suites: OpenSuite[] = [];
  let root: Attributes | null = null;
  let current: CaseBuilder | null = null;
  let cases = 0;
  let damages = 0;
  let firstDamage = '';

  const noteDamage = (problem: string): readonly ReportItem[] => {
    if (damages === 0) firstDamage = `${problem} (after ${cases} whole ${cases === 1 ? 'case' : 'cases'})`;
    damages += 1;
    return [];
  };
  const open = (name: string, attributes: Attributes): readonly ReportItem[] => {
    if (root === null) {
      root = attributes;
      if (!reportElements.has(name)) noteDamage(`it is not JUnit XML: its root element is <${name}>`);
    }
    if (name === 'testcase') {
      if (current !== null) noteDamage(`the case ${JSON.stringify(current.name)} is not closed before the next`);
      current = createCaseBuilder(attributes, { maxTextBytes, dialect: suites.at(-1)?.dialect ?? plainDialect });
      return [];
    }
    if (current !== null) current.open(name, attributes);
    else if (name === 'testsuite' || name === 'testsuites') suites.push(openSuite(name, attributes, root));
    else if (name === 'error' || name === 'failure') return suiteError(suites, attributes);
    return [];
  };
  const close = (name: string, whole: boolean): readonly ReportItem[] => {
    if (name === 'testcase') {
      const ended = current;
      current = null;
      if (ended === null || !whole) return [];
      const item = ended.finish(namesOf(suites), suites.at(-1)?.attributes['file'] ?? null);
      const problem = namelessProblem(ended, item.status);
      if (problem !== null) return noteDamage(problem);
      cases += 1;
      for (const suite of suites) {
        suite.failed += ended.counts().failed;
        suite.errors += ended.counts().errors;
      }
      return [{ kind: 'case', case: item }];
    }
    if (current !== null) {
      current.close();
      return [];
    }
    if (name !== 'testsuite' && name !== 'testsuites') return [];
    const suite = suites.pop();
    return suite === undefined || !whole ? [] : missingErrors(suite, suites);
  };
  return {
    read(token) {
      switch (token.kind) {
        case 'open':
          return open(token.name, token.attributes);
        case 'close':
          return close(token.name, token.whole);
        case 'text':
          current?.text(token.text);
          return [];
        case 'damage':
          return noteDamage(token.problem);
      }
    },
    end() {
      if (root === null) noteDamage('it is not JUnit XML: it has no elements');
      if (damages === 0) return [];
      const more = damages === 1 ? '' : `; ${damages - 1} more`;
      return [{ kind: 'damage', problem: firstDamage + more }];
    },
  };
}

function openSuite(element: string, attributes: Attributes, root: Attributes): OpenSuite {
  const dialect = element === 'testsuite' ? dialectOf(attributes, root) : plainDialect;
  const name = element === 'testsuite' ? dialect.suitePrefix(attributes) + (attributes['name'] ?? '') : '';
  return { name, attributes, dialect, failed: 0, errors: 0 };
}

function namesOf(suites: readonly OpenSuite[]): readonly string[] {
  return suites.flatMap((suite) => (suite.name === '' ? [] : [suite.name]));
}

// An `<error>` outside any case, for example of a suite whose set-up failed.
function suiteError(suites: readonly OpenSuite[], attributes: Attributes): readonly ReportItem[] {
  for (const suite of suites) suite.errors += 1;
  const problem = attributes['message'] ?? attributes['type'] ?? 'it failed outside its tests';
  return [{ kind: 'suite-error', suite: suites.at(-1)?.name ?? '', problem }];
}

function missingErrors(suite: OpenSuite, enclosing: readonly OpenSuite[]): readonly ReportItem[] {
  const { failed, errors, problem } = unexplained(suite.attributes, suite);
  if (problem === null) return [];
  for (const outer of enclosing) {
    outer.errors += errors;
    outer.failed += failed;
  }
  return [{ kind: 'suite-error', suite: suite.name, problem }];
}
