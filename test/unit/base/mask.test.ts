import { describe, expect, test } from 'vitest';
import { createMasker, unmaskable } from '../../../src/base/mask.ts';
import type { Masker } from '../../../src/base/mask.ts';

const secret = `s3cr3t/+k "y"'&<é>`;

function maskerOf(...values: string[]): Masker {
  const masker = createMasker(Object.fromEntries(values.map((value, index) => [`SECRET_${index}`, value])));
  if (masker === null) throw new Error('nothing to mask');
  return masker;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('masking', () => {
  const json = JSON.stringify(secret).slice(1, -1);
  test.each<[string, string]>([
    ['as it is', secret],
    ['in JSON', json],
    ['in JSON of ASCII only', json.replace('é', '\\u00e9')],
    ['in JSON with escaped slashes', json.replaceAll('/', '\\/')],
    ['in a string of JavaScript', `s3cr3t/+k "y"\\'&<é>`],
    ['in an id of pytest', `s3cr3t/+k "y"'&<\\xe9>`],
    ['in JSON that is printed as a string', JSON.stringify(json).slice(1, -1)],
    ['in an attribute of XML', `s3cr3t/+k &quot;y&quot;&apos;&amp;&lt;é&gt;`],
    ['in a text of XML', `s3cr3t/+k "y"'&amp;&lt;é>`],
    ['in XML with numbers', `s3cr3t/+k &#34;y&#34;&#x27;&amp;&lt;é&gt;`],
    ['as JSON in XML', `s3cr3t/+k \\&quot;y\\&quot;'&amp;&lt;é&gt;`],
    ['as a URL component', encodeURIComponent(secret)],
    ['as a URL component with lower case digits', encodeURIComponent(secret).replace(/%../g, (c) => c.toLowerCase())],
    ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['in a URL of Python, which leaves slashes', encodeURIComponent(secret).replaceAll('%2F', '/').replace("'", '%27')],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in upper case hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in base64', base64(secret)],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
    ['in base64 in a URL', encodeURIComponent(base64(secret))],
  ])('finds a secret %s', (_form, written) => {
    expect(maskerOf(secret).text(`before ${written} after`)).toBe('before *** after');
  });

  test.each(['', 'a', 'ab', 'abc', 'Bearer '])('finds a secret in base64 after %j, and before more', (before) => {
    const value = 'correct-horse-battery';
    for (const encoding of ['base64', 'base64url'] as const) {
      const masked = maskerOf(value).text(Buffer.from(`${before}${value}:tail`).toString(encoding));
      expect(masked).toContain('***');
      // What is left at the seams hangs on a few bits of the first and the last character.
      expect(Buffer.from(masked.split('***').join(''), 'base64').toString()).not.toContain('horse');
    }
  });

  test.each(['\n', '\r\n', '\\n', '&#10;'])('finds digits that a tool broke into lines with %j', (lineBreak) => {
    const value = 'x'.repeat(50) + 'correct-horse-battery-staple'.repeat(4);
    const digits = [base64(value), base64(`abcd${value}`), Buffer.from(value).toString('hex')];
    for (const written of digits) {
      for (const width of [60, 64, 76]) {
        const lines = written.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
        expect(maskerOf(value).text(lines.join(lineBreak)).length).toBeLessThan(20);
      }
    }
  });

  test('of a secret with several lines, every long line is masked too', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n}\n-----END KEY-----\n';
    const masker = maskerOf(key);
    expect(masker.text(key)).toBe('***');
    expect(masker.text('  hkiG9w0BAQEFAASC  ')).toBe('  ***  ');
    expect(masker.text(key.replaceAll('\n', '\r\n'))).toBe('***\r\n***\r\n***\r\n}\r\n***\r\n');
    expect(masker.text(JSON.stringify(key))).toBe('"***"');
    expect(masker.text('}')).toBe('}');
  });

  test.each([
    ['correct-h...-staple', '***'],
    ["'correct-ho...' is wrong", "'***...' is wrong"],
    ['correct-horse...battery-staple and more', '*** and more'],
    ['correct...', '***...'],
    ['corre...', 'corre...'],
    ['correct. And', 'correct. And'],
  ])('of a secret that a tool has shortened nothing is left: %s', (text, masked) => {
    const masker = maskerOf('correct-horse-battery-staple');
    expect(masker.text(text)).toBe(masked);
    const stream = masker.stream();
    const parts = Array.from(Buffer.from(text), (byte) => stream.push(Buffer.from([byte])));
    expect(Buffer.concat([...parts, stream.end()]).toString()).toBe(masked);
  });

  test('secrets that overlap leave nothing of either', () => {
    expect(maskerOf('abcdef', 'defghi').text('<abcdefghi>')).toBe('<***>');
    expect(maskerOf('abcd', 'abcdefgh').text('<abcdefgh|abcdefg>')).toBe('<***|***efg>');
    expect(maskerOf('aaaa').text(`<${'a'.repeat(100)}>`)).toBe('<***>');
  });

  test('a secret may occur 100,000 times', () => {
    expect(maskerOf('hunter22').text('hunter22,'.repeat(100_000))).toBe('***,'.repeat(100_000));
  });

  test('a text without a secret comes back as it was, whatever it holds', () => {
    const text = `lone \ud800 surrogate, nul \0, secre`;
    expect(maskerOf('secret').text(text)).toBe(text);
  });

  test('values of fewer than four characters are not masked, and named', () => {
    const secrets = { PIN: '123', SPACE: '  1 ', TOKEN: 'abcd' };
    expect(unmaskable(secrets)).toEqual(['PIN', 'SPACE']);
    expect(createMasker({ PIN: '123' })).toBeNull();
    expect(createMasker({})).toBeNull();
    expect(createMasker(secrets)?.text('123 abcd')).toBe('123 ***');
  });
});

describe('a stream', () => {
  test('gives out at once what cannot be the beginning of a secret', () => {
    const stream = maskerOf('secret').stream();
    expect(stream.push(Buffer.from('listening on 4711\n')).toString()).toBe('listening on 4711\n');
    expect(stream.push(Buffer.from('my sec')).toString()).toBe('my ');
    expect(stream.push(Buffer.from('ond try\n')).toString()).toBe('second try\n');
    expect(stream.push(Buffer.from('secr')).toString()).toBe('');
    expect(stream.end().toString()).toBe('secr');
  });

  test('does not keep what it has given out, however long secrets follow on each other', () => {
    const stream = maskerOf('abab').stream();
    for (let count = 0; count < 1000; count += 1) expect(stream.push(Buffer.from('abab')).length).toBe(0);
    expect(stream.end().toString()).toBe('***');
  });

  test('leaves the bytes alone that are no text', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const stream = maskerOf('secret').stream();
    expect(Buffer.concat([stream.push(bytes), stream.end()])).toEqual(bytes);
  });
});
