import { describe, expect, test } from 'vitest';
import type { ReportCase, ReportItem } from '../../../src/model/report.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { bytesOf, collect } from '../../support/run-events.ts';

const read = (source: string, chunkBytes?: number): Promise<ReportItem[]> =>
  collect(readJunit(bytesOf(source, chunkBytes)));

const casesOf = (items: readonly ReportItem[]): readonly ReportCase[] =>
  items.flatMap((item) => (item.kind === 'case' ? [item.case] : []));

const damageOf = (items: readonly ReportItem[]): readonly string[] =>
  items.flatMap((item) => (item.kind === 'damage' ? [item.problem] : []));

const suite = (inner: string): string => `<testsuite name="s">${inner}</testsuite>`;

describe('what fuzzing found:', () => {
  test.each([
    ['text outside the document', '<testsuite name="s"></testsuite>' + ' lost words, and many of them'.repeat(5)],
    [
      'a tag that is broken off by another',
      '<testsuite name="s"><t<estcase name="a" file="cart_test.cc"/></testsuite>',
    ],
  ])('%s is told in the same words however the file is cut into chunks', async (_what, source) => {
    const whole = await read(source);
    expect(damageOf(whole)).toHaveLength(1);
    for (const chunk of [1, 3, 17]) expect(await read(source, chunk)).toEqual(whole);
  });

  test('a character or line break in a CDATA section stays whole where a chunk ends in it', async () => {
    const source = suite(
      '<testcase name="a"><failure><![CDATA[one 😀😀 two\r\nthree\r\n\r\nend]]></failure></testcase>',
    );
    for (const chunk of [1, 2, 3, 5, 7]) {
      const [item] = casesOf(await read(source, chunk));
      expect(item?.problems).toEqual([expect.objectContaining({ details: 'one 😀😀 two\nthree\n\nend' })]);
    }
  });

  test('an element whose name could not be written again is damage', async () => {
    for (const tag of ['<:[x a="1">', '<x:>', '<x 1a="1">'])
      expect(damageOf(await read(suite(`<testcase name="a"/>${tag}`)))).not.toEqual([]);
  });

  test('of several prefixes none is part of the name', async () => {
    const items = await read(suite('<a:b:testcase name="x"></a:b:testcase>'));
    expect([casesOf(items).map(({ name }) => name), damageOf(items)]).toEqual([['x'], []]);
  });

  test('what runner found wrong with a case is no test that may fail', async () => {
    const inner = '<skipped type="todo"/><error type="runner" message="the report ends inside this case"/>';
    const items = await read(suite(`<testcase name="a">${inner}</testcase>`));
    expect(casesOf(items).map(({ status }) => status)).toEqual(['error']);
  });
});
