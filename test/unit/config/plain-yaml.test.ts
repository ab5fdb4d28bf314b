import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainYaml } from '../../../src/config/plain-yaml.ts';
import { readDocument } from '../../../src/config/yaml-document.ts';
import type { Yaml } from '../../../src/config/yaml-node.ts';
import { yamlTexts } from '../../support/yaml-texts.ts';

const config = `# A comment before all.
version: 1
project: "a shop" # and beside a value

suites:
  web.unit:
    framework: command
    command: [npm, test, "--", --color=no, 'it''s']
    env: { A: "1", B: "x: y" }
    timeout: 1h30m
  api: { framework: pytest, files: ["tests/**/test_*.py"], service: api }
categories:
  unit:
    tests:
      - { suite: api }
      - suite: web.unit
        keyword: not slow
    needs:
    - db
    retries: 2
    guards: false
    backoff: ~
`;

describe('YAML of the usual kind', () => {
  it('is read without the library', () => {
    expect(readPlainYaml(config)?.value).toEqual({
      version: 1,
      project: 'a shop',
      suites: {
        'web.unit': {
          framework: 'command',
          command: ['npm', 'test', '--', '--color=no', "it's"],
          env: { A: '1', B: 'x: y' },
          timeout: '1h30m',
        },
        api: { framework: 'pytest', files: ['tests/**/test_*.py'], service: 'api' },
      },
      categories: {
        unit: {
          tests: [{ suite: 'api' }, { suite: 'web.unit', keyword: 'not slow' }],
          needs: ['db'],
          retries: 2,
          guards: false,
          backoff: null,
        },
      },
    });
  });

  it('has each of its parts where the library has it', () => {
    expect(placesOf(readPlainYaml(config))).toEqual(placesOf(readDocument(config)));
  });

  it.each([
    ['nothing', ''],
    ['no mapping', '- a\n'],
    ['an anchor', 'a: &x 1\n'],
    ['an alias', 'a: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['text in a block', 'a: |\n  text\n'],
    ['text of several lines', 'a: some\n  words\n'],
    ['a collection of several lines', 'a: [1,\n  2]\n'],
    ['an escape', 'a: "\\n"\n'],
    ['an unusual number', 'a: 0x1f\n'],
    ['a key that is no name', 'true: 1\n'],
    ['a key that an object cannot have', '"__proto__": 1\n'],
    ['a key without a value', 'a:\nb: 1\n'],
    ['a key that is there twice', 'a: 1\na: 2\n'],
    ['a tab', 'a:\t1\n'],
    ['a second document', 'a: 1\n---\nb: 1\n'],
    ['a line that is indented too little', 'a:\n    b: 1\n  c: 1\n'],
    ['a line that is indented too far', 'a: 1\n  b: 1\n'],
    ['a colon inside a word', 'a: b: c\n'],
    ['what is nested deeply', `a: ${'['.repeat(40)}${']'.repeat(40)}\n`],
    ['very much', `a: [${'1, '.repeat(30_000)}1]\n`],
  ])('leaves %s to the library', (_, text) => {
    expect(readPlainYaml(text)).toBeNull();
  });

  it('means what the library takes it for, at the same places, whatever the text', () => {
    let read = 0;
    const property = fc.property(yamlTexts(), (text) => {
      const plain = readPlainYaml(text);
      if (plain === null) return;
      read += 1;
      const whole = readDocument(text);
      expect('value' in whole ? whole.value : whole).toEqual(plain.value);
      expect(placesOf(plain)).toEqual(placesOf(whole));
    });
    fc.assert(property, { numRuns: 6000 });
    expect(read).toBeGreaterThan(100);
  });
});

/** Where each part is, and what one asks for that is not there. */
function placesOf(yaml: Yaml | readonly unknown[] | null): readonly unknown[] {
  if (yaml === null || !('value' in yaml)) return ['cannot be read'];
  const at = (path: readonly (string | number)[]): unknown => [
    path,
    yaml.offset(path, 'key'),
    yaml.offset(path, 'value'),
    yaml.depth(path),
  ];
  const visit = (value: unknown, path: readonly (string | number)[]): readonly unknown[] => {
    const own = [at(path), at([...path, 'not there']), at([...path, 0, 'nor this'])];
    if (typeof value !== 'object' || value === null) return own;
    const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
    return [...own, ...[...keys].flatMap((key) => visit(Reflect.get(value, key), [...path, key]))];
  };
  return visit(yaml.value, []);
}
