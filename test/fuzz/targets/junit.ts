import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import type { AtomicFile } from '../../../src/base/atomic-write.ts';
import type { ReportCase, ReportItem } from '../../../src/model/report.ts';
import { copyJunit } from '../../../src/results/junit-copy.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { readXml } from '../../../src/results/xml-tokens.ts';
import type { XmlToken } from '../../../src/results/xml-tokens.ts';
import { collect } from '../../support/run-events.ts';
import { meaningOf } from '../../support/xml-meaning.ts';
import { isUntouched, mutants } from '../mutations.ts';
import type { Mutant, Source } from '../mutations.ts';
import type { FuzzTarget } from '../target.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/junit');
const words = [
  ...['<testsuites>', '</testsuites>', '<testsuite name="x">', '</testsuite>', '<testcase name="x">', '<testcase/>'],
  ...['</testcase>', '<failure/>', '<error message="x"/>', '<skipped/>', '<system-out>', '</system-out>', '/>', '-->'],
  ...['<!--', '<![CDATA[', ']]>', '<?x', '?>', '<!DOCTYPE x [', '&#0;', '&#x1F600;', '&lt;', '&evil;', ' name="y"'],
  ...[
    ' status="failed"',
    ' errors="3"',
    ' failures="1"',
    ' tests="9"',
    ' time="1,5"',
    "'",
    '\u001b[31m',
    '\ud83d\ude00',
  ],
];

/** JUnit XML: read quickly and tolerantly, in chunks and whole, and copied. */
export const junit: FuzzTarget = {
  name: 'junit',
  reads: 'JUnit XML of every dialect',
  runsInCi: 1000,
  async property() {
    const sources = await Promise.all(readdirSync(fixtures).map(readSource));
    const mutant = mutants(sources, words);
    return fc.asyncProperty(
      fc.record({
        mutant,
        chunkBytes: fc.oneof(
          { weight: 1, arbitrary: fc.constantFrom(1, 7) },
          { weight: 30, arbitrary: fc.integer({ min: 300, max: 4000 }) },
        ),
      }),
      async ({ mutant, chunkBytes }) => {
        const items = await collect(readJunit([mutant.bytes]));
        const chunks = cut(mutant.bytes, chunkBytes);
        expectSame(await collect(readJunit(chunks)), items, 'chunks change nothing');
        // A fourth of the runs costs as much as all the rest.
        const isThorough = mutant.bytes.length % 4 === 0;
        if (isThorough) {
          const [quick, tolerant] = [await tokensOf(chunks, {}), await tokensOf(chunks, { maxCanonicalChars: 0 })];
          expectSame(meaningOf(quick), meaningOf(tolerant), 'tags that are read in one step are read as others');
        }
        keepsWholeCases(mutant, items);
        await copiesNothingGreener(mutant.bytes, { items, isThorough });
      },
    );
  },
};

/** To compare texts first is ten times as fast. */
function expectSame(one: unknown, other: unknown, why: string): void {
  if (JSON.stringify(one) !== JSON.stringify(other)) assert.deepEqual(one, other, why);
}

interface SpannedCase {
  readonly start: number;
  readonly end: number;
  readonly key: string;
}

interface JunitSource extends Source {
  readonly cases: readonly SpannedCase[];
}

