import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from '../../../src/config/read-file.ts';
import { ConfigError } from '../../../src/errors.ts';
import { parseConfigText } from '../../support/config-text.ts';

const valid = `version: 1
suites: &s
  api: { framework: pytest, files: ["a/**"], env: { A: "\${services.db.url}" }, timeout: 5m }
categories:
  unit: { tests: [{ suite: api }], needs: [db], dependsOn: [smoke] }
  smoke: { tests: [{ suite: api, files: b }], needs: [db] }
services:
  db: { process: { command: [db, "\${port}"] }, health: [{ http: { path: /h } }, { log: { pattern: "a+" } }] }
environments: { staging: { secrets: [T], services: { db: { external: { url: http://x } } } } }
`;

function onlyConfigError(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.length > 0 && error.problems.length <= 51;
    throw error;
  }
}

test('random bytes are a valid config or a ConfigError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
      onlyConfigError(() => parseConfigText(decode(bytes, 'c.yaml'))),
    ),
    { numRuns: 300 },
  );
});

test('random YAML-like text is a valid config or a ConfigError', () => {
  const piece = fc.constantFrom(
    ...[
      'version: 1',
      '\n',
      '  ',
      '- ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a ',
      '*a',
      '!x ',
      '"',
      "'",
      '|',
      '>',
      '? ',
      '#',
      '${',
      'suites',
      'api',
      '1',
      '~',
      '\t',
      '%YAML',
      '---',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) =>
      onlyConfigError(() => parseConfigText(pieces.join(''))),
    ),
    { numRuns: 500 },
  );
});

test('a valid config with pieces cut out, doubled and replaced is a valid config or a ConfigError', () => {
  const edit = fc.record({
    at: fc.nat({ max: valid.length }),
    length: fc.nat({ max: 30 }),
    text: fc.oneof(
      fc.constantFrom('', ' ', '\n', '{', '}', ']', ':', '*s', 'null', '${x}', '[]', '{}', '-1', 'true'),
      fc.string({ maxLength: 5 }),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) =>
      onlyConfigError(() =>
        parseConfigText(
          edits.reduce((text, { at, length, text: put }) => text.slice(0, at) + put + text.slice(at + length), valid),
        ),
      ),
    ),
    { numRuns: 500 },
  );
});

test('values of any kind in any place are a valid config or a ConfigError', () => {
  const keys = [
    'version',
    'suites',
    'categories',
    'services',
    'environments',
    'layers',
    'modes',
    'switches',
    'tests',
    'api',
    'process',
    'health',
    'constructor',
  ];
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 1, -0.5, '', 'api', '5m', '${port}', 'constructor'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
    ),
  })).value;
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), tree), (value) =>
      onlyConfigError(() => parseConfigText(JSON.stringify({ ...value, version: 1 }))),
    ),
    { numRuns: 300 },
  );
});

const levels = 'abcdefghij'.split('');
test.each([
  [
    'a billion laughs',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${levels
      .slice(1)
      .map(
        (name, index) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${levels[index] ?? ''}`)
            .join(',')}]`,
      )
      .join('\n')}`,
  ],
  ['a hundred thousand aliases', `a: &a 1\nb: [${'*a,'.repeat(100_000)}]`],
  ['deep nesting', '['.repeat(50_000)],
  ['deep nesting in blocks', '- '.repeat(20_000)],
  ['a hundred thousand keys', Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`).join('\n')],
  ['a hundred thousand wrong items', `version: 1\nsuites: [${'1,'.repeat(40_000)}]`],
  [
    'a chain of four thousand categories',
    `version: 1\nsuites: { a: { framework: node } }\ncategories:\n${Array.from({ length: 4000 }, (_, index) => `  c${index}: { tests: [{ suite: a }], dependsOn: [c${(index + 1) % 4000}] }\n`).join('')}`,
  ],
])('%s ends in a few problems', (_title, text) => {
  expect(onlyConfigError(() => parseConfigText(text))).toBe(true);
  expect(() => parseConfigText(text)).toThrow(ConfigError);
});
