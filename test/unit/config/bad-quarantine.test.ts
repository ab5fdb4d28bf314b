import { expect, test } from 'vitest';
import { also, firstLinesOf } from '../../support/config-text.ts';

/** The day of these tests is 2026-08-20. */
const entry = (keys: string): string => also(`quarantine:\n  - { ${keys} }\n`);
const rest = 'owner: a, reason: b';

test.each([
  ['today', '2026-08-20'],
  ['yesterday, which fails the run and not the config', '2026-08-19'],
  ['90 days ahead', '2026-11-18'],
])('a last day may be %s', (_title, until) => {
  expect(firstLinesOf(entry(`test: "a.py::b", ${rest}, until: ${until}`))).toEqual([]);
});

test.each([
  ['2026-11-19', 'is in quarantine for 91 days more; at most 90 are allowed'],
  ['2026-02-30', 'expected a day such as "2026-08-20", got "2026-02-30"'],
  ['soon', 'expected a day such as "2026-08-20", got "soon"'],
  ['20260820', 'expected a day such as "2026-08-20", got the number 20260820'],
])('%s is no last day', (until, problem) => {
  const [line, ...others] = firstLinesOf(entry(`test: "a.py::b", ${rest}, until: ${until}`));
  expect(line).toMatch(/^\d+:\d+ /);
  expect(line).toContain(problem);
  expect(others).toEqual([]);
});

test.each([
  ['a.py', 'expected file::name as the reports print it'],
  ['::b', 'expected file::name as the reports print it'],
  ['./a.py::b', 'write the file relative to'],
  ['../a.py::b', 'write the file relative to'],
  ['/a.py::b', 'write the file relative to'],
  ['*.py::b', '"*" may stand in the name only'],
  ['a.py::*', 'is a whole file'],
])('%s is no test', (name, problem) => {
  const lines = firstLinesOf(entry(`test: "${name}", ${rest}, until: 2026-09-01`));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(problem);
});

test('an entry needs an owner and a reason, and stands once', () => {
  expect(firstLinesOf(entry('test: "a.py::b", until: 2026-09-01')).map((line) => line.replace(/^\S+ +/, ''))).toEqual([
    'quarantine.0: "owner" is missing',
    'quarantine.0: "reason" is missing',
  ]);
  const one = `- { test: "a.py::b", ${rest}, until: 2026-09-01 }`;
  const [problem] = firstLinesOf(also(`quarantine:\n  ${one}\n  ${one}\n`));
  expect(problem).toContain('"a.py::b" is in quarantine already, by entry 1');
});
