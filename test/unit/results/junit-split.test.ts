import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AtomicFile } from '../../../src/base/atomic-write.ts';
import { escapeAttribute, escapeText } from '../../../src/base/xml.ts';
import type { ReportCase } from '../../../src/model/report.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { splitJunit } from '../../../src/results/junit-split.ts';
import type { SplitReport } from '../../../src/results/junit-split.ts';
import { bytesOf, collect } from '../../support/run-events.ts';

interface Split extends SplitReport {
  readonly texts: readonly string[];
}

/** The parts of a text that were given their name; the others are gone. */
async function split(text: string, maxBytes: number): Promise<Split> {
  const texts: string[] = [];
  const create = (part: number): AtomicFile => {
    const bytes: number[] = [];
    return {
      write: (data) => void bytes.push(...Buffer.from(data)),
      patch: (data, at) => void bytes.splice(at, Buffer.byteLength(data), ...Buffer.from(data)),
      size: () => bytes.length,
      commit: () => void (texts[part - 1] = Buffer.from(bytes).toString()),
      abort: () => undefined,
    };
  };
  const report = await splitJunit(bytesOf(text, 1000), { maxBytes, create });
  return { ...report, texts };
}

async function casesOf(text: string): Promise<readonly ReportCase[]> {
  const items = await collect(readJunit(bytesOf(text)));
  expect(items.filter((item) => item.kind !== 'case')).toEqual([]);
  return items.flatMap((item) => (item.kind === 'case' ? [item.case] : []));
}

const headsOf = (text: string): readonly string[] =>
  [...text.matchAll(/<testsuites? [^>]*>/g)].map(([head]) => head.replaceAll(/ +>/g, '>'));

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="shop" tests="4" failures="1" errors="0" skipped="0" time="9.000" timestamp="2026-08-20T10:11:12.345+00:00">
  <testsuite name="a" tests="3" failures="1" errors="0" skipped="0" time="5.000">
    <properties>
      <property name="category" value="unit"/>
    </properties>
    <testcase classname="a" name="1" time="1.000"/>
    <testcase classname="a" name="2" time="1.000"><failure message="no">${'x'.repeat(300)}</failure></testcase>
    <testcase classname="a" name="3" time="1.500"/>
  </testsuite>
  <testsuite name="b" tests="1" failures="0" errors="0" skipped="0" time="2.000">
    <testcase classname="b" name="4" time="0.250"/>
  </testsuite>
</testsuites>
`;

test('a report that is small enough is one part, which says the same', async () => {
  const { parts, oversize, texts } = await split(report, 100_000);
  expect({ parts, oversize }).toEqual({ parts: 1, oversize: { names: [], count: 0 } });
  expect(headsOf(texts[0] ?? '')).toEqual([
    '<testsuites name="shop" timestamp="2026-08-20T10:11:12.345+00:00" tests="4" failures="1" errors="0" skipped="0" time="3.750">',
    '<testsuite name="a" tests="3" failures="1" errors="0" skipped="0" time="5.000">',
    '<testsuite name="b" tests="1" failures="0" errors="0" skipped="0" time="2.000">',
  ]);
  expect(await casesOf(texts[0] ?? '')).toEqual(await casesOf(report));
});

test('a suite that is cut is in both parts, with its properties and what each part has of it', async () => {
  const [first = ''] = (await split(report, 960)).texts;
  const maxBytes = Buffer.byteLength(first) - 10;
  const { texts } = await split(report, maxBytes);
  expect(texts.map((text) => headsOf(text).slice(1))).toEqual([
    ['<testsuite name="a" tests="2" failures="1" errors="0" skipped="0" time="2.000">'],
    [
      '<testsuite name="a" tests="1" failures="0" errors="0" skipped="0" time="1.500">',
      '<testsuite name="b" tests="1" failures="0" errors="0" skipped="0" time="2.000">',
    ],
  ]);
  for (const text of texts) expect(text.match(/<property name="category"/g)).toHaveLength(1);
  expect(texts.every((text) => Buffer.byteLength(text) <= maxBytes)).toBe(true);
});

test('a case that is larger than a part may be is alone in one, and told', async () => {
  const { texts, oversize } = await split(report, 700);
  expect(oversize).toEqual({ names: ['a 2'], count: 1 });
  const counts = await Promise.all(texts.map(async (text) => (await casesOf(text)).map(({ name }) => name)));
  expect(counts).toEqual([['1'], ['2'], ['3'], ['4']]);
});

test('a report that is not whole is not split', async () => {
  await expect(split(report.slice(0, 900), 700)).rejects.toThrow('it is not whole');
});

interface Suite {
  readonly name: string;
  readonly noise: string;
  readonly cases: readonly { readonly name: string; readonly status: string; readonly text: string }[];
  readonly suites: readonly Suite[];
}

const text = fc.string({ unit: fc.constantFrom('<', '&', '"', ' ', '\n', 'x', 'é', '😀', ']'), maxLength: 120 });
const suiteOf = (inner: fc.Arbitrary<readonly Suite[]>): fc.Arbitrary<Suite> =>
  fc.record({
    name: text,
    noise: text,
    cases: fc.array(
      fc.record({ name: text, status: fc.constantFrom('', 'failure', 'error', 'skipped', 'system-out'), text }),
      { maxLength: 6 },
    ),
    suites: inner,
  });
const suite = suiteOf(fc.array(suiteOf(fc.constant([])), { maxLength: 2 }));

function write({ name, noise, cases, suites }: Suite): string {
  const written = cases.map((one) => {
    const inner = one.status === '' ? '' : `<${one.status}>${escapeText(one.text)}</${one.status}>`;
    return `<testcase name="${escapeAttribute(one.name)}" time="0.001">${inner}</testcase>\n`;
  });
  const properties = `<properties><property name="p" value="${escapeAttribute(noise)}"/></properties>`;
  const output = `<system-out>${escapeText(noise)}</system-out>`;
  const nested = suites.map(write).join('');
  return `<testsuite name="${escapeAttribute(name)}">${properties}${written.join('')}${nested}${output}</testsuite>\n`;
}

test('whatever is split, the parts together have every case once and as it was, and none is too large', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(suite, { maxLength: 4 }),
      fc.integer({ min: 600, max: 3000 }),
      async (suites, maxBytes) => {
        const whole = `<testsuites name="all">${suites.map(write).join('')}</testsuites>`;
        const { texts, parts, oversize } = await split(whole, maxBytes);
        expect(texts).toHaveLength(parts);
        const cases = await Promise.all(texts.map(casesOf));
        expect(cases.flat()).toEqual(await casesOf(whole));
        for (const [index, part] of texts.entries()) {
          const own = cases[index] ?? [];
          const count = (status: string): number => own.filter((one) => one.status === status).length;
          expect(headsOf(part)[0]).toContain(
            ` tests="${own.length}" failures="${count('failed')}" errors="${count('error')}" skipped="${count('skipped')}"`,
          );
        }
        expect(texts.filter((part) => Buffer.byteLength(part) > maxBytes).length).toBe(oversize.count);
      },
    ),
    { numRuns: 60 },
  );
});
