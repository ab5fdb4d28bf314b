import { describe, expect, test } from 'vitest';
import type { ReportCase, ReportItem } from '../../../src/model/report.ts';
import { parseDuration } from '../../../src/results/junit-case.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { bytesOf, collect } from '../../support/run-events.ts';

function read(source: string | Uint8Array, chunkBytes?: number, maxTextBytes?: number): Promise<ReportItem[]> {
  return collect(readJunit(bytesOf(source, chunkBytes), maxTextBytes === undefined ? {} : { maxTextBytes }));
}

function casesOf(items: readonly ReportItem[]): readonly ReportCase[] {
  return items.flatMap((item) => (item.kind === 'case' ? [item.case] : []));
}

function damageOf(items: readonly ReportItem[]): readonly string[] {
  return items.flatMap((item) => (item.kind === 'damage' ? [item.problem] : []));
}

test('a case without any name is no test that passed or was skipped, but one that failed is a failed one', async () => {
  const passed = await read(suite('<testcase name="a"/><testcase time="0.000"/>'));
  expect(casesOf(passed).map(({ name }) => name)).toEqual(['a']);
  expect(damageOf(passed)).toEqual(['a case has no name: its test was begun and never reported (after 1 whole case)']);
  const skipped = await read(suite('<testcase> name="a"<skipped/></testcase>'));
  expect(casesOf(skipped)).toEqual([]);
  expect(damageOf(skipped)).toEqual([
    'a case has no name: its test was begun and never reported (after 0 whole cases)',
  ]);
  const failed = await read(suite('<testcase><failure message="m"/></testcase>'));
  expect(casesOf(failed).map(({ status }) => status)).toEqual(['failed']);
  expect(damageOf(failed)).toEqual([]);
});

const suite = (inner: string): string => `<testsuite name="s">${inner}</testsuite>`;

