import { expect, test } from 'vitest';
import { lastLines } from '../../../src/io/log-text.ts';

const whole = { count: 20, maxBytes: 8192, isFragment: false };

test.each([
  ['nothing', '', []],
  ['only line breaks', '\n\n\n', []],
  ['a last line without its break', 'a\nb', ['a', 'b']],
  ['trailing blank lines', 'a\n\nb\n\n \n', ['a', '', 'b']],
  ['line breaks of Windows', 'a\r\nb\r\r\n', ['a', 'b']],
  ['a progress bar', '1%\r2%\r3%\ndone', ['3%', 'done']],
  ['a progress bar that ends with a return', '1%\r2%\r', ['2%']],
  ['colours and titles', '\u001B[1;31mred\u001B[0m\u001B]0;x\u0007!', ['red!']],
  ['a link', '\u001B]8;;http://a\u001B\\text\u001B]8;;\u001B\\', ['text']],
  ['control characters', 'a\u0000\u0008\u007f\u0085b\tc', ['ab\tc']],
])('of %s the readable lines remain', (_, text, expected) => {
  expect(lastLines(Buffer.from(text), whole)).toEqual(expected);
});

test('a fragment begins with its first whole line', () => {
  expect(lastLines(Buffer.from('31mgment\nwhole\n'), { ...whole, isFragment: true })).toEqual(['whole']);
});

test('a fragment of one endless line begins with a whole character', () => {
  expect(lastLines(Buffer.from('xx€').subarray(3), { ...whole, isFragment: true })).toEqual([]);
  expect(lastLines(Buffer.from('€ab').subarray(1), { ...whole, isFragment: true })).toEqual(['ab']);
});

test.each([1, 2, 5, 9, 10, 11, 100])('never more than %i bytes', (maxBytes) => {
  const lines = lastLines(Buffer.from(`ab\n${'€'.repeat(5)}\nz\n`), { ...whole, maxBytes });
  expect(Buffer.byteLength(lines.join('\n'))).toBeLessThanOrEqual(maxBytes);
  expect(lines.join('')).not.toContain('\ufffd');
});
