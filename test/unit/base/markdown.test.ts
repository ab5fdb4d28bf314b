import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeBlock, codeCell, codeSpan } from '../../../src/base/markdown.ts';
import { annotation, withoutCommands } from '../../../src/base/workflow-commands.ts';
import { joinSections } from '../../../src/reporters/markdown-sections.ts';

const nasty = fc
  .array(fc.constantFrom('`', '``', '|', '<b>', '@a', '#1', '$', '\\', '\n', ' ', 'x', '::', '\r', '%', ','))
  .map((parts) => parts.join(''));

describe('text in Markdown', () => {
  test('a span of code is ended by nothing in it', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const span = codeSpan(text);
        if (span === '') return;
        const [fence = ''] = /^`+/.exec(span) ?? [];
        const inner = span.slice(fence.length, -fence.length);
        expect(span.endsWith(fence)).toBe(true);
        expect(inner.match(/`+/g) ?? []).not.toContain(fence);
        expect(span).not.toContain('\n');
      }),
    );
  });

  test('a block of code is ended by nothing in it', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const lines = codeBlock([text], 'text').trimEnd().split('\n');
        const fence = lines.at(-1) ?? '';
        expect(lines[0]).toBe(`${fence}text`);
        expect(lines.slice(1, -1).every((line) => !line.includes(fence))).toBe(true);
      }),
    );
  });

  test('a cell holds no markup', () => {
    expect(codeCell('a|b @c <d> `e` \\')).toBe('<code>a&#124;b &#64;c &#60;d&#62; &#96;e&#96; &#92;</code>');
  });
});

describe('commands of GitHub Actions', () => {
  test('an annotation is one line whatever its texts are', () => {
    expect(annotation('error', { file: 'a,b:c.py', line: 3, title: '50%\n::x' }, 'm\r\n::y')).toBe(
      '::error file=a%2Cb%3Ac.py,line=3,title=50%25%0A%3A%3Ax::m%0D%0A::y\n',
    );
  });

  test('no text is one', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const lines = withoutCommands(text).split(/[\r\n]/);
        expect(lines.some((line) => line.trimStart().startsWith('::'))).toBe(false);
      }),
    );
    expect(JSON.parse(withoutCommands('{"a":"##[error]b"}'))).toEqual({ a: '##[error]b' });
    expect(withoutCommands('x ##[error]b')).toBe('x ## [error]b');
  });
});

test('sections are cut between blocks, keep to the limit, and say how much is missing', () => {
  const section = (heading: string, blocks: readonly string[]) => ({
    ...{ heading, blocks, more: (count: number) => `${count} more` },
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 20 }), { maxLength: 5 }),
      (all) => {
        const blocks = all.map((texts) => texts.map((text) => `${text.replaceAll('\n', '')}\n`));
        const sections = blocks.map((own, index) => section(`# ${index}`, own));
        const text = joinSections(sections, 400);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(400);
        const whole = joinSections(sections, 1e9);
        expect(text === whole || text.includes(' more\n')).toBe(true);
      },
    ),
  );
});