describe('what a report says', () => {
  test('is the same however the file is cut into chunks', async () => {
    const source =
      '\uFEFF<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "evil">]><!-- <testcase name="no"/> --><testsuites>' +
      '<testsuite name="a &amp; b" file="a.py"><testcase classname="c" name="x &lt;&#49;&#x31;&gt;" time="1.5" line="3">' +
      '<failure message="m&#10;n" type="T">one <![CDATA[<two> ]] ]]>three\r\nfour</failure><system-out>o</system-out>' +
      '</testcase></testsuite><?pi <testcase?></testsuites>';
    const whole = await read(source);
    expect(damageOf(whole)).toEqual([]);
    expect(casesOf(whole)).toEqual([
      {
        suites: ['a & b'],
        name: 'x <11>',
        className: 'c',
        file: 'a.py',
        line: 3,
        durationMs: 1500,
        status: 'failed',
        problems: [{ kind: 'failure', type: 'T', message: 'm\nn', details: 'one <two> ]] three\nfour' }],
        skipReason: null,
        stdout: 'o',
        stderr: null,
      },
    ]);
    for (let chunk = 1; chunk <= 40; chunk += 1) expect(await read(source, chunk)).toEqual(whole);
  });

  test.each([
    [
      'both roots, and cases without a suite',
      '<testsuites><testcase name="a"/><testsuite><testcase name="b"/></testsuite></testsuites>',
      'a b',
    ],
    ['one bare case', '<testcase name="a"/>', 'a'],
    ['nested suites', suite(suite('<testcase name="a"/>') + '<testcase name="b"/>'), 'a b'],
    ['single quotes and spaces around the equals sign', suite("<testcase name = 'a'></testcase >"), 'a'],
    ['namespaces', '<j:testsuite xmlns:j="x"><j:testcase name="a"/></j:testsuite>', 'a'],
    ['bare ampersands', suite('<testcase name="a & b && c"/>'), 'a & b && c'],
    ['unknown entities, which are left as they are', suite('<testcase name="&nbsp;a&evil;"/>'), '&nbsp;a&evil;'],
    ['a bare < in an attribute', suite('<testcase name="a < b <c>"/>'), 'a < b <c>'],
    ['control characters', suite('<testcase name="a\u0000\u0008b&#27;&#0;"/>'), 'a\uFFFD\uFFFDb\uFFFD\uFFFD'],
    ['a bare < in a text', suite('<testcase name="a"><system-out>1 < 2 <3 <!x</system-out></testcase>'), 'a'],
    ['a repeated attribute', suite('<testcase name="a" name="a"/>'), 'a'],
  ])('is understood with %s', async (_what, source, names) => {
    const items = await read(source);
    expect(damageOf(items)).toEqual([]);
    expect(
      casesOf(items)
        .map((item) => item.name)
        .join(' '),
    ).toBe(names);
  });

  test.each([
    ['<failure/>', 'failed'],
    ['<error/>', 'error'],
    ['<error/><failure/>', 'failed'],
    ['<skipped/>', 'skipped'],
    ['<skipped/><failure/>', 'failed'],
    ['<skipped type="todo"/><failure/>', 'skipped'],
    ['<flakyFailure/><flakyError/>', 'passed'],
    ['<failure/><rerunFailure/>', 'failed'],
    ['<rerunError/>', 'error'],
    ['<error/><rerunFailure/>', 'error'],
    ['<system-out><failure/></system-out>', 'passed'],
    ['<properties><property name="failure" value="x"/></properties>', 'passed'],
  ])('a case with %s is %s', async (inner, status) => {
    const [item] = casesOf(await read(suite(`<testcase name="a">${inner}</testcase>`)));
    expect(item?.status).toBe(status);
  });

  test.each([
    ['status="skipped"', 'skipped'],
    ['status="notrun"', 'skipped'],
    ['status="disabled"', 'skipped'],
    ['status="run" result="suppressed"', 'skipped'],
    ['status="run" result="completed"', 'passed'],
    ['status="failed"', 'failed'],
    ['failure="boom"', 'failed'],
    ['status="error"', 'error'],
  ])('a case with the attribute %s is %s', async (attributes, status) => {
    const [item] = casesOf(await read(suite(`<testcase name="a" ${attributes}/>`)));
    expect(item?.status).toBe(status);
  });

  test('errors of a suite outside its cases are told', async () => {
    const items = await read('<testsuites><testsuite name="pkg" errors="2" tests="0"/></testsuites>');
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ kind: 'suite-error', suite: 'pkg' });
    expect(JSON.stringify(items[0])).toContain('errors=');
    const direct = await read('<testsuite name="pkg"><error message="set-up failed"/></testsuite>');
    expect(direct).toEqual([{ kind: 'suite-error', suite: 'pkg', problem: 'set-up failed' }]);
  });

  test('an error that a nested suite shows is not counted again in the suites around it', async () => {
    const inner = '<testsuite name="in" errors="1"><testcase name="a"><error/></testcase></testsuite>';
    const items = await read(
      `<testsuites errors="1"><testsuite name="out" errors="1">${inner}</testsuite></testsuites>`,
    );
    expect(items.map((item) => item.kind)).toEqual(['case']);
  });

  test.each([
    ['utf-16le with a byte order mark', Buffer.from('\uFEFF' + suite('<testcase name="ü€"/>'), 'utf16le')],
    ['utf-16le without', Buffer.from(suite('<testcase name="ü€"/>'), 'utf16le')],
    ['utf-16be', Buffer.from('\uFEFF' + suite('<testcase name="ü€"/>'), 'utf16le').swap16()],
    [
      'a declaration of utf-16 that is not true',
      Buffer.from(`<?xml version="1.0" encoding="UTF-16"?>${suite('<testcase name="ü€"/>')}`),
    ],
    [
      'an unknown declared encoding',
      Buffer.from(`<?xml version="1.0" encoding="klingon"?>${suite('<testcase name="ü€"/>')}`),
    ],
    [
      'windows-1252',
      Buffer.from(`<?xml version='1.0' encoding='windows-1252'?>${suite('<testcase name="\u00FC\u0080"/>')}`, 'latin1'),
    ],
  ])('is read in %s', async (_what, bytes) => {
    for (const chunk of [1, 7, 1 << 16]) {
      const items = await read(bytes, chunk);
      expect(damageOf(items)).toEqual([]);
      expect(casesOf(items)[0]?.name).toBe('ü€');
    }
  });

  test('invalid UTF-8 is replaced and nothing else', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<testsuite><testcase name="a'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('b"/></testsuite>'),
    ]);
    const items = await read(bytes);
    expect(damageOf(items)).toEqual([]);
    expect(casesOf(items)[0]?.name).toBe('a\uFFFD\uFFFDb');
  });
});

