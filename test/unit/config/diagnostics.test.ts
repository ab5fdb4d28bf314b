import { expect, test } from 'vitest';
import { decode } from '../../../src/config/read-file.ts';
import { ConfigError } from '../../../src/errors.ts';
import { also, problemsOf, suite } from '../../support/config-text.ts';

test('a problem shows the source line with a caret below the place', () => {
  expect(problemsOf(suite('batch: al'))).toEqual([
    `runner.config.yaml:3:36  suites.api.batch: expected auto, file or all, got "al" (did you mean "all"?)
  3 |   api: { framework: pytest, batch: al }
    |                                    ^`,
  ]);
});

test('a long line is cut around the place, control characters are not printed, and wide ones take two columns', () => {
  const [problem] = problemsOf(
    also(`  long: { description: "${'x'.repeat(200)}\u001b日本", tests: 1 } # ${'y'.repeat(200)}\n`),
  );
  const [, line = '', caret = ''] = problem?.split('\n') ?? [];
  expect(line).toBe(`  6 | …${'x'.repeat(67)}�日本", tests: 1 } # ${'y'.repeat(14)}…`);
  expect(caret).toBe(`    | ${' '.repeat(1 + 67 + 1 + 4 + 10)}^`);
});

test('problems come in the order of the file, and once each', () => {
  const problems = problemsOf(
    'version: 2\nbogus: 1\nsuites: {}\ncategories: { unit: { tests: [{ suite: a }, { suite: b }] } }\n',
  );
  expect(problems.map((problem) => problem.split('  ')[0])).toEqual([
    'runner.config.yaml:1:10',
    'runner.config.yaml:2:1',
    'runner.config.yaml:4:40',
    'runner.config.yaml:4:54',
  ]);
});

test('a file that is wrong everywhere ends in a count', () => {
  const problems = problemsOf(also(Array.from({ length: 60 }, (_, index) => `key${index}: 1\n`).join('')));
  expect(problems).toHaveLength(51);
  expect(problems.at(-1)).toBe('... and 10 more');
});

test('a key that nobody can mean lists what is allowed, a similar one is suggested', () => {
  expect(problemsOf(suite('retries: 1'))[0]).toContain('unknown key "retries"; allowed are framework, cwd, files,');
  expect(problemsOf(suite('file: a'))[0]).toContain('unknown key "file" (did you mean "files"?)');
});

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

test.each([
  ['a NUL byte', bytes('version: 1\nproject: a', 0, 'b\n'), 'c.yaml:2:11  a NUL byte: this is not a text file'],
  ['Latin-1', bytes('version: 1\nproject: caf', 0xe9, '\n'), 'c.yaml:2:13  not UTF-8: save the file as UTF-8'],
  ['a character that is cut off', bytes('project: ', 0xe2, 0x82), 'c.yaml:1:10  not UTF-8: save the file as UTF-8'],
  ['UTF-16', bytes(0xff, 0xfe, 'v', 0), 'c.yaml is UTF-16: save it as UTF-8'],
])('a file with %s is refused at its place', (_title, content, message) => {
  const attempt = (): string => decode(content, 'c.yaml');
  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(message);
});

test('a byte order mark is not part of the text', () => {
  expect(decode(bytes(0xef, 0xbb, 0xbf, 'version: 1'), 'c.yaml')).toBe('version: 1');
});
