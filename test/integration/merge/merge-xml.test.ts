import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAtomicFile } from '../../../src/base/atomic-write.ts';
import { merge } from '../../../src/commands/merge.ts';
import type { MergeResult } from '../../../src/commands/merge.ts';
import type { ReportCase, ReportItem } from '../../../src/model/report.ts';
import { copyJunit } from '../../../src/results/junit-copy.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { bytesOf, collect } from '../../support/run-events.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/junit');
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'runner-merge-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const file = (name: string, text: string): void => {
  mkdirSync(join(cwd, name, '..'), { recursive: true });
  writeFileSync(join(cwd, name), text);
};
const mergeAll = (...paths: readonly string[]): Promise<MergeResult> =>
  merge({ paths, cwd, reportsDir: join(cwd, 'merged') });
const merged = (): string => readFileSync(join(cwd, 'merged/junit.xml'), 'utf8');

function expectWellFormed(path = join(cwd, 'merged/junit.xml')): void {
  if (!hasXmllint) return;
  expect(spawnSync('xmllint', ['--noout', '--huge', path], { encoding: 'utf8' }).stderr).toBe('');
}

async function casesOf(path: string): Promise<readonly ReportCase[]> {
  const items: readonly ReportItem[] = await collect(readJunit(createReadStream(path)));
  expect(items.filter((item) => item.kind === 'damage')).toEqual([]);
  return items.flatMap((item) => (item.kind === 'case' ? [item.case] : []));
}

test.skipIf(!hasXmllint)('xmllint (libxml2-utils) is there to check that every merged file is well-formed', () => {
  expect(hasXmllint).toBe(true);
});

test('a case without any name is damage, for its test was never reported', async () => {
  const [begun, cut] = ['<testcase time="0.000" />', '<testcase> name="b"><skipped/></testcase>'];
  for (const [name, text] of Object.entries({ begun, cut }))
    file(`in/${name}.xml`, `<testsuite name="s"><testcase name="a"/>${text}</testsuite>`);
  const result = await mergeAll('in');
  expectWellFormed();
  expect(result.exitCode).toBe(3);
  expect(result.text).toMatch(/begun\.xml is damaged: a case has no name/);
  expect(result.text).toMatch(/cut\.xml is damaged: a case has no name/);
});

describe('the reports of every framework', () => {
  test.each(readdirSync(fixtures))('%s keeps each of its cases', async (name) => {
    const result = await mergeAll(join(fixtures, name));
    expectWellFormed();
    const own = (one: ReportCase): boolean => one.className !== '[runner]';
    // Cases without a suite are given one.
    const strip = (one: ReportCase): object => ({ ...one, suites: [] });
    const after = (await casesOf(join(cwd, 'merged/junit.xml'))).filter(own);
    expect(after.map(strip)).toEqual((await casesOf(join(fixtures, name))).map(strip));
    expect(result.exitCode).toBe(1);
  });

  test('together have the totals of their cases, on every level', async () => {
    await mergeAll(fixtures);
    expectWellFormed();
    const cases = await casesOf(join(cwd, 'merged/junit.xml'));
    const count = (status: string): number => cases.filter((one) => one.status === status).length;
    const [tests, failures, errors, skipped] = [cases.length, count('failed'), count('error'), count('skipped')];
    expect(merged()).toContain(
      `<testsuites name="merged" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`,
    );
    const summary: unknown = JSON.parse(readFileSync(join(cwd, 'merged/summary.json'), 'utf8'));
    expect(summary).toMatchObject({ schemaVersion: 1, verdict: 'failed', exitCode: 1, totals: { tests, skipped } });
  });
});

