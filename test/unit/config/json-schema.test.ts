import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../../src/config/json-schema.ts';
import { also, category, problemsOf, suite } from '../../support/config-text.ts';

const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(configJsonSchema());

test.each([
  ['the smallest config', also('')],
  [
    'a suite with everything',
    suite(
      'cwd: ., files: a/**, exclude: [b], command: [x], args: [], env: { A: b }, service: s, batch: all, timeout: 1m30s',
    ),
  ],
  [
    'services',
    also(
      'services: { a: { process: { command: [a] }, port: 80, health: [{ tcp: {} }, { http: { json: { a: 1 } } }] } }\n',
    ),
  ],
  [
    'environments',
    also(
      'workers: 50%\nenvironments: { ci: { prefer: [process], timeoutFactor: 1.5, secrets: [A], protected: true } }\n',
    ),
  ],
])('%s is valid for the validator and for the schema', (_title, text) => {
  expect(problemsOf(text)).toEqual([]);
  validate(parse(text));
  expect(validate.errors).toBeNull();
});

test.each([
  ['another version', also('').replace('version: 1', 'version: 2')],
  ['an unknown key', also('bogus: 1\n')],
  ['an unknown key in a suite', suite('retries: 1')],
  ['an unknown batch', suite('batch: some')],
  ['a timeout without a unit', category('timeout: 30')],
  ['a timeout in words', category('timeout: soon')],
  ['a category without tests', also('  a: {}\n')],
  ['a name with a space', also('  a b: { tests: [{ suite: api }] }\n')],
  ['a number as environment value', suite('env: { A: 1 }')],
  ['an empty command', suite('command: []')],
  ['workers of nothing', also('workers: 0%\n')],
  ['a port that does not exist', also('services: { a: { process: { command: [a] }, port: 70000 } }\n')],
  ['a probe of two kinds', also('services: { a: { process: { command: [a] }, health: [{ tcp: {}, http: {} }] } }\n')],
  ['a probe of no kind', also('services: { a: { process: { command: [a] }, health: [{}] } }\n')],
])('%s is refused by the validator and by the schema', (_title, text) => {
  expect(problemsOf(text)).not.toEqual([]);
  expect(validate(parse(text))).toBe(false);
});

test('every key is described', () => {
  const undescribed: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, part] of Object.entries<unknown>({ ...schema })) {
      if (key === 'properties' && typeof part === 'object' && part !== null) {
        for (const [name, property] of Object.entries<unknown>({ ...part })) {
          if (!(typeof property === 'object' && property !== null && 'description' in property))
            undescribed.push(`${path}.${name}`);
        }
      }
      visit(part, key === 'properties' || key === 'additionalProperties' ? path : `${path}.${key}`);
    }
  };
  visit(configJsonSchema(), '');
  expect(undescribed).toEqual([]);
});
