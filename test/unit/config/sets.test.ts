import { expect, test } from 'vitest';
import { also, parseConfigText, problemsOf } from '../../support/config-text.ts';

test('overrides win over the file, later ones over earlier ones, and make what is missing', () => {
  const { config } = parseConfigText(also('  "web.unit": { tests: [{ suite: api }] }\n'), [
    'project=one',
    'project=two',
    'workers=3',
    'settings.grace=1s',
    'categories.unit.tests.0.files=[a/**, b/**]',
    'categories."web.unit".slots=2',
    'suites.api.env={A: "x=y"}',
  ]);
  expect(config).toMatchObject({
    project: 'two',
    workers: 3,
    settings: { graceMs: 1000 },
    suites: { api: { env: { A: 'x=y' } } },
  });
  expect(config.categories['unit']?.tests[0]?.files).toEqual(['a/**', 'b/**']);
  expect(config.categories['web.unit']?.slots).toBe(2);
});

test.each([
  ['workers', '--set workers  expected key=value, for example --set suites.api.batch=file'],
  ['=1', '--set =1  the key is not made of names with dots between them'],
  ['a..b=1', '--set a..b=1  the key is not made of names with dots between them'],
  ['a.__proto__=1', '--set a.__proto__=1  the name "__proto__" cannot be used'],
  ['workers=[1', '--set workers=[1  the value cannot be read: not valid YAML: Flow sequence must end with a ]'],
  ['workers=few', '--set workers=few  workers: expected auto, a number of slots or a share such as 50%, got "few"'],
  ['workers.a=1', undefined],
  ['version.a=1', '--set version.a=1  the number 1 has no "a"'],
  ['categories.unit.tests.1.suite=api', '--set categories.unit.tests.1.suite=api  there is no item 1: the list has 1'],
  ['suites.api.tiemout=1s', '--set suites.api.tiemout=1s  suites.api: unknown key "tiemout" (did you mean "timeout"?)'],
  [
    'suites.web.cwd=.',
    '--set suites.web.cwd=.  suites.web: "framework" is missing: write framework: pytest, vitest, node or command',
  ],
  [
    'categories.unit.needs=[db]',
    '--set categories.unit.needs=[db]  category "unit" needs "db", which is not defined: there are none',
  ],
])('--set %s is answered with its own text', (word, problem) => {
  expect(problemsOf(also(''), [word])[0]).toBe(
    problem ?? '--set workers.a=1  workers: expected auto, a number of slots or a share such as 50%, got a mapping',
  );
});