test('attributes and foreign elements stay as they are, and wrong totals are corrected', async () => {
  file(
    'a.xml',
    '<testsuite name="s" tests="99" failures="0" custom="x&#10;y" time="9,999.5"><properties><property name="p" value="v"/></properties><testcase name="a" time="1,000.25" data-x="1"><foreign k="v">text</foreign></testcase><testcase name="b" time="2"><skipped/></testcase></testsuite>',
  );
  expect(await mergeAll('a.xml')).toMatchObject({ verdict: 'passed', exitCode: 0 });
  expect(merged().replaceAll(/ +>/g, '>')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="merged" tests="2" failures="0" errors="0" skipped="1" time="1002.250">
<testsuite name="s" custom="x&#10;y" time="9,999.5" tests="2" failures="0" errors="0" skipped="1"><properties><property name="p" value="v"/></properties><testcase name="a" time="1,000.25" data-x="1"><foreign k="v">text</foreign></testcase><testcase name="b" time="2"><skipped/></testcase></testsuite>
</testsuites>
`);
});

describe('the exit code', () => {
  const good = '<testsuite name="s"><testcase name="a"/></testsuite>';
  test.each([
    ['a pass', good, 0],
    ['a failure', '<testsuite><testcase name="a"><failure/></testcase></testsuite>', 1],
    ['an error', '<testsuite><testcase name="a"><error/></testcase></testsuite>', 1],
    ['an error that only the suite counts', '<testsuite errors="1"/>', 1],
    ['an error that only the root counts', '<testsuites failures="1"><testsuite/></testsuites>', 1],
    ['nothing but skips', '<testsuite><testcase name="a"><skipped/></testcase></testsuite>', 4],
    ['no cases', '<testsuites/>', 4],
    ['an end inside a passing case', '<testsuite><testcase name="a"/><testcase name="b">', 3],
    ['an end after a failure', '<testsuite><testcase name="a"><failure/></testcase>', 1],
    ['HTML', '<html><body>502</body></html>', 3],
    ['nothing at all', '', 3],
    ['binary', '\u0000\u0001\u0002', 3],
  ])('of a file with %s, merged with a good one or alone', async (_what, text, exitCode) => {
    file('x.xml', text);
    expect(await mergeAll('x.xml')).toMatchObject({ exitCode });
    expectWellFormed();
    file('good.xml', good);
    expect(await mergeAll('x.xml', 'good.xml')).toMatchObject({ exitCode: exitCode === 4 ? 0 : exitCode });
    expectWellFormed();
    expect((await casesOf(join(cwd, 'merged/junit.xml'))).some((one) => one.name === 'a')).toBe(true);
  });

  test('of a damaged file comes with its name, in the text and as an error case', async () => {
    file('b.xml', good);
    file('broken/x.xml', '<testsuite><testcase name="whole"/><testcase name="half"><failure message="bo');
    file('z.xml', good.replace('"a"', '"z"'));
    const result = await mergeAll('.');
    expect(result.exitCode).toBe(3);
    expect(result.text).toContain('broken/x.xml is damaged: the file ends inside a tag\n');
    const cases = await casesOf(join(cwd, 'merged/junit.xml'));
    expect(cases.map((one) => `${one.name} ${one.status}`)).toEqual([
      'a passed',
      'whole passed',
      'half error',
      'broken/x.xml: the report is damaged error',
      'z passed',
    ]);
  });

  test('of a file that cannot be read is that of a damaged one', async () => {
    file('a.xml', good);
    file('gone.xml', good);
    const pending = mergeAll('a.xml', 'gone.xml');
    rmSync(join(cwd, 'gone.xml'));
    const result = await pending;
    expect(result.exitCode).toBe(3);
    expect(result.text).toContain('ENOENT');
  });
});

describe('the inputs', () => {
  const good = '<testsuite name="s"><testcase name="a"/></testsuite>';

  test('may be globs, and each file is taken once', async () => {
    file('x/a.xml', good);
    file('x/y/b.xml', good);
    file('x/y/c.txt', good);
    const result = await mergeAll('x/**/*.xml', 'x/a.xml', 'x');
    expect(result.text).toContain('Merged 2 reports: 2 tests');
  });

  test('in a folder are its event logs, or else its XML, and never the merged file of an earlier merge', async () => {
    file('a.xml', good);
    await mergeAll('.');
    expect((await mergeAll('.')).text).toContain('Merged 1 report: 1 test: 1 passed');
  });

  test.each([
    [['nowhere'], /nowhere does not exist/],
    [['*.xml'], /\*\.xml matches no file/],
    [['empty'], /empty holds neither events\.jsonl nor \*\.xml/],
    [[], /merge needs/],
    [['a.xml', 'events.jsonl'], /cannot be merged together/],
  ])('%j are refused, with what was searched', async (paths, message) => {
    mkdirSync(join(cwd, 'empty'));
    if (paths.includes('a.xml')) file('a.xml', good);
    if (paths.includes('events.jsonl')) file('events.jsonl', '');
    await expect(mergeAll(...paths)).rejects.toThrow(message);
  });
});

test('whatever some bytes are changed to, the merged file is well-formed and never greener than the reader says', async () => {
  const sources = ['pytest.xml', 'node-test.xml', 'surefire.xml', 'nextest.xml', 'gotestsum.xml'].map((name) =>
    readFileSync(join(fixtures, name)).subarray(0, 2500),
  );
  const special = fc.constantFrom(...Buffer.from('<>/!"\'&;=]\0\n'));
  const change = fc.record({
    at: fc.nat({ max: 2499 }),
    drop: fc.nat({ max: 12 }),
    insert: fc.array(special, { maxLength: 3 }),
  });
  const path = join(cwd, 'copy.xml');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...sources), fc.array(change, { maxLength: 3 }), async (source, changes) => {
      let bytes: Uint8Array = source;
      for (const { at, drop, insert } of changes)
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(insert), bytes.subarray(at + drop)]);
      const items = await collect(readJunit(bytesOf(bytes)));
      const output = createAtomicFile(path);
      output.write('<testsuites name="merged">');
      const copied = await copyJunit(bytesOf(bytes), output, { name: 'x.xml', onFailed: () => undefined });
      output.write('</testsuites>');
      output.commit();
      expect(copied.damage !== null).toBe(items.some((item) => item.kind === 'damage'));
      const bad = items.filter((item) => item.kind === 'case' && ['failed', 'error'].includes(item.case.status));
      expect(copied.failed).toBeGreaterThanOrEqual(bad.length);
      const after = await casesOf(path);
      expect(after).toHaveLength(copied.totals.tests);
      expect(after.filter((one) => one.status === 'passed')).toHaveLength(copied.totals.passed);
    }),
    {
      numRuns: 500,
      // Took the name of a skipped case away: damage to the copy, and none to the reader.
      examples: [[readFileSync(join(fixtures, 'surefire.xml')), [{ at: 1482, drop: 0, insert: [0x3e] }]]],
    },
  );
});

test('memory does not grow with the size of the input', async () => {
  const line = `<testcase classname="c" name="n" time="0.1"><failure message="m">${'x'.repeat(400)}</failure></testcase>\n`;
  const total = 200_000;
  async function* big(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('<testsuite name="s">'));
    for (let index = 0; index < total; index += 1000) yield Buffer.from(line.repeat(1000));
    yield Buffer.from('</testsuite>');
  }
  const output = createAtomicFile(join(cwd, 'big.xml'));
  const before = process.memoryUsage().rss;
  const copied = await copyJunit(big(), output, { name: 'big.xml', onFailed: () => undefined });
  const grown = process.memoryUsage().rss - before;
  output.abort();
  expect(copied.totals.failed).toBe(total);
  // The input is 100 MB; what is left is the garbage of a few chunks.
  expect(grown).toBeLessThan(80 * 1024 * 1024);
});