const caseSpan = /<testcase(?:\s[^<>"/]*(?:"[^"]*"[^<>"/]*)*)?(?:\/>|>.*?<\/testcase>)/gs;

async function readSource(name: string): Promise<JunitSource> {
  const bytes = readFileSync(join(fixtures, name));
  const spans = [...bytes.toString('latin1').matchAll(caseSpan)];
  const keys = casesOf(await collect(readJunit([bytes]))).map(keyOf);
  assert.equal(spans.length, keys.length, `the cases of ${name} are found`);
  const cases = spans.map(({ index, 0: text }, at) => ({
    start: index,
    end: index + text.length,
    key: keys[at] ?? '',
  }));
  return { name, bytes, cases };
}

async function tokensOf(
  chunks: readonly Uint8Array[],
  limits: { readonly maxCanonicalChars?: number },
): Promise<readonly XmlToken[]> {
  const tokens: XmlToken[] = [];
  for await (const batch of readXml(chunks, { maxAttributeChars: 500, ...limits })) tokens.push(...batch);
  return tokens;
}

function cut(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

/** What stands in the file as it was, its framework said; only markup that hides what follows may take it away. */
function keepsWholeCases(mutant: Mutant<JunitSource>, items: readonly ReportItem[]): void {
  if (mayHide(mutant)) return;
  const left = Map.groupBy(casesOf(items), keyOf);
  for (const { start, end, key } of mutant.source.cases)
    assert.ok(!isUntouched(mutant, start, end) || left.get(key)?.pop() !== undefined, `lost: ${key}`);
}

function mayHide({ source, edits, bytes }: Mutant): boolean {
  const [before, after] = [source.bytes.toString('latin1'), bytes.toString('latin1')];
  const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const declared = before.startsWith('<?xml') ? before.indexOf('?>') : 4;
  return (
    edits.some(({ at, insert }) => at <= declared || /[!?]|\]\]>|-->/.test(insert.toString('latin1'))) ||
    [/<[!?]/g, /<!--/g, /<!\[CDATA\[/g, /-->|\]\]>|\?>/g].some(
      (pattern) => count(after, pattern) !== count(before, pattern),
    )
  );
}

async function copiesNothingGreener(
  bytes: Buffer,
  { items, isThorough }: { readonly items: readonly ReportItem[]; readonly isThorough: boolean },
): Promise<void> {
  const output = inMemory();
  output.write('<testsuites name="merged">');
  const copied = await copyJunit([bytes], output, { name: 'x.xml', onFailed: () => undefined });
  output.write('</testsuites>');
  const damaged = items.some(({ kind }) => kind === 'damage');
  assert.equal(copied.damage !== null, damaged, `the copy says ${copied.damage ?? 'nothing'}`);
  const count = (list: readonly ReportCase[], ...statuses: readonly string[]): number =>
    list.filter(({ status }) => statuses.includes(status)).length;
  const cases = casesOf(items);
  assert.ok(copied.failed >= count(cases, 'failed', 'error'), 'the copy has fewer failures');
  if (isThorough) expectWellFormed(output.bytes().toString());
  const again = await collect(readJunit([output.bytes()]));
  const after = casesOf(again);
  expectSame(
    again.filter(({ kind }) => kind === 'damage'),
    [],
    'the copy is whole',
  );
  assert.equal(after.length, copied.totals.tests, 'the copy holds as many cases as it says');
  assert.equal(count(after, 'passed'), copied.totals.passed, 'the copy holds as many passes as it says');
  assert.ok(copied.totals.passed <= count(cases, 'passed'), 'the copy is greener');
  if (!damaged) assert.equal(copied.totals.passed, count(cases, 'passed'), 'the copy lost a pass');
}

function expectWellFormed(text: string): void {
  const parser = new SaxesParser();
  parser.on('error', ({ message }) => assert.fail(`the copy is not well-formed: ${message}`));
  parser.write(text).close();
}

function casesOf(items: readonly ReportItem[]): readonly ReportCase[] {
  return items.flatMap((item) => (item.kind === 'case' ? [item.case] : []));
}

function keyOf({ name, className, status }: ReportCase): string {
  return JSON.stringify([name, className, status]);
}

function inMemory(): AtomicFile & { readonly bytes: () => Buffer } {
  let content = Buffer.alloc(0);
  return {
    write: (data) => void (content = Buffer.concat([content, Buffer.from(data)])),
    patch: (data, position) => void content.write(data, position),
    size: () => content.length,
    commit: () => undefined,
    abort: () => undefined,
    bytes: () => content,
  };
}