describe('a damaged report', () => {
  test.each([
    ['an empty file', '', 0],
    ['only white space', ' \n ', 0],
    ['JSON', '{"tests": []}', 0],
    ['HTML', '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>', 0],
    ['binary', '\u0000\u0001\u0002ELF', 0],
    ['a log line before the report', 'npm warn\n<testsuite><testcase name="a"/></testsuite>', 1],
    ['text after the report', '<testsuite><testcase name="a"/></testsuite>done', 1],
    ['two reports in one file', suite('<testcase name="a"/>').repeat(2), 2],
    ['an end inside a suite', '<testsuites><testsuite><testcase name="a"/>', 1],
    ['an end inside a case', '<testsuite><testcase name="a"/><testcase name="b"><failure>', 1],
    ['an end inside a tag', '<testsuite><testcase name="a"/><testcase na', 1],
    ['an end inside a value', '<testsuite><testcase name="a"/><testcase name="b', 1],
    ['an end inside a CDATA section', '<testsuite><testcase name="a"/><testcase name="b"><failure><![CDATA[x', 1],
    ['an end inside a comment', '<testsuite><testcase name="a"/></testsuite><!-- ', 1],
    ['an unmatched end tag', '<testsuite><testcase name="a"/></nobody></testsuite>', 1],
    ['a case without its end tag', '<testsuite><testcase name="a"><testcase name="b"/></testsuite>', 1],
    ['a tag that breaks off', '<testsuite><testcase name="a<testcase name="b"/></testsuite>', 1],
  ])('with %s yields the whole cases and one damage, last', async (_what, source, cases) => {
    for (const chunk of [1, 5, 1 << 16]) {
      const items = await read(source, chunk);
      expect(casesOf(items)).toHaveLength(cases);
      expect(damageOf(items)).toHaveLength(1);
      expect(items.at(-1)?.kind).toBe('damage');
    }
  });

  test('whose bytes cannot be read is damage too', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('<testsuite><testcase name="a"/>'));
      throw new Error('EIO: i/o error');
    }
    const items = await collect(readJunit(failing()));
    expect(casesOf(items)).toHaveLength(1);
    expect(damageOf(items)[0]).toContain('EIO');
  });

  test('cut at any byte never turns a failing case into another', async () => {
    const source = suite('<testcase name="a"><failure message="x">y</failure></testcase><testcase name="b"/>');
    for (let length = 0; length < source.length; length += 1) {
      const items = await read(source.slice(0, length));
      expect(damageOf(items)).toHaveLength(1);
      for (const { name, status } of casesOf(items)) expect(status).toBe(name === 'a' ? 'failed' : 'passed');
    }
  });
});

describe('limits', () => {
  test('a text and an attribute of 10 MB are cut and marked', async () => {
    const long = 'ü'.repeat(5 * 1024 * 1024);
    const source = suite(
      `<testcase name="a" classname="${long}"><system-out><![CDATA[${long}]]></system-out></testcase><testcase name="b"/>`,
    );
    const items = await read(source, undefined, 1000);
    const [first, second] = casesOf(items);
    expect(damageOf(items)).toEqual([]);
    expect(first?.className).toHaveLength(1000);
    expect(first?.className).toMatch(/cut\]$/);
    expect(first?.stdout).toMatch(/^ü{500} \.\.\.\[cut\]$/);
    expect(second?.name).toBe('b');
  });

  test('10,000 levels of suites are read', async () => {
    const items = await read(
      '<testsuite name="s">'.repeat(10_000) + '<testcase name="a"/>' + '</testsuite>'.repeat(10_000),
    );
    expect(damageOf(items)).toEqual([]);
    expect(casesOf(items)[0]?.suites).toHaveLength(10_000);
  });

  test('endless nesting, attributes, entities and markup come to an end', async () => {
    const hostile = [
      '<testsuite>'.repeat(200_000),
      `<testsuite ${'a="b" '.repeat(500_000)}>`,
      `<testsuite><testcase name="${'&amp;'.repeat(500_000)}"/></testsuite>`,
      `<testsuite>${'<!'.repeat(500_000)}</testsuite>`,
      `<testsuite>${'</x>'.repeat(300_000)}</testsuite>`,
      `<!DOCTYPE a [${'<!ENTITY a "&a;&a;">'.repeat(100_000)}`,
      '&'.repeat(1_000_000),
    ];
    for (const source of hostile) expect((await read(source)).at(-1)?.kind ?? 'none').toMatch(/case|damage|none/);
  });
});

test.each([
  ['1.5', 1500],
  ['1,234.5', 1_234_500],
  ['2,120.532', 2_120_532],
  ['12,345,678', 12_345_678_000],
  ['0,5', 500],
  ['1.234,5', 1_234_500],
  ['1e-3', 1],
  ['', 0],
  ['NaN', 0],
  ['-1', 0],
  ['soon', 0],
  ['Infinity', 0],
  ['0.0000005', 0.001],
])('a time of "%s" is %d ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});
