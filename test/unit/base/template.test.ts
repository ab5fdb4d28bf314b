import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TemplateError, escapeTemplate, expand, parseTemplate } from '../../../src/base/template.ts';

const known = new Map([
  ['env.HOME', '/home/me'],
  ['env.EMPTY', ''],
  ['services.db.url', 'http://127.0.0.1:5000'],
  ['services.my.db.port', '5000'],
  ['port', '8080'],
  ['slot', '3'],
  ['run.id', 'r1'],
  ['shard.index', '1'],
]);
const lookup = (reference: string): string | null => known.get(reference) ?? null;

test.each([
  ['plain', 'plain'],
  ['', ''],
  ['${env.HOME}/x', '/home/me/x'],
  ['${env.NOPE:-there}', 'there'],
  ['${env.EMPTY:-there}', 'there'],
  ['${env.EMPTY}', ''],
  ['${env.NOPE:-}', ''],
  ['${env.HOME:-there}', '/home/me'],
  ['${env.NOPE:-a:-b}', 'a:-b'],
  ['${services.db.url}/health', 'http://127.0.0.1:5000/health'],
  ['${services.my.db.port}', '5000'],
  ['db_${slot}_${run.id}_${shard.index}_${port}', 'db_3_r1_1_8080'],
  ['$HOME costs 5$', '$HOME costs 5$'],
  ['$${env.HOME}', '${env.HOME}'],
  ['$$${env.HOME}', '$${env.HOME}'],
  ['a}b{c', 'a}b{c'],
])('%j expands to %j', (text, expanded) => {
  expect(expand(text, lookup)).toBe(expanded);
});

test.each([
  ['${env.NOPE}', 'env.NOPE', '${env.NOPE} is not set: set the variable NOPE or write a default, ${env.NOPE:-value}'],
  ['${services.web.url}', 'services.web.url', '${services.web.url} has no value here'],
  ['${HOME}', 'HOME', 'unknown reference ${HOME}: an environment variable is ${env.HOME}'],
  [
    '${services.db.path}',
    'services.db.path',
    'unknown reference ${services.db.path}: a service has a url, a host and a port',
  ],
  ['${port', 'port', 'a "${" is not closed by "}"; a plain ${ is written $${'],
  ['${env.A:-${port}}', 'env.A:-${port', 'a default cannot hold another reference'],
])('%j cannot be expanded, and the error names the reference', (text, reference, message) => {
  const attempt = (): string => expand(text, lookup);
  expect(attempt).toThrow(TemplateError);
  expect(attempt).toThrow(expect.objectContaining({ reference, message }));
});

test('parsing keeps everything: a text without references is one part', () => {
  expect(parseTemplate('a $b $${c}')).toEqual([{ kind: 'text', text: 'a $b ${c}' }]);
});

test('an escaped text expands to itself, whatever it holds', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom('$', '{', '}', '${', 'env.A', 'x')).map((parts) => parts.join('')),
  );
  fc.assert(fc.property(texts, (text) => expand(escapeTemplate(text), () => null) === text));
});
