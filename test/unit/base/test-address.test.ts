import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, matchesName, parseAddress } from '../../../src/base/test-address.ts';

it.each([
  ['tests/test_a.py::TestA::test_b', { place: 'tests/test_a.py', name: 'TestA::test_b' }],
  ['a::b', { place: 'a', name: 'b' }],
  ['::b', null],
  ['a::', null],
  ['a', null],
])('%j is %j', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

it('a test is where its file is, or its class, or its suite', () => {
  const address = (file: string | null, className: string, selector: string | null = null): string | null => {
    const found = addressOf({ file, className, name: 'x' }, { selector, suite: 'lib' });
    return found === null ? null : `${found.place} ${found.name}`;
  };
  expect(address('a.js', 'a')).toBe('a.js x');
  expect(address(null, 'com.B')).toBe('com.B x');
  expect(address(null, '')).toBe('lib x');
  expect(address('a.py', 'a', 'a.py::A::x')).toBe('a.py A::x');
  expect(address('a.py', 'a', 'a.py')).toBeNull();
});

it.each([
  ['test_a', 'test_a', true],
  ['test_a', 'test_ab', false],
  ['test_*', 'test_', true],
  ['test_a[*]', 'test_a[1]', true],
  ['test_a[*]', 'test_a', false],
  ['*b*d', 'abcd', true],
  ['a*a', 'a', false],
  ['a*b*c', 'acb', false],
  ['a.c', 'abc', false],
])('%j matches %j: %s', (written, name, matches) => {
  expect(matchesName(written, name)).toBe(matches);
});

it('stars match as a regular expression says', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (written, name) => {
      const expression = new RegExp(
        `^${written
          .split('*')
          .map((part) => part)
          .join('.*')}$`,
        's',
      );
      expect(matchesName(written, name)).toBe(expression.test(name));
    }),
    { numRuns: 5000 },
  );
});
