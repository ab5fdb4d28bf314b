import { expect, test } from 'vitest';
import { firstLinesOf, also } from '../../support/config-text.ts';

/** What is wrong, the text, and the first line of each problem without the file's name. */
const cases: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  [
    'a missing version',
    `suites:
  api: { framework: pytest }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '1:1  "version" is missing: write version: 1',
  ],
  [
    'another version',
    `version: 2
suites:
  api: { framework: pytest }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '1:10  version: expected 1, got the number 2',
  ],
  [
    'missing suites and categories',
    'version: 1\n',
    '1:1  "suites" is missing: it says how to run the tests',
    '1:1  "categories" is missing: it says what the tests are for',
  ],
  [
    'a misspelt top-level key',
    also('enviroments: {}\n'),
    '6:1  unknown key "enviroments" (did you mean "environments"?)',
  ],
  [
    'a key with nothing similar',
    also('telemetry: true\n'),
    '6:1  unknown key "telemetry"; allowed are version, project, workers, environment, settings, suites, categories, services, environments, layers, modes, switches',
  ],
  [
    'an unknown default environment',
    also('environment: satging\nenvironments: { staging: {} }\n'),
    '6:14  the default environment is "satging", which is not defined (did you mean "staging"?)',
  ],
  [
    'an unknown provider',
    also('environments: { ci: { prefer: [proces] } }\n'),
    '6:32  environments.ci.prefer.0: expected external, process or docker, got "proces" (did you mean "process"?)',
  ],
  [
    'a timeout factor of zero',
    also('environments: { ci: { timeoutFactor: 0 } }\n'),
    '6:38  environments.ci.timeoutFactor: expected a number above 0 and at most 1000, got the number 0',
  ],
  [
    'an unknown category in a layer',
    also('layers: { fast: { categories: [unti] } }\n'),
    '6:32  layer "fast" has category "unti", which is not defined (did you mean "unit"?)',
  ],
  [
    'an unknown layer in a mode',
    also('layers: { fast: { categories: [unit] } }\nmodes: { nightly: { layers: [fsat] } }\n'),
    '7:30  mode "nightly" has layer "fsat", which is not defined (did you mean "fast"?)',
  ],
  [
    'a mode that selects nothing',
    also('modes: { nightly: { progress: lines } }\n'),
    '6:10  mode "nightly" selects nothing: give it layers or categories',
  ],
  [
    'an unknown way of showing progress',
    also('modes: { nightly: { categories: [unit], progress: line } }\n'),
    '6:51  modes.nightly.progress: expected auto, tree, lines, json or none, got "line" (did you mean "lines"?)',
  ],
  [
    'a switch without variables',
    also('switches: { real-llm: { description: real }}\n'),
    '6:13  switches.real-llm: "env" is missing',
  ],
  [
    'a size without a unit',
    also('settings: { logLimit: 50 }\n'),
    '6:23  settings.logLimit: expected a size such as 500KB, 50MB or 1GB, got the number 50',
  ],
  [
    'workers that are neither number nor share',
    also('workers: 0%\n'),
    '6:10  workers: expected auto, a number of slots or a share such as 50%, got "0%"',
  ],
  [
    'problems of every kind at once',
    `version: 1
suites:
  api: { framework: pytest, tiemout: 3s, batch: [] }
categories:
  unit: { tests: [{ suite: apo }], dependsOn: [e2e], needs: db }
  e2e: { tests: [{ suite: api }], dependsOn: [unit, unti] }
workers: few
`,
    '3:29  suites.api: unknown key "tiemout" (did you mean "timeout"?)',
    '3:49  suites.api.batch: expected auto, file or all, got a list',
    '5:28  category "unit" runs suite "apo", which is not defined (did you mean "api"?)',
    '5:61  categories.unit.needs: expected a list, got "db"',
    '6:47  categories wait for each other: unit -> e2e -> unit',
    '6:53  category "e2e" depends on "unti", which is not defined (did you mean "unit"?)',
    '7:10  workers: expected auto, a number of slots or a share such as 50%, got "few"',
  ],
];

test.each(cases)('%s is explained at its place', (_title, text, ...problems) => {
  expect(firstLinesOf(text)).toEqual(problems);
});
