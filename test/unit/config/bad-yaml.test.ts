import { expect, test } from 'vitest';
import { firstLinesOf, also, suite } from '../../support/config-text.ts';

/** What is wrong, the text, and the first line of each problem without the file's name. */
const cases: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  ['an empty file', '', '1:1  the config is empty: begin with "version: 1"'],
  ['only a comment', '# nothing yet\n', '1:1  the config is empty: begin with "version: 1"'],
  ['a list at the top', '- version: 1\n', '1:1  expected a mapping with "version: 1", got a list'],
  ['plain text', 'hello\n', '1:1  expected a mapping with "version: 1", got "hello"'],
  [
    'an unclosed list',
    `version: 1
suites: [1, 2
categories: {}
`,
    '3:1  not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  [
    'an unclosed quote',
    `version: 1
project: "shop
`,
    '3:1  not valid YAML: Missing closing "quote',
  ],
  [
    'a tab as indentation',
    `version: 1
suites:
	api: {}
`,
    '3:1  a tab is used as indentation: YAML wants spaces',
  ],
  [
    'text that holds a colon',
    `version: 1
project: shop: backend
`,
    '2:10  a second "key: value" on one line, or a line indented too far: quote text that holds ": "',
  ],
  [
    'text that begins with a reserved character',
    `version: 1
project: @shop
`,
    '2:10  Plain value cannot start with reserved character @: put the text in quotes',
  ],
  [
    'a second document',
    also('---\nversion: 1\n'),
    '6:1  a second document begins here: the config is one YAML document',
  ],
  ['a custom tag', also('project: !env SHOP\n'), '6:10  the tag !env is not known: only plain YAML is read'],
  [
    'a YAML 1.1 directive',
    `%YAML 1.1
---
version: 1
suites:
  api: { framework: pytest }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '1:1  the config is YAML 1.2, not 1.1',
  ],
  ['a duplicate key', also('suites: {}\n'), '6:1  the key "suites" is there twice (first in line 2)'],
  [
    'a duplicate key in a flow mapping',
    suite('cwd: ., framework: node'),
    '3:37  the key "framework" is there twice (first in line 3)',
  ],
  [
    'a merge key',
    also('services:\n  a: &a { process: { command: [a] } }\n  b: { <<: *a }\n'),
    '8:8  merge keys (<<) are not part of YAML 1.2: use an alias for a whole value, or write it out',
  ],
  [
    'an alias without an anchor',
    also('environment: *default\n'),
    '6:14  the alias *default refers to no anchor &default above it',
  ],
  [
    'an alias inside its own anchor',
    also('layers: &l { fast: { categories: *l } }\n'),
    '6:34  the alias *l stands inside what it refers to',
  ],
  ['a key that is a list', also('? [a, b]\n: 1\n'), '6:3  a key must be plain text'],
  [
    'the name __proto__',
    also('services: { __proto__: { process: { command: [a] } } }\n'),
    '6:13  the name "__proto__" cannot be used',
  ],
];

test.each(cases)('%s is explained at its place', (_title, text, ...problems) => {
  expect(firstLinesOf(text)).toEqual(problems);
});
