import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeAttribute } from '../../../src/base/xml.ts';
import { isCanonicalTag, longestCanonicalTag, readCanonicalTag } from '../../../src/results/canonical-tag.ts';
import { readXml } from '../../../src/results/xml-tokens.ts';
import type { XmlToken } from '../../../src/results/xml-tokens.ts';
import { meaningOf } from '../../support/xml-meaning.ts';

const limits = { maxAttributeChars: 200 };
const fixtures = join(import.meta.dirname, '../../fixtures/junit');

async function tokensOf(chunks: readonly Uint8Array[], maxCanonicalChars: number): Promise<readonly XmlToken[]> {
  const tokens: XmlToken[] = [];
  for await (const batch of readXml(chunks, { ...limits, maxCanonicalChars })) tokens.push(...batch);
  return tokens;
}

function writtenAnew({ name, attributes }: Extract<XmlToken, { kind: 'open' }>): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
  return `<${name}${written.join('')}`;
}

/** Says the same in one step as in many, and what may be copied is what would be written. */
async function expectSame(chunks: readonly Uint8Array[]): Promise<number> {
  const quick = await tokensOf(chunks, longestCanonicalTag);
  expect(meaningOf(quick)).toEqual(meaningOf(await tokensOf(chunks, 0)));
  const copied = quick.flatMap((token) => (token.kind === 'open' && token.head !== undefined ? [token] : []));
  for (const token of copied) expect(token.head).toBe(writtenAnew(token));
  return copied.length;
}

describe('reading canonical tags in one step changes nothing', () => {
  test.each(readdirSync(fixtures))('in %s', async (name) => {
    expect(await expectSame([readFileSync(join(fixtures, name))])).toBeGreaterThan(0);
  });

  test('wherever a file is cut into chunks, and whatever some of its bytes are changed to', async () => {
    const bytes = readFileSync(join(fixtures, 'vitest.xml'));
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      to: fc.constantFrom(...Buffer.from('<>"\'&;/= \n\r\t\0\u009b!-[]az:')),
    });
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), cuts, async (changes, at) => {
        const changed = Buffer.from(bytes);
        for (const { at: position, to } of changes) changed[position] = to;
        const places = [0, ...at.toSorted((a, b) => a - b), changed.length];
        await expectSame(places.slice(1).map((end, index) => changed.subarray(places[index], end)));
      }),
      { numRuns: 60 },
    );
  });

  test('in anything that is put together from the parts of tags', async () => {
    const part = fc.constantFrom(
      ...['<testsuite', '<testcase', '</testcase>', '</testsuite>', '<a', '</a>', '<a:b', '>', '/>', ' />', ' >'],
      ...[
        ' name="x"',
        ' name="x"',
        " class='y'",
        ' a="1&amp;2"',
        ' b="&#10;"',
        ' c="&#65;"',
        ' d="&apos;"',
        ' e="<"',
        ' f=">"',
      ],
      ...[
        ' constructor="1"',
        ' __proto__="2"',
        ' xmlns:i="u"',
        ' g="a\tb"',
        ' h="\u009b31m"',
        ' i="😀"',
        ' j="\uFFFE"',
        ' k',
        ' l=m',
      ],
      ...[
        'text',
        ' ',
        '\n',
        '&lt;',
        '&',
        '<![CDATA[x]]>',
        '<!-- c -->',
        '<?p?>',
        '"',
        '<',
        ` z="${'z'.repeat(250)}"`,
        ' m="&amp;lt;"',
      ],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 30 }), fc.nat(200), async (parts, cut) => {
        const bytes = Buffer.from(`<testsuites>${parts.join('')}`);
        await expectSame([bytes.subarray(0, cut), bytes.subarray(cut)]);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['<testcase name="a" time="0.1"/>', true],
  ['<testcase name="a" />', true],
  ['<testsuite>', true],
  ['</testcase>', true],
  ['<testcase  name="a"/>', false],
  ["<testcase name='a'/>", false],
  ['<testcase name="a&apos;b"/>', false],
  ['<testcase name="a > b"/>', false],
  ['<testcase name="a\nb"/>', false],
  ['<j:testcase name="a"/>', false],
])('%s is canonical: %s', (source, expected) => {
  expect(isCanonicalTag(source)).toBe(expected);
});

test('an attribute that is given twice is left to the parser', () => {
  expect(readCanonicalTag('<testcase name="a" name="b"/>')).toBeNull();
});

test('a tag that is nearly canonical is refused in linear time', () => {
  expect(isCanonicalTag(`<testcase name="${'&amp;'.repeat(longestCanonicalTag)}<"/>`)).toBe(false);
});
