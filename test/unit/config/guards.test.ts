import { expect, test } from 'vitest';
import { toInput } from '../../../src/config/to-input.ts';
import { also, firstLinesOf, parseConfigText } from '../../support/config-text.ts';

const guard = (keys: string): string => also(`guards:\n  g: { ${keys} }\n`);

test('a guard has every default, and is shown as it can be read again', () => {
  const text = also(`guards:
  plain: { text: a, files: "**" }
  full: { pattern: 'a\\b', ignoreCase: true, files: [src], except: [src/x], priority: { P0: src/a, P2: [src/b] }, mode: ratchet, severity: warning, migration: m, message: x, reason: y, allowEmpty: true }
`);
  const { guards = {} } = parseConfigText(text).config;
  expect(guards['plain']).toEqual({
    ...{ name: 'plain', search: { kind: 'text', text: 'a', ignoreCase: false }, files: ['**'], except: [] },
    priorities: [{ priority: 'P1', files: ['**'] }],
    ...{ mode: 'forbid', max: 0, severity: 'error', migration: null, message: '', reason: '', allowEmpty: false },
  });
  expect(guards['full']?.priorities.map(({ priority }) => priority)).toEqual(['P0', 'P2']);
  expect(parseConfigText(JSON.stringify(toInput(parseConfigText(text).config))).config.guards).toEqual(guards);
});

test('a category may have guards and nothing else', () => {
  const text =
    'version: 1\nsuites: {}\ncategories: { audit: { guards: true } }\nguards: { g: { text: a, files: "**" } }\n';
  const { config } = parseConfigText(text);
  expect(config.categories['audit']).toMatchObject({ guards: true, tests: [] });
  expect(parseConfigText(JSON.stringify(toInput(config))).config.categories['audit']).toMatchObject({
    guards: true,
    tests: [],
  });
});

test.each<[string, string, string]>([
  ['neither text nor pattern', 'files: "**"', 'must have either "text" or "pattern"'],
  ['both', 'text: a, pattern: a, files: "**"', 'must have either "text" or "pattern"'],
  ['no files', 'text: a', '"files" is missing'],
  ['half an expression', 'pattern: "a(", files: "**"', 'is not a regular expression'],
  ['an escape that means nothing', String.raw`pattern: 'a\-b', files: "**"`, 'is not a regular expression'],
  ['an expression for nothing', 'pattern: "a*", files: "**"', 'matches nothing at all too'],
  ['a priority that there is not', 'text: a, files: "**", priority: P4', 'expected P0, P1, P2 or P3'],
  ['a ratchet with max', 'text: a, files: "**", mode: ratchet, max: 3', 'is for mode: forbid'],
  ['max for several priorities', 'text: a, files: "**", max: 3, priority: { P0: a }', 'several priorities'],
  ['max in a migration', 'text: a, files: "**", max: 3, migration: m', 'whose phases end at zero'],
])('a guard with %s is refused at its place', (_title, keys, problem) => {
  const [line, ...others] = firstLinesOf(guard(keys));
  expect(line).toMatch(/^7:\d+ /);
  expect(line).toContain(problem);
  expect(others).toEqual([]);
});

test('a category with guards: true needs guards, and a suite must not have their name', () => {
  const start = 'version: 1\nsuites: { guards: { framework: pytest } }\ncategories: { unit: { guards: true } }\n';
  expect(firstLinesOf(start)).toEqual([
    expect.stringContaining('suite "guards" has the name of the suite that guards: true stands for'),
    expect.stringContaining('category "unit" has guards: true, and the config has no "guards"'),
  ]);
});
